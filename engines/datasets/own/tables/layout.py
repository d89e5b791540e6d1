"""What the columns of a table hold: pixels, perhaps the labels, words, or the number of the line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.tables.dialect import Dialect, sample_lines, words_read
from engines.datasets.own.uploads import Bounds
from engines.errors import EngineError, InvalidDataFile

LABELS = (
    *("label", "labels", "class", "target", "y", "digit", "letter", "category", "species"),
    *("레이블", "라벨", "정답", "클래스", "숫자", "글자"),
)
_COUNTERS = ("", "unnamed: 0", "id", "index", "imageid", "no", "nr", "번호", "순번")
_LINES = 12


@dataclass(frozen=True)
class Layout:
    """`names` of all columns; `texts`: the indices of those with words; `apart`: of those, with words or numbers, that
    may hold the labels; `first_line`, `header`, `first_is_row` as in `Material`; `numbered`: a column that seems to
    number the lines, or None. `notes`: how words were read."""

    dialect: Dialect
    names: tuple[str, ...]
    texts: tuple[int, ...]
    apart: tuple[int, ...]
    first_line: tuple[str, ...]
    header: bool
    first_is_row: bool
    numbered: int | None
    notes: tuple[EngineError, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The columns with numbers."""
        texts = set(self.texts)
        return tuple(at for at in range(len(self.names)) if at not in texts)

    def may_hold_words(self, at: int) -> bool:
        """Whether words in that column, where numbers began, can be labels: one that is called so; else, where none
        is, the first or the last column."""
        named = [k for k in self.apart if self.names[k].lower() in LABELS]
        return at in named if named else at in self.apart and at != self.numbered


def layout_of(start: bytes, dialect: Dialect, name: str, bounds: Bounds, words: frozenset[int] = frozenset()) -> Layout:
    """From the beginning of a file; `words`: columns that are known to hold some. Raises `InvalidDataFile`."""
    lines = [line for line in sample_lines(start[dialect.skipped :]) if line.strip()][:_LINES]
    rows = [dialect.cells(line) for line in lines]
    first, rest = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])] or rows[:1]
    if len(first) > bounds.columns:
        raise InvalidDataFile(
            "{name} has {found:,} columns; at most {most:,} are read.", name=name, found=len(first), most=bounds.columns
        )
    if len(rows) > 1 and rest is not rows[1:] and len(rest) * 2 < len(rows) - 1:
        raise InvalidDataFile(
            "The first line of {name} has another number of cells ({found:,}) than the next one ({others:,}). All "
            "lines need the same number.",
            name=name,
            found=len(first),
            others=len(rows[1]),
        )
    named, notes = words_read(first)
    texts = tuple(at for at in range(len(first)) if at in words or _has_words(at, named[at], rest, dialect))
    numbers = [at for at in range(len(first)) if at not in texts]
    if not numbers:
        raise _without_numbers(name, len(rows))
    as_numbers = [_number(first[at], dialect) for at in numbers]
    counted = _counts(as_numbers) and len(numbers) > 4
    can_be_row = None not in as_numbers and not counted
    header = len(rows) > 1 and not can_be_row
    names = tuple(each if header and each else str(at + 1) for at, each in enumerate(named))
    numbered = _numbering(numbers, bool(texts), rest, first[0] if header else None, dialect)
    return Layout(
        dialect,
        names,
        texts,
        _apart(names, numbers, texts, numbered),
        tuple(named),
        header,
        can_be_row,
        numbered,
        () if notes is None else (notes,),
    )


def _has_words(at: int, name: str, rows: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """Whether a column holds words. Where most cells are numbers the others are faults of theirs, but for labels."""
    words = sum(is_a_word(row[at], dialect) for row in rows)
    may_be_labels = at in (0, len(rows[0]) - 1) or name.lower() in LABELS
    return 2 * words > len(rows) or (words > 0 and may_be_labels)


def _without_numbers(name: str, lines: int) -> InvalidDataFile:
    if lines == 1:
        return InvalidDataFile("{name} has no line with an image.", name=name)
    return InvalidDataFile("{name} has no column of numbers: each pixel of an image takes one.", name=name)


def _number(cell: str, dialect: Dialect) -> float | None:
    """None for words; NaN for a cell that is empty or says so, which is a fault of a number."""
    if not cell or cell.lower() in ("nan", "na", "null", "none", "n/a"):
        return math.nan
    try:
        return float(cell.replace(",", ".") if dialect.decimal_comma else cell)
    except ValueError:
        return None


def is_a_word(cell: str, dialect: Dialect) -> bool:
    """Whether it can only be a word: neither a number nor a cell in which one is missing."""
    return _number(cell, dialect) is None


def _counts(values: Sequence[float | None]) -> bool:
    """Whether they are 0, 1, 2, …: numbers of columns, as pandas writes them, no image."""
    rest = values[1:] if values and values[0] is None else values
    return len(rest) > 1 and None not in rest and all(value == at + rest[0] for at, value in enumerate(rest))  # type: ignore


def _numbering(
    numbers: Sequence[int], has_words: bool, rows: Sequence[Sequence[str]], header: str | None, dialect: Dialect
) -> int | None:
    """The first column, if it seems to number the lines: as pandas writes it, or called so; which all lines have to
    confirm (`numbers_lines`)."""
    if not numbers or numbers[0] != 0 or len(rows) < 3:
        return None
    values = np.array([_number(row[0], dialect) for row in rows], np.float64)
    if header is not None and header.lower() not in _COUNTERS:
        return None
    if header is None and not has_words and _is_square(len(numbers) - 1):
        return None  # the pixels and their label: nothing is left that could count
    return 0 if numbers_lines(values if header is not None else values - values[0] + 1, header is not None) else None


def numbers_lines(values: NDArray[np.float64], is_called_so: bool) -> bool:
    """Whether these are the lines' numbers: 0, 1, 2, … or from 1 on; of a column that is called so, each once."""
    if is_called_so:
        return bool((values == np.rint(values)).all()) and len(np.unique(values)) == len(values)
    return values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _is_square(count: int) -> bool:
    return isqrt(count) ** 2 == count


def _apart(names: Sequence[str], numbers: Sequence[int], texts: Sequence[int], numbered: int | None) -> tuple[int, ...]:
    """Columns that may hold labels: those with words, those so named, and the first and the last with numbers."""
    pixels = [at for at in numbers if at != numbered]
    named = [at for at in pixels if names[at].lower() in LABELS]
    edges = [pixels[0], pixels[-1]] if pixels else []
    counted = [] if numbered is None else [numbered]
    return tuple(sorted({*texts, *named[:4], *edges, *counted}))
