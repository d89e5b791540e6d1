"""Which entry of a tensor stands where in its picture (`images.weights_picture`, `images.matrix_image`).

Places in a picture are shares of its width and height, from the upper left corner.
"""

from __future__ import annotations

from typing import NamedTuple

from ui.charts.images import MOST_UNITS, tile_columns

Share = tuple[float, float]


class Mosaic(NamedTuple):
    """The picture of a first layer: a tile a unit, in each tile a pixel a feature, a line of a pixel between tiles."""

    units: int
    height: int
    width: int

    @property
    def columns(self) -> int:
        return tile_columns(min(self.units, MOST_UNITS))

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        rows = -(-min(self.units, MOST_UNITS) // self.columns)
        return self.columns * (self.width + 1) + 1, rows * (self.height + 1) + 1

    def entry(self, across: float, down: float) -> tuple[int, ...] | None:
        """The entry (feature, unit) there, that beside it on a line; None where no unit is."""
        wide, high = self.size
        column, x = divmod(min(max(int(across * wide) - 1, 0), wide - 2), self.width + 1)
        row, y = divmod(min(max(int(down * high) - 1, 0), high - 2), self.height + 1)
        unit = row * self.columns + column
        if unit >= min(self.units, MOST_UNITS):
            return None
        return min(y, self.height - 1) * self.width + min(x, self.width - 1), unit

    def place(self, entry: tuple[int, ...]) -> Share | None:
        """The middle of that entry; None if its unit is not in the picture."""
        feature, unit = entry
        if unit >= MOST_UNITS:
            return None
        (wide, high), (row, column) = self.size, divmod(unit, self.columns)
        y, x = divmod(feature, self.width)
        return (column * (self.width + 1) + 1.5 + x) / wide, (row * (self.height + 1) + 1.5 + y) / high


class Matrix(NamedTuple):
    """The picture of a matrix, or of a vector as one row, in which a pixel may stand for a block of entries."""

    shape: tuple[int, ...]
    box: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of entries with those that fill the last blocks."""
        rows, columns = self.shape if len(self.shape) == 2 else (1, *self.shape)
        high, wide = (-(-count // most) for count, most in zip((rows, columns), self.box, strict=True))
        return -(-rows // high) * high, -(-columns // wide) * wide

    def entry(self, across: float, down: float) -> tuple[int, ...] | None:
        rows, columns = self.size
        found = int(down * rows), int(across * columns)
        return tuple(min(index, count - 1) for index, count in zip(found[-len(self.shape) :], self.shape, strict=True))

    def place(self, entry: tuple[int, ...]) -> Share | None:
        """The middle of that entry."""
        rows, columns = self.size
        row, column = entry if len(entry) == 2 else (0, *entry)
        return (column + 0.5) / columns, (row + 0.5) / rows
