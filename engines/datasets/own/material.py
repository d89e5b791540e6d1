"""Material: what the files hold, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.kinds import Kind
from engines.errors import EngineError


@dataclass(frozen=True, eq=False)
class Material:
    """What the files held; it does not depend on what is chosen afterwards, and is never written to.

    `files`: their names. `values`: pixels, uint8 where all are whole numbers from 0 to 255, else float32: images
    (n, height, width), or of a table (n, columns) the columns that hold numbers. `labels`: int64 (n,), indices into
    `label_names`; of a table None, since any of its columns may hold them. `train`: so many rows, the first, are for
    training if the files say so themselves, the others for testing; None where they do not say.

    Of a table besides: `columns`, each column's name ("1", "2", … where the first line has none); `texts`, those
    columns that hold words, as (indices int64 (n,), names); `first_line`, what stands in it, and `header`, whether that
    looks like names. `notes`: what was done while reading (colours made grey, a column left out), as words.
    """

    kind: Kind
    files: tuple[str, ...]
    values: NDArray[np.uint8] | NDArray[np.float32] = field(repr=False)
    labels: NDArray[np.int64] | None = field(repr=False, default=None)
    label_names: tuple[str, ...] = ()
    train: int | None = None
    columns: tuple[str, ...] = ()
    texts: dict[int, tuple[NDArray[np.int64], tuple[str, ...]]] = field(repr=False, default_factory=dict)
    first_line: tuple[str, ...] = ()
    header: bool = False
    notes: tuple[EngineError, ...] = ()

    @property
    def images(self) -> int:
        """How many there are."""
        return len(self.values)

    @property
    def is_table(self) -> bool:
        return self.kind is Kind.CSV

    @property
    def nbytes(self) -> int:
        """What it weighs."""
        return self.values.nbytes + (0 if self.labels is None else self.labels.nbytes)


@dataclass(frozen=True, eq=False)
class Reading:
    """How much of the files is read, from 0 to 1; the last one has what they hold."""

    share: float
    material: Material | None = None
