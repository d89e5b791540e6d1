"""Material: what the files hold, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.kinds import Kind
from engines.errors import EngineError


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table that is kept apart from the pixels, since it may hold the labels: float64 (n,); or, where
    it holds words, `words` and int64 indices into them."""

    values: NDArray[np.float64] | NDArray[np.int64] = field(repr=False)
    words: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """What the files held; it does not depend on what is chosen afterwards, and is never written to.

    `files`: their names. `values`: images (n, height, width), or of a table (n, columns) those that are not kept
    `apart`: uint8 where that holds them, to be divided by `divisor` (1 or 255) to be as in the file, else float32.
    `labels`: int64 (n,), indices into `label_names`; of a table None, since any column kept apart may hold them.
    `value_range`: lowest and highest value of the pixels as they stand in the file. `train`: so many rows, the first,
    are for training if the files say so themselves, the others for testing; None where they do not say. `white`: the
    value that is to be 1 where the files say that.

    Of a table besides: `columns`, each column's name ("1", "2", … where the first line has none); `apart`, some of
    them by their index; `first_line`, what stands there; `header`, whether that seems to be names; `first_is_row`,
    whether it can be an image too: then it is row 0; `numbered`, a column that only counts the lines. `notes`: what
    was done while reading (colours made grey, a column left out), as sentences.
    """

    kind: Kind
    files: tuple[str, ...]
    values: NDArray[np.uint8] | NDArray[np.float32] = field(repr=False)
    divisor: int = 1
    labels: NDArray[np.int64] | None = field(repr=False, default=None)
    label_names: tuple[str, ...] = ()
    value_range: tuple[float, float] = (0.0, 255.0)
    train: int | None = None
    white: float | None = None
    columns: tuple[str, ...] = ()
    apart: Mapping[int, Column] = field(repr=False, default_factory=dict)
    first_line: tuple[str, ...] = ()
    header: bool = False
    first_is_row: bool = False
    numbered: int | None = None
    notes: tuple[EngineError, ...] = ()

    @property
    def images(self) -> int:
        """How many there are."""
        return len(self.values)

    @property
    def is_table(self) -> bool:
        return self.kind is Kind.CSV

    @property
    def label_columns(self) -> tuple[int, ...]:
        """Of a table: the columns among which the labels can be chosen, as indices into `columns`."""
        return tuple(self.apart)

    @property
    def nbytes(self) -> int:
        """What it weighs."""
        labels = 0 if self.labels is None else self.labels.nbytes
        return self.values.nbytes + labels + sum(column.values.nbytes for column in self.apart.values())


@dataclass(frozen=True, eq=False)
class Reading:
    """How much of the files is read, from 0 to 1; the last one has what they hold."""

    share: float
    material: Material | None = None
