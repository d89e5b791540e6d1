"""From values in a file to the bytes of a data set: scaled, turned, inverted, fitted into a square, by rows."""

from __future__ import annotations

from functools import cached_property
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.collected import as_bytes
from engines.datasets.own.fitting import resized
from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Preparation
from engines.datasets.own.preparation.labels import first_image
from engines.datasets.own.tables.layout import LABELS
from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidData

_VALUES_AT_ONCE = 2**17


class Shaper:
    """Makes images of a material by the choices of a preparation. Raises `InvalidData` where that cannot be done."""

    def __init__(self, material: Material, preparation: Preparation, bounds: Bounds) -> None:
        self._material, self._preparation = material, preparation
        self._first = first_image(material, preparation)
        self._edges = _edges(material, preparation)
        self.count = material.images - self._first
        if not preparation.black < preparation.white:
            raise InvalidData(
                "The value that becomes 1 ({white:g}) must be larger than the one that becomes 0 ({black:g}).",
                white=preparation.white,
                black=preparation.black,
            )
        self.given = self._given_shape()
        height, width = self.given[::-1] if preparation.turned else self.given
        self.shape = (height, width) if preparation.side is None else (preparation.side, preparation.side)
        if max(self.shape) > bounds.side or min(self.shape) < 2:
            raise InvalidData(
                "The images have {height}×{width} pixels: choose a side of 8 to {most} pixels to fit them into.",
                height=self.shape[0],
                width=self.shape[1],
                most=bounds.side,
            )

    @property
    def features(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def rows_at_once(self) -> int:
        """So many images are a piece of work."""
        return max(1, _VALUES_AT_ONCE // max(self.features, self.given[0] * self.given[1]))

    @cached_property
    def brightest(self) -> int:
        """The byte that stands for 1: the file's own bytes are kept where they can be."""
        white = self._preparation.white * self._material.divisor
        keeps = self._material.values.dtype == np.uint8 and self._preparation.black == 0
        return int(white) if keeps and white == int(white) and 1 <= white <= 255 else 255

    def raw(self, rows: slice) -> NDArray[Any]:
        """Pixels as they are in the material, (n, pixels): the first image is row 0."""
        rows = slice(rows.start + self._first, rows.stop + self._first)
        inner = self._material.values[rows].reshape(rows.stop - rows.start, -1)
        before = [self._edge(at, rows) for at in self._edges if at < self._inner_start]
        after = [self._edge(at, rows) for at in self._edges if at >= self._inner_start]
        return np.concatenate([*before, inner, *after], axis=1) if self._edges else inner

    def images(self, raw: NDArray[Any]) -> NDArray[np.uint8]:
        """The images of raw pixels, (n, height, width), bytes from 0 to `brightest`."""
        levels = self._levels.take(raw) if raw.dtype == np.uint8 else self._scaled(raw)
        images = levels.reshape(len(raw), *self.given)
        images = images.swapaxes(1, 2) if self._preparation.turned else images
        return images if images.shape[1:] == self.shape else resized(images, self.shape[0])

    @cached_property
    def _levels(self) -> NDArray[np.uint8]:
        """What each byte of the file becomes."""
        return self._scaled(np.arange(256) / self._material.divisor)

    def _scaled(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        choice = self._preparation
        share = (values.astype(np.float64) - choice.black) / (choice.white - choice.black)
        levels = np.rint(np.clip(share, 0, 1) * self.brightest).astype(np.uint8)
        return np.uint8(self.brightest) - levels if choice.inverted else levels

    def _edge(self, at: int, rows: slice) -> NDArray[Any]:
        """A column kept apart that is one of pixels after all, (n, 1)."""
        values, divisor = self._material.apart[at].values[rows, np.newaxis], self._material.divisor
        if self._material.values.dtype != np.uint8:
            return values.astype(np.float32)
        exact = as_bytes(values, divisor)
        return exact if exact is not None else np.clip(np.rint(values * divisor), 0, 255).astype(np.uint8)

    @cached_property
    def _inner_start(self) -> int:
        """The first column that is not kept apart."""
        apart = self._material.apart
        return next((at for at in range(len(self._material.columns)) if at not in apart), 0)

    def _given_shape(self) -> tuple[int, int]:
        if not self._material.is_table:
            return self._material.values.shape[1], self._material.values.shape[2]
        count = self._material.values.shape[1] + len(self._edges)
        side = isqrt(count)
        if side * side != count:
            raise InvalidData(
                "Each line has {count} numbers besides the label, which is no square number: 784 are 28×28 pixels, "
                "{less} would be {side}×{side}. Is the right column taken for the label?",
                count=count,
                less=side * side,
                side=side,
            )
        return side, side


def _edges(material: Material, preparation: Preparation) -> tuple[int, ...]:
    """The columns kept apart that are pixels: with numbers, and neither labels nor the number of the line."""
    taken = (preparation.label_column, material.numbered)
    free = [at for at, column in material.apart.items() if column.words is None and at not in taken]
    unnamed = [at for at in free if material.columns[at].lower() not in LABELS]
    inner = material.values.shape[1] if material.is_table else 0
    return tuple(free if isqrt(inner + len(free)) ** 2 == inner + len(free) else unnamed)
