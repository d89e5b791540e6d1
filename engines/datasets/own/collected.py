"""Values that come piece by piece, collected as bytes for as long as bytes can hold them.

Pixels are mostly whole numbers from 0 to 255, or those divided by 255: a byte each, where float32 takes four.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidDataFile

DIVISORS = (1, 255)
"""What bytes may be divided by to have the values of the file."""
LARGEST = 1e30
"""No pixel has a value beyond it: sums and differences stay far from what float32 can hold."""
_CLOSE = 0.13  # of a level: so far from n / 255 are numbers of three digits
_CONVERTED = 2**19


class Collected:
    """Rows of `columns` values: `values`, and what they are to be divided by to be as in the file.

    There are to be so many `rows`, and there is room for them as bytes and for a data set made of them; `size` are the
    bytes of all that there is room for. Where it turns out that they take more, `bounds.room` is asked first.
    """

    def __init__(self, rows: int, columns: int, bounds: Bounds, size: int) -> None:
        self._bounds, self._columns = bounds, columns
        self._covered = priced(rows, columns)
        self._besides = size - self._covered
        self._room: NDArray[np.uint8] | NDArray[np.float32] = np.empty(0, np.uint8)
        self.rows, self.divisor = 0, 1
        self.lowest, self.highest = np.inf, -np.inf
        self._expected = max(1, rows)

    def add(self, piece: NDArray[np.generic]) -> None:
        """The next rows, (n, columns) numbers, all finite."""
        while True:
            found = piece if self._room.dtype == np.float32 else as_bytes(piece, self.divisor)
            if found is not None:
                break
            self._next_form()
        if piece.size:
            self.lowest = min(self.lowest, float(piece.min()))  # type: ignore[bad-argument-type]
            self.highest = max(self.highest, float(piece.max()))  # type: ignore[bad-argument-type]
        end = self.rows + len(piece)
        self._make_room(end)
        self._room[self.rows * self._columns : end * self._columns] = found.reshape(-1)
        self.rows = end

    def values(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """All of them, (rows, columns); nothing can be added afterwards."""
        self._room.resize(self.rows * self._columns, refcheck=False)  # in place: no second copy in memory
        return self._room.reshape(self.rows, self._columns)

    @property
    def value_range(self) -> tuple[float, float]:
        """Lowest and highest value, as they are held: float32 may have rounded them."""
        if not self.lowest <= self.highest:
            return 0.0, 0.0
        if self._room.dtype == np.float32:
            return float(np.float32(self.lowest)), float(np.float32(self.highest))
        return self.lowest, self.highest

    def _next_form(self) -> None:
        """From whole numbers to 255ths where so far there were only 0 and 1; else to float32."""
        used = self._room[: self.rows * self._columns]
        if self.divisor == 1 and (not used.size or used.max() <= 1):
            self.divisor = DIVISORS[1]
            np.multiply(used, self.divisor, out=used)
            return
        self._check(5 * self._room.size)
        whole = np.empty(self._room.size, np.float32)
        for start in range(0, used.size, _CONVERTED):
            part = slice(start, min(start + _CONVERTED, used.size))
            np.divide(used[part], np.float32(self.divisor), out=whole[part], dtype=np.float32)
        self._room, self.divisor = whole, 1

    def _make_room(self, rows: int) -> None:
        if rows * self._columns <= self._room.size:
            return
        used, itemsize = self.rows * self._columns, self._room.itemsize
        wanted = max(rows, self._expected if not self._room.size else int(1.25 * rows)) * self._columns
        wanted = min(wanted, max(rows * self._columns, self._bounds.memory // itemsize))
        self._check(wanted * itemsize + max(self._room.nbytes, wanted))
        larger = np.empty(wanted, self._room.dtype)
        larger[:used] = self._room[:used]
        self._room = larger  # type: ignore[bad-assignment]

    def _check(self, peak: int) -> None:
        """That there is room for so many bytes, now or for the data set afterwards."""
        if peak > self._covered:
            self._bounds.room(peak + self._besides)
            self._covered = peak


def priced(rows: int, columns: int) -> int:
    """Bytes of so many rows where a byte holds each number, and of a data set of them."""
    return 2 * rows * columns


def as_bytes(values: NDArray[np.generic], divisor: int) -> NDArray[np.uint8] | None:
    """The bytes that are the values times `divisor`; None where there are none.

    >>> as_bytes(np.array([0.0, 0.502, 1.0]), 255), as_bytes(np.array([0.5, 300]), 1)
    (array([  0, 128, 255], dtype=uint8), None)
    """
    if values.dtype == np.uint8 and divisor == 1:
        return values  # type: ignore[bad-return]
    if values.dtype.kind == "b":
        return values.astype(np.uint8) * np.uint8(divisor)
    if values.size and (values.min() < 0 or float(values.max()) * divisor > 255):  # type: ignore
        return None  # as a float: 255 · 255 wraps round in bytes
    scaled = values.astype(np.float64) * divisor if divisor != 1 else values
    whole = np.rint(scaled)  # type: ignore[no-matching-overload]
    close = _CLOSE if divisor != 1 else 0
    return whole.astype(np.uint8) if (np.abs(scaled - whole) <= close).all() else None  # type: ignore


def too_much(name: str, memory: int) -> InvalidDataFile:
    return InvalidDataFile(
        "{name} holds more than fits: {megabytes} MB of memory can be had for one's own images here. Use fewer images, "
        "or smaller ones, or pixels as whole numbers from 0 to 255.",
        name=name,
        megabytes=memory // 2**20,
    )
