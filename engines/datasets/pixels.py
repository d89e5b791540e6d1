"""Pixels: samples kept as the bytes they came as, and given as float32 in [0, 1] when they are taken.

60,000 images of 28×28 are 47 MB so, not 188: what a batch takes is divided on the way (chapter 2.4: "draw a batch").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines import given
from engines.errors import InvalidData


@dataclass(frozen=True, eq=False)
class Pixels:
    """`values`, uint8 of shape (n, features), from 0 to `brightest`; outwards an array of values / `brightest`.

    Whatever is taken is a new float32 array, to the bit what `scaled` makes of the same bytes. The bytes are kept as a
    read-only view, not copied. Raises `InvalidData`.

    >>> pixels = Pixels(np.array([[0, 16], [8, 4]], np.uint8), 16)
    >>> pixels[1], pixels.shape, pixels.nbytes
    (array([0.5 , 0.25], dtype=float32), (2, 2), 4)
    """

    values: NDArray[np.uint8] = field(repr=False)
    brightest: int

    def __post_init__(self) -> None:
        _check(self.values, self.brightest)
        view = self.values.view()
        view.flags.writeable = False
        object.__setattr__(self, "values", view)

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape

    @property
    def ndim(self) -> int:
        return 2

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """Of what is taken."""
        return np.dtype(np.float32)

    @property
    def nbytes(self) -> int:
        """Of the bytes that are kept."""
        return self.values.nbytes

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """Rows by number, slice, array of indices or mask."""
        return _scaled(self.values[rows], self.brightest)

    def take(
        self, indices: Any, axis: int = 0, out: NDArray[np.float32] | None = None, mode: Any = "raise"
    ) -> NDArray[np.float32]:
        """Rows by their indices, as `numpy.take` has them; written into `out` where that is given."""
        return _scaled(self.values.take(indices, axis=axis, mode=mode), self.brightest, out)

    def astype(self, dtype: Any, copy: bool = True) -> NDArray[Any]:
        """All of them at once, four times the bytes or more: only for few."""
        return self[:].astype(dtype, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self.astype(dtype or np.float32)

    def min(self) -> np.float32:
        return _scaled(self.values.min(), self.brightest)

    def max(self) -> np.float32:
        return _scaled(self.values.max(), self.brightest)


def rows_of(samples: Any, rows: Any) -> Any:
    """Part of an array, or of `Pixels` the same part still as bytes."""
    return Pixels(samples.values[rows], samples.brightest) if type(samples) is Pixels else samples[rows]


def _scaled(values: Any, brightest: int, out: NDArray[np.float32] | None = None) -> Any:
    return np.divide(values, np.float32(brightest), dtype=np.float32, out=out)


def _check(values: Any, brightest: Any) -> None:
    if type(values) is not np.ndarray or values.dtype != np.uint8 or values.ndim != 2:
        raise InvalidData(
            "The values of pixels must be a NumPy array of uint8, shape (n, features), not {found}.",
            found=f"{values.dtype}, shape {values.shape}" if type(values) is np.ndarray else given.type_name(values),
        )
    if type(brightest) is not int or not 1 <= brightest <= 255:
        raise InvalidData("The brightest value of a pixel must be from 1 to 255, not {value!r}.", value=brightest)
    if values.size and values.max() > brightest:
        raise InvalidData(
            "A pixel has the value {found}, which is more than the brightest, {brightest}.",
            found=int(values.max()),
            brightest=brightest,
        )
