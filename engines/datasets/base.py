"""Dataset: labelled images as flat samples, checked once when made and never written to again.

Everything that learns draws its batches from here (chapter 2.4: "draw a batch of training samples x and
corresponding targets y").
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines import given
from engines.datasets.pixels import Pixels
from engines.errors import EngineError, InvalidData
from engines.pieces import PIECE, InPieces, finished, slices

_HASHED_AT_ONCE = 2**22


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test samples with their labels.

    `x_train`, `x_test`: float32 in [0, 1], shape (n, features), or `Pixels`, which give such arrays. `y_train`,
    `y_test`: int64, shape (n,), indices into `class_names`. `image_shape` is (height, width), height · width =
    features. `source` is one short word for where the data came from: "bundled", "subset", "full" or "own"; `problem`
    says what was wrong with a fuller source that would have been used otherwise; `title`, what somebody calls their
    own data, such as the name of a file.

    The arrays are kept as read-only views, not copied: whoever makes a Dataset hands them over. Two datasets
    are equal only if they are the same object. Raises `InvalidData`.
    """

    name: str
    x_train: NDArray[np.float32] | Pixels = field(repr=False)
    y_train: NDArray[np.int64] = field(repr=False)
    x_test: NDArray[np.float32] | Pixels = field(repr=False)
    y_test: NDArray[np.int64] = field(repr=False)
    image_shape: tuple[int, int]
    class_names: tuple[str, ...]
    source: str
    problem: EngineError | None = None
    title: str = ""

    def __post_init__(self) -> None:
        _check_description(self)
        for x_name, y_name in (("x_train", "y_train"), ("x_test", "y_test")):
            x, y = getattr(self, x_name), getattr(self, y_name)
            _check_samples(x_name, x, self.image_shape)
            _check_labels(y_name, y, self.classes)
            if len(x) != len(y):
                raise InvalidData(
                    "{y_name} has {labels} labels for the {samples} samples of {x_name}: each needs one.",
                    y_name=y_name,
                    labels=len(y),
                    samples=len(x),
                    x_name=x_name,
                )
            object.__setattr__(self, x_name, _read_only(x))
            object.__setattr__(self, y_name, _read_only(y))

    @cached_property
    def identity(self) -> str:
        """Eight digits that name the content: pixels, labels and which of them are for training."""
        return finished(self._identity_in_pieces())

    def identify_in_pieces(self) -> InPieces[str]:
        """The identity, which is known from then on: for data so large that others would wait."""
        if "identity" not in self.__dict__:
            self.__dict__["identity"] = yield from self._identity_in_pieces()
        return self.identity

    def _identity_in_pieces(self) -> InPieces[str]:
        digest = hashlib.blake2b(repr((self.image_shape, self.class_names)).encode(), digest_size=4)
        for values in (self.x_train, self.y_train, self.x_test, self.y_test):
            digest.update(repr(values.shape).encode())
            if type(values) is Pixels:
                digest.update(f"{values.brightest}".encode())
                values = values.values
            whole = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
            for part in slices(len(whole), _HASHED_AT_ONCE):
                digest.update(whole[part].data)
                yield PIECE
        return digest.hexdigest()

    def has_content_of(self, other: Dataset) -> bool:
        """Whether pixels, labels and classes are the same, to the bit: equal identities only make it likely."""
        if (self.image_shape, self.class_names) != (other.image_shape, other.class_names):
            return False
        labels = ((self.y_train, other.y_train), (self.y_test, other.y_test))
        pixels = ((self.x_train, other.x_train), (self.x_test, other.x_test))
        return all(np.array_equal(*pair) for pair in labels) and all(_same(*pair) for pair in pixels)

    @property
    def features(self) -> int:
        """Numbers a sample has, one a pixel: the width of a network's input."""
        return self.x_train.shape[1]

    @property
    def classes(self) -> int:
        """Number of classes: the width of a network's output."""
        return len(self.class_names)


def scaled(pixels: NDArray[np.uint8], brightest: int) -> NDArray[np.float32]:
    """Images (n, height, width) of bytes from 0 to `brightest` as samples (n, features), float32 in [0, 1].

    >>> scaled(np.array([[[0, 16], [8, 4]]], np.uint8), 16)
    array([[0.  , 1.  , 0.5 , 0.25]], dtype=float32)
    """
    return np.divide(pixels.reshape(len(pixels), -1), np.float32(brightest), dtype=np.float32)


def _check_description(data: Dataset) -> None:
    if not given.text(data.name):
        raise InvalidData("A dataset needs a name, not {value!r}.", value=data.name)
    if not (given.text(data.source) or "").isidentifier():
        raise InvalidData("source must be one word such as full or subset, not {value!r}.", value=data.source)
    shape, names = data.image_shape, data.class_names
    if not (type(shape) is tuple and len(shape) == 2 and all(type(side) is int and side > 0 for side in shape)):
        raise InvalidData("image_shape must be (height, width) in pixels, not {value!r}.", value=shape)
    if not (type(names) is tuple and all(type(name) is str and name for name in names)):
        raise InvalidData("class_names must be a tuple of names, not {value!r}.", value=names)
    if len(set(names)) != len(names) or len(names) < 2:
        raise InvalidData("There must be two or more class names, all different, not {value!r}.", value=names)


def _check_samples(name: str, x: NDArray[np.float32] | Pixels, image_shape: tuple[int, int]) -> None:
    if type(x) is Pixels:
        _check_size(name, x, 2)
    else:
        _check_array(name, x, np.float32, 2)
    height, width = image_shape
    if x.shape[1] != height * width:
        raise InvalidData(
            "{name} has {found} features per sample, but an image of {height}×{width} pixels has {expected}.",
            name=name,
            found=x.shape[1],
            height=height,
            width=width,
            expected=height * width,
        )
    if type(x) is Pixels:
        return  # from 0 to 1 by nature
    low, high = x.min(), x.max()  # NaN in x makes both NaN: no mask as large as the data is needed
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InvalidData("{name} contains NaN or infinite values: leave out those samples.", name=name)
    if low < 0 or high > 1:
        raise InvalidData(
            "The values of {name} must lie between 0 and 1, but they range from {low:g} to {high:g}: divide by "
            "the largest possible value.",
            name=name,
            low=float(low),
            high=float(high),
        )


def _check_labels(name: str, y: NDArray[np.int64], classes: int) -> None:
    _check_array(name, y, np.int64, 1)
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= classes:
        raise InvalidData(
            "{name} must hold labels from 0 to {last}, one for each of the {classes} class names, but its labels range "
            "from {low} to {high}.",
            name=name,
            last=classes - 1,
            classes=classes,
            low=low,
            high=high,
        )


def _check_array(name: str, values: Any, dtype: type, ndim: int) -> None:
    plain = type(values) is np.ndarray  # a masked array would hide its NaN from the checks below
    found = values.dtype if plain else given.type_name(values)
    if not plain or found != dtype:
        raise InvalidData(
            "{name} must be a NumPy array of {dtype}, not {found}.",
            name=name,
            dtype=np.dtype(dtype),
            found=found,
        )
    _check_size(name, values, ndim)


def _check_size(name: str, values: Any, ndim: int) -> None:
    if values.ndim != ndim:
        raise InvalidData(
            "{name} has shape {shape}, but samples are (n, features) and labels (n,).",
            name=name,
            shape=values.shape,
        )
    if len(values) == 0:
        raise InvalidData("{name} is empty: at least one sample is needed.", name=name)


def _same(x: NDArray[np.float32] | Pixels, other: NDArray[np.float32] | Pixels) -> bool:
    if type(x) is Pixels and type(other) is Pixels:
        return x.brightest == other.brightest and np.array_equal(x.values, other.values)
    return type(x) is type(other) and np.array_equal(x, other)


def _read_only(values: Any) -> Any:
    if type(values) is Pixels:
        return values  # they see to it themselves
    view = values.view()
    view.flags.writeable = False
    return view
