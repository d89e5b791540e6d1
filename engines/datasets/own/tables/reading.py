"""A table of images, one a line, from one CSV file or two (the second one for testing), in pieces."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.collected import Collected, priced
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Column, Material, Reading
from engines.datasets.own.parts import Part
from engines.datasets.own.roles import test_last
from engines.datasets.own.sources import Sources
from engines.datasets.own.tables.counting import counted, lines_of, without_blank
from engines.datasets.own.tables.dialect import SAMPLE, dialect_of, words_read
from engines.datasets.own.tables.layout import Layout, layout_of, numbers_lines
from engines.datasets.own.tables.lines import LineReader, WordsFound
from engines.datasets.own.uploads import Bounds
from engines.datasets.own.work import Work
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import InPieces

_LONGEST_WORD = 60


def table_work(found: Sources, bounds: Bounds) -> InPieces[Work]:
    """Priced are the table, its labels and the data set made of it, by the number of lines.

    Whether a byte holds each number is seen only when they are read: if not, `bounds.room` is asked.
    """
    parts = [found.parts[at] for at in test_last(found.paths, [part.size for part in found.parts])]
    if len(parts) > 2:
        raise InvalidDataFile(
            "{name} and {count} more tables cannot be one data set: one, or one for training and one for testing.",
            name=parts[0].name,
            count=len(parts) - 1,
        )
    rows = size = 0
    for part in parts:
        start = part.head(SAMPLE)
        layout = layout_of(start, dialect_of(start, part.name), part.name, bounds)
        lines = yield from counted(part)
        rows += lines
        size += priced(lines, len(layout.numbers)) + lines * 8 * (2 + len(layout.apart))
    return Work(size, lambda: _read(parts, found, _Plan(rows, size, bounds)))


@dataclass(frozen=True)
class _Plan:
    """How many rows there may be, for how many bytes there is room, and `words`, columns known to hold some."""

    rows: int
    size: int
    bounds: Bounds
    words: frozenset[int] = frozenset()


def _read(parts: Sequence[Part], found: Sources, plan: _Plan) -> Generator[Any, None, Material]:
    """Yields `Reading`. Raises `InvalidDataFile`."""
    share = 0.0
    while True:
        work = _tables(parts, plan)
        try:
            while True:
                share = max(share, min(0.999, next(work)))
                yield Reading(share)
        except StopIteration as end:
            tables: list[_Table] = end.value
            return tables[0].material(tables, found.notes)
        except WordsFound as words:  # once a column: those that may hold labels are few
            plan = replace(plan, words=plan.words | {words.column})


def _tables(parts: Sequence[Part], plan: _Plan) -> Generator[float, None, list[_Table]]:
    """All that are read; yields how much. Raises `WordsFound`."""
    tables: list[_Table] = []
    total = max(1, sum(part.size for part in parts))
    for part in parts:
        before = sum(each.part.size for each in tables)
        yield before / total
        table = _Table(part, plan, tables[0] if tables else None)
        yield before / total
        for taken in table.read():
            yield (before + taken) / total
        tables.append(table)
    return tables


@dataclass(eq=False)
class _Apart:
    """The columns kept apart, as they come."""

    layout: Layout
    numbers: dict[int, list[NDArray[np.float64]]] = field(default_factory=dict)
    codes: dict[int, list[int]] = field(default_factory=dict)
    words: dict[int, dict[str, int]] = field(default_factory=dict)

    def columns(self) -> tuple[dict[int, Column], EngineError | None]:
        """By index; and what was guessed to read words."""
        found: dict[int, Column] = {}
        all_words, note = words_read([word for words in self.words.values() for word in words])
        known = iter(all_words)
        for at in self.layout.apart:
            if at in self.codes:
                values = np.array(self.codes[at], np.int64)
                found[at] = Column(values, tuple(next(known) for _ in self.words[at]))
            else:
                found[at] = Column(np.concatenate(self.numbers[at]))
        return found, note


class _Table:
    """One file on its way into memory; a second one goes on where the first has ended."""

    def __init__(self, part: Part, plan: _Plan, first: _Table | None) -> None:
        self.part, self._bounds = part, plan.bounds
        start = part.head(SAMPLE)
        dialect = dialect_of(start, part.name)
        self._layout = layout_of(start, dialect, part.name, plan.bounds, plan.words)
        self._rows_of_first: int | None = None
        if first is None:
            inner = [at for at in self._layout.numbers if at not in self._layout.apart]
            self._values = Collected(plan.rows, len(inner), plan.bounds, plan.size)
            self._apart = _Apart(self._layout)
        else:
            self._join(first)

    def _join(self, first: _Table) -> None:
        """A second table must be like the first."""
        mine, theirs = len(self._layout.names), len(first._layout.names)
        if mine != theirs:
            raise InvalidDataFile(
                "{name} has {found:,} columns, but {other} has {expected:,}: one of them may be without labels. Leave "
                "that one out.",
                name=self.part.name,
                found=mine,
                other=first.part.name,
                expected=theirs,
            )
        if differing := set(first._layout.texts) ^ set(self._layout.texts):
            if all(
                each.may_hold_words(at) or at in each.texts
                for each in (first._layout, self._layout)
                for at in differing
            ):
                raise WordsFound(min(differing))
            raise InvalidDataFile(
                "{name} and {other} have words in different columns.", name=self.part.name, other=first.part.name
            )
        self._values, self._apart = first._values, first._apart
        first._rows_of_first = self._values.rows

    def read(self) -> Iterator[int]:
        """Yields how many bytes have been read."""
        reader = LineReader(self._layout, self.part.name)
        for lines, before, taken in lines_of(self.part, self._layout):
            reader.skipped(before)
            if written := without_blank(lines):
                self._add(reader, written, lines)
            else:
                reader.skipped(len(lines))
            yield taken
        if not self._values.rows:
            raise InvalidDataFile("{name} has no line with an image.", name=self.part.name)

    def _add(self, reader: LineReader, lines: Sequence[bytes], among: Sequence[bytes]) -> None:
        layout, apart = self._layout, self._apart
        numbers = reader.numbers(lines, among)
        if self._values.rows + len(lines) > self._bounds.images:
            raise InvalidDataFile(
                "{name} has more than {most:,} lines, which is the most that is read. Use a part of it.",
                name=self.part.name,
                most=self._bounds.images,
            )
        places = {at: place for place, at in enumerate(layout.numbers)}
        kept = [place for at, place in places.items() if at not in layout.apart]
        self._values.add(_columns(numbers, kept))
        for at in layout.apart:
            if at in places:
                apart.numbers.setdefault(at, []).append(numbers[:, places[at]].astype(np.float64))
        if layout.texts:
            self._add_words(reader.words(lines))

    def _add_words(self, rows: Sequence[Sequence[str]]) -> None:
        for place, at in enumerate(self._layout.texts):
            known = self._apart.words.setdefault(at, {})
            codes = self._apart.codes.setdefault(at, [])
            codes.extend(known.setdefault(row[place][:_LONGEST_WORD], len(known)) for row in rows)

    def material(self, tables: Sequence[_Table], notes: tuple[EngineError, ...]) -> Material:
        """What this and the others have read, of which it is the first."""
        layout = self._layout
        values = self._values.values()
        values.flags.writeable = False
        apart, words_note = self._apart.columns()
        numbered = layout.numbered
        if numbered is not None and not self._numbers_lines(apart[numbered].values):
            numbered = None
        return Material(
            kind=Kind.CSV,
            files=tuple(table.part.name for table in tables),
            values=values,
            divisor=self._values.divisor,
            train=self._rows_of_first,
            columns=layout.names,
            apart=apart,
            first_line=layout.first_line,
            header=layout.header,
            first_is_row=layout.first_is_row,
            numbered=numbered,
            value_range=self._values.value_range,
            notes=(*notes, *_notes(layout, numbered, words_note), *_headers(tables)),
        )

    def _numbers_lines(self, values: NDArray[Any]) -> bool:
        """Whether all lines of each file confirm what the first ones seemed to say."""
        parts = np.split(values, [self._rows_of_first]) if self._rows_of_first else [values]
        return all(numbers_lines(part, self._layout.header) for part in parts)

    @property
    def has_header(self) -> bool:
        return not self._layout.first_is_row


def _notes(layout: Layout, numbered: int | None, words_note: EngineError | None) -> Iterator[EngineError]:
    if layout.dialect.decimal_comma:
        yield EngineError("Numbers are written with a decimal comma.")
    if numbered is not None:
        yield EngineError("The column {column} only numbers the lines.", column=layout.names[numbered])
    if note := words_note or next(iter(layout.notes), None):
        yield note


def _headers(tables: Sequence[_Table]) -> Iterator[EngineError]:
    """Where the second file begins otherwise than the first."""
    for table in tables[1:]:
        if table.has_header and not tables[0].has_header:
            yield EngineError("The first line of {name} is a header and left out.", name=table.part.name)
        elif tables[0].has_header and not table.has_header:
            yield EngineError("The first line of {name} is an image.", name=table.part.name)


def _columns(numbers: NDArray[Any], kept: Sequence[int]) -> NDArray[Any]:
    """Columns that mostly lie side by side, without NumPy's slow way of picking each."""
    if kept and kept[-1] - kept[0] == len(kept) - 1:
        return numbers[:, kept[0] : kept[-1] + 1]
    return numbers[:, list(kept)]
