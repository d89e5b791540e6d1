"""What the columns of a table hold: pixels, perhaps the labels, words, or the number of the line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engines.datasets.own.tables.dialect import Dialect, sample_lines
from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidDataFile

LABELS = ("label", "labels", "class", "target", "y", "digit", "letter", "category", "species")
_LINES = 12


@dataclass(frozen=True)
class Layout:
    """`names` of all columns; `texts`: the indices of those with words; `apart`: of those, with words or numbers, that
    may hold the labels; `first_line`, `header`, `first_is_row` as in `Material`; `numbered`: a column that only counts
    the lines, or None."""

    dialect: Dialect
    names: tuple[str, ...]
    texts: tuple[int, ...]
    apart: tuple[int, ...]
    first_line: tuple[str, ...]
    header: bool
    first_is_row: bool
    numbered: int | None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The columns with numbers."""
        texts = set(self.texts)
        return tuple(at for at in range(len(self.names)) if at not in texts)


def layout_of(start: bytes, dialect: Dialect, name: str, bounds: Bounds) -> Layout:
    """From the beginning of a file. Raises `InvalidDataFile`."""
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
    texts = tuple(at for at in range(len(first)) if not all(_number(row[at], dialect) is not None for row in rest))
    numbers = [at for at in range(len(first)) if at not in texts]
    as_numbers = [_number(first[at], dialect) for at in numbers]
    counted = _counts(as_numbers) and len(numbers) > 4
    can_be_row = None not in as_numbers and not counted
    header = len(rows) > 1 and not can_be_row
    named = tuple(first) if header else tuple(str(at + 1) for at in range(len(first)))
    numbered = _numbering(numbers, rest, first if header else None, dialect)
    return Layout(
        dialect, named, texts, _apart(named, numbers, texts, numbered), tuple(first), header, can_be_row, numbered
    )


def _number(cell: str, dialect: Dialect) -> float | None:
    """None for words; NaN for a cell that is empty or says so, which is a fault of a number."""
    if not cell or cell.lower() in ("nan", "na", "null", "none", "n/a"):
        return math.nan
    try:
        return float(cell.replace(",", ".") if dialect.decimal_comma else cell)
    except ValueError:
        return None


def _counts(values: Sequence[float | None]) -> bool:
    """Whether they are 0, 1, 2, …: numbers of columns, as pandas writes them, no image."""
    rest = values[1:] if values and values[0] is None else values
    return len(rest) > 1 and None not in rest and all(value == at + rest[0] for at, value in enumerate(rest))  # type: ignore


def _numbering(
    numbers: Sequence[int], rows: Sequence[Sequence[str]], header: Sequence[str] | None, dialect: Dialect
) -> int | None:
    """The first column, if it counts the lines, as pandas writes it."""
    if not numbers or numbers[0] != 0 or len(rows) < 3:
        return None
    values = [_number(row[0], dialect) for row in rows]
    named = header is None or header[0].lower() in ("", "unnamed: 0", "id", "index", "imageid", "no", "nr")
    return 0 if named and values[0] in (0, 1) and _counts(values) else None


def _apart(names: Sequence[str], numbers: Sequence[int], texts: Sequence[int], numbered: int | None) -> tuple[int, ...]:
    """Columns that may hold labels: those with words, those so named, and the first and the last with numbers."""
    pixels = [at for at in numbers if at != numbered]
    named = [at for at in pixels if names[at].lower() in LABELS]
    edges = [pixels[0], pixels[-1]] if pixels else []
    counted = [] if numbered is None else [numbered]
    return tuple(sorted({*texts, *named[:4], *edges, *counted}))
