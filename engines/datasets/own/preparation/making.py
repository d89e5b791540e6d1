"""Making the data set and the look at it, in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engines.datasets.base import Dataset
from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Preparation
from engines.datasets.own.preparation.labels import Labels, first_image, labelled
from engines.datasets.own.preparation.look import SHOWN, Look, Prepared
from engines.datasets.own.preparation.shaping import Shaper
from engines.datasets.own.preparation.splitting import Rows, split_rows
from engines.datasets.own.preparation.suspicions import Evidence, suspicions
from engines.datasets.own.preparation.told import told
from engines.datasets.own.uploads import USUAL, Bounds
from engines.datasets.own_names import own_name
from engines.datasets.pixels import Pixels
from engines.errors import InvalidData
from engines.pieces import slices

_LONGEST_TITLE = 60


def prepared_price(material: Material, preparation: Preparation, bounds: Bounds = USUAL) -> int:
    """Bytes that the data set takes besides the material. Raises `InvalidData` where both are more than fits."""
    shaper = Shaper(material, preparation, bounds)
    needed = shaper.count * (shaper.features + 5 * 8)
    if material.nbytes + needed > bounds.memory:
        raise InvalidData(
            "{images:,} images of {height}×{width} pixels take more than {megabytes} MB: choose a smaller side.",
            images=shaper.count,
            height=shaper.shape[0],
            width=shaper.shape[1],
            megabytes=bounds.memory // 2**20,
        )
    return needed


def prepared_in_pieces(
    material: Material, preparation: Preparation, name_hint: str = "", bounds: Bounds = USUAL
) -> Generator[Prepared, None, None]:
    """The data set that the choices make of the material: the last `Prepared` has it, and the look at it.

    `name_hint` is what its owner calls it (`Dataset.title`), such as the file's name; the name is the content's hash.
    Raises `InvalidData` where the choices make no data set, such as one class only.
    """
    labels = labelled(material, preparation, bounds)
    yield Prepared(0.0)
    prepared_price(material, preparation, bounds)
    shaper = Shaper(material, preparation, bounds)
    yield Prepared(0.0)
    rows = split_rows(material, preparation.split, first_image(material, preparation), labels.indices)
    yield Prepared(0.0)
    making = _Making(shaper, rows)
    yield Prepared(0.0)
    for part in slices(shaper.count, shaper.rows_at_once):
        making.add(part)
        yield Prepared(0.9 * part.stop / shaper.count)
    kept = making.kept(preparation.drop_duplicates)
    yield Prepared(0.92)
    data = making.data(labels, kept, name_hint)
    work = data.identify_in_pieces()
    for _ in work:
        yield Prepared(0.95)
    identity = data.identity
    data = replace(data, name=own_name(identity))
    data.__dict__["identity"] = identity  # the name is no part of it
    yield Prepared(1.0, _look(material, preparation, labels, making, data), data)


class _Making:
    """The bytes of training and test images, filled part by part, and what is seen on the way."""

    def __init__(self, shaper: Shaper, rows: Rows) -> None:
        self.shaper, self.rows = shaper, rows
        self._places = np.empty(shaper.count, np.int64)  # of each image in its own array
        self._is_test = np.zeros(shaper.count, bool)
        for part in rows:
            self._places[part] = np.arange(len(part))
        self._is_test[rows[1]] = True
        self._x = tuple(np.empty((len(part), shaper.features), np.uint8) for part in rows)
        self._digests = tuple(np.empty(len(part), np.uint64) for part in rows)
        self.given_range = (np.inf, -np.inf)
        self._sums = np.zeros(2)
        self._border, self._middle = _regions(shaper.shape)
        self.duplicates = np.empty(0, np.int64)

    def add(self, part: slice) -> None:
        """The images of these rows."""
        raw = self.shaper.raw(part)
        low, high = self.given_range
        self.given_range = (min(low, float(raw.min())), max(high, float(raw.max())))
        images = np.ascontiguousarray(self.shaper.images(raw)).reshape(len(raw), -1)
        self._sums += images[:, self._border].mean(dtype=np.float64) * len(raw), 0
        self._sums += 0, images[:, self._middle].mean(dtype=np.float64) * len(raw)
        digests = np.frombuffer(b"".join(_digest(row.tobytes()) for row in images), np.uint64)
        for which, chosen in enumerate((~self._is_test[part], self._is_test[part])):
            at = self._places[part][chosen]
            self._x[which][at] = images[chosen]
            self._digests[which][at] = digests[chosen]

    def kept(self, drop: bool) -> NDArray[np.int64] | None:
        """Which of the test images stay; None for all. Raises `InvalidData` where none would."""
        train = np.sort(self._digests[0])
        at = np.minimum(np.searchsorted(train, self._digests[1]), len(train) - 1)
        same = train[at] == self._digests[1]
        self.duplicates = np.flatnonzero(same)
        if not drop or not same.any():
            return None
        if same.all():
            raise InvalidData("All images for testing are in the training set too: leaving them out leaves none.")
        return np.flatnonzero(~same)

    def data(self, labels: Labels, kept: NDArray[np.int64] | None, title: str) -> Dataset:
        shaper, (train, test) = self.shaper, self.rows
        x_test = self._x[1] if kept is None else self._x[1][kept]
        return Dataset(
            name="own",
            x_train=Pixels(self._x[0], shaper.brightest),
            y_train=labels.indices[train],
            x_test=Pixels(x_test, shaper.brightest),
            y_test=labels.indices[test if kept is None else test[kept]],
            image_shape=shaper.shape,
            class_names=labels.names,
            source="own",
            title=title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…",
        )

    @property
    def brightness(self) -> tuple[float, float]:
        """Of the border and of the middle, 0 to 1."""
        border, middle = self._sums / (self.shaper.count * self.shaper.brightest)
        return float(border), float(middle)


def _look(material: Material, preparation: Preparation, labels: Labels, making: _Making, data: Dataset) -> Look:
    chosen = _spread(data.y_train, len(labels.names))
    images = data.x_train[chosen].reshape(-1, *data.image_shape)
    low, high = (value / material.divisor for value in making.given_range)
    counts = [np.bincount(y, minlength=data.classes) for y in (data.y_train, data.y_test)]
    duplicates = len(making.duplicates)
    border, middle = making.brightness
    evidence = Evidence(
        material, preparation, labels, counts[0], counts[1], (low, high), border, middle, duplicates, images
    )
    shapes = making.shaper.given, data.image_shape
    return Look(
        images=images,
        labels=data.y_train[chosen],
        class_names=labels.names,
        train_counts=counts[0],
        test_counts=counts[1],
        given_range=(low, high),
        value_range=_range_of(data),
        done=tuple(told(material, preparation, labels, shapes, making.shaper.count, duplicates)),
        suspicions=suspicions(evidence),
    )


def _digest(image: bytes) -> bytes:
    return hashlib.blake2b(image, digest_size=8).digest()


def _range_of(data: Dataset) -> tuple[float, float]:
    both = (data.x_train, data.x_test)
    return float(min(x.min() for x in both)), float(max(x.max() for x in both))


def _spread(labels: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Of each class the first image, then of each the second, and so on, until there are enough; class by class."""
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels, minlength=classes)
    turn = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = order[np.argsort(turn, kind="stable")[:SHOWN]]
    return chosen[np.argsort(labels[chosen], kind="stable")]


def _regions(shape: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which pixels are the border of an image, and which its middle, half as high and as wide."""
    height, width = shape
    border, middle = np.ones(shape, bool), np.zeros(shape, bool)
    border[1:-1, 1:-1] = False
    middle[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    return np.flatnonzero(border), np.flatnonzero(middle)
