"""Numbers from lines of text, by NumPy's reader in C; and where it gives up, which cell is to blame.

Of the readers in C NumPy's was taken and not pandas': pandas makes a column of its own of each pixel, which costs three
times as much when a file is read in pieces of 20 ms; and NumPy's refuses 300 and 0.5 where bytes are wanted.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.collected import LARGEST
from engines.datasets.own.tables.layout import Layout, is_a_word
from engines.errors import InvalidDataFile

Numbers = NDArray[np.uint8] | NDArray[np.float64]


def is_blank(line: bytes) -> bool:
    """Whether it is empty, or holds separators only, which spreadsheets leave at the end."""
    return not line.strip(b',;\t| \r\n"')


class WordsFound(Exception):
    """A column that began with numbers has words, which may be labels: the table is to be read anew with that."""

    def __init__(self, column: int) -> None:
        super().__init__(column)
        self.column = column


class LineReader:
    """Reads lines of one file: first as bytes, and from the first number on that is none, as float64."""

    def __init__(self, layout: Layout, name: str) -> None:
        self._layout, self._name = layout, name
        self._dtype: Any = np.uint8
        self._line = 0  # of the file, counted from 1 when one is named

    def skipped(self, lines: int) -> None:
        """So many lines were passed over."""
        self._line += lines

    def numbers(self, lines: Sequence[bytes], among: Sequence[bytes]) -> Numbers:
        """(n, columns with numbers), all finite; `among`: the same lines of the file with the blank ones between them.

        Raises `InvalidDataFile`, or `WordsFound`.
        """
        texts = [line.decode("utf-8", "replace") for line in lines]
        found = self._tried(texts)
        if found is None and self._dtype is np.uint8:
            self._dtype = np.float64
            found = self._tried(texts)
        if found is None or found.shape != (len(lines), len(self._layout.numbers)):
            raise self._blamed(among)
        if found.dtype != np.uint8 and not (np.abs(found) <= LARGEST).all():  # neither NaN nor ∞ is
            raise self._blamed(among)
        self._line += len(among)
        return found

    def words(self, lines: Sequence[bytes]) -> list[list[str]]:
        """The cells with words, a list for each line."""
        texts = self._layout.texts
        return [[row[at] if at < len(row) else "" for at in texts] for row in map(self._layout.dialect.cells, lines)]

    def _tried(self, lines: list[str]) -> Numbers | None:
        dialect, layout = self._layout.dialect, self._layout
        if dialect.decimal_comma:
            lines = [line.replace(",", ".") for line in lines]
        all_numbers = not layout.texts and not dialect.trailing
        if not all_numbers and any(self._is_ragged(line) for line in lines):
            return None  # where columns are chosen NumPy lets that pass
        try:
            return np.loadtxt(
                lines,
                self._dtype,
                comments=None,
                delimiter=None if dialect.separator == " " else dialect.separator,
                usecols=None if all_numbers else layout.numbers,
                ndmin=2,
                quotechar='"',
            )
        except (ValueError, OverflowError, IndexError):
            return None

    def _is_ragged(self, line: str) -> bool:
        layout = self._layout
        expected = len(layout.names) - 1 + layout.dialect.trailing
        return '"' not in line and layout.dialect.separator != " " and line.count(layout.dialect.separator) != expected

    def _blamed(self, lines: Sequence[bytes]) -> InvalidDataFile | WordsFound:
        """The first line or cell that is wrong."""
        layout, width = self._layout, len(self._layout.names)
        for number, text in enumerate(lines, start=self._line + 1):
            if is_blank(text):
                continue
            try:
                cells = layout.dialect.cells(text)
            except csv.Error:
                cells = []
            if len(cells) != width:
                return InvalidDataFile(
                    "The number of cells in line {line:,} of {name} is {found:,}, not {expected:,}. All lines need the "
                    "same number.",
                    name=self._name,
                    line=number,
                    found=len(cells),
                    expected=width,
                )
            for at in layout.numbers:
                if not self._is_number(cells[at]):
                    is_word = is_a_word(cells[at], layout.dialect) and layout.may_hold_words(at)
                    return WordsFound(at) if is_word else self._cell(number, at, cells[at])
        return InvalidDataFile(
            "{name} has lines from {line:,} on that are no numbers.", name=self._name, line=self._line + 1
        )

    def _is_number(self, cell: str) -> bool:
        try:
            value = float(cell.replace(",", ".") if self._layout.dialect.decimal_comma else cell)
        except ValueError:
            return False
        return abs(value) <= LARGEST and "_" not in cell and cell.isascii()

    def _cell(self, line: int, at: int, cell: str) -> InvalidDataFile:
        place = {"name": self._name, "line": line, "column": at + 1}
        if not cell:
            return InvalidDataFile(
                "{name}, line {line:,}, column {column:,}: the cell is empty; expected was a number.", **place
            )
        return InvalidDataFile(
            "{name}, line {line:,}, column {column:,}: {cell!r} is no number a pixel can have.", **place, cell=cell
        )
