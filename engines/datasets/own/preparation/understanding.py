"""What a material seems to be: the choices that a preview begins with."""

from __future__ import annotations

import numpy as np

from engines.datasets.own.material import Column, Material
from engines.datasets.own.preparation.choices import Naming, Preparation, Split
from engines.datasets.own.tables.layout import LABELS
from engines.datasets.own.uploads import USUAL

_USUAL_SIDE = 28
_WHITES = (1, 16, 255)


def understood(material: Material) -> Preparation:
    """What the material seems to be: the choices to begin with."""
    black, white = _levels(material)
    column = _label_column(material) if material.is_table else None
    return Preparation(
        black=black,
        white=white,
        side=_side(material),
        header=material.is_table and not material.first_is_row and bool(material.first_line),
        label_column=column,
        naming=_naming(material, column),
        split=Split.STRATIFIED if material.train is None else Split.GIVEN,
    )


def _levels(material: Material) -> tuple[float, float]:
    low, high = material.value_range
    if material.white is not None and low >= 0:
        return 0.0, material.white
    if low < 0:
        return low, max(high, low + 1)
    return 0.0, next((float(white) for white in _WHITES if high <= white), high)


def _side(material: Material) -> int | None:
    """As they are, unless that is too large, or pictures had to be fitted into a square anyway."""
    if material.is_table:
        return None if material.values.shape[1] <= USUAL.side**2 else _USUAL_SIDE
    longest = max(material.values.shape[1:])
    fitted = longest == USUAL.side and any(
        "size" in note.template or "smaller" in note.template for note in material.notes
    )
    return _USUAL_SIDE if fitted or longest > USUAL.side else None


def _label_column(material: Material) -> int | None:
    """The column called so; else of words; else what looks most like labels."""
    if not material.apart:
        return None
    named = [at for at in material.apart if material.columns[at].lower() in LABELS]
    if named:
        return min(named, key=lambda at: LABELS.index(material.columns[at].lower()))
    free = [at for at in material.apart if at != material.numbered] or list(material.apart)
    return max(free, key=lambda at: label_merit(material.apart[at]))


def label_merit(column: Column) -> float:
    """How much a column looks like labels, from 0: few whole numbers or words, each about as frequent."""
    values = column.values
    if column.words is None and not (values == np.rint(values)).all():
        return 0.0
    found, counts = np.unique(values, return_counts=True)
    if not 2 <= len(found) <= min(USUAL.classes, len(values) / 2):
        return 0.0
    spread = float(found[-1] - found[0]) + 1
    dense = 1.0 if column.words is not None or spread <= 2 * len(found) + 2 else 0.1
    return dense * (1 - counts.max() / len(values))


def _naming(material: Material, column: int | None) -> Naming:
    numbers = _numbers(material, column)
    named = " ".join(material.files).lower()
    if not numbers:
        return Naming.AS_GIVEN
    low, high = min(numbers), max(numbers)
    if (low >= 1 and high == 26) or ("letter" in named and low >= 0 and high <= 26):
        return Naming.LETTERS
    if "emnist" in named and low == 0 and high in (46, 61):
        return Naming.CHARACTERS
    if "fashion" in named and low >= 0 and high <= 9:
        return Naming.FASHION
    return Naming.AS_GIVEN


def _numbers(material: Material, column: int | None) -> set[int]:
    """The labels as numbers; none where they are words, or too many."""
    if not material.is_table:
        names = material.label_names
        return {int(name) for name in names} if all(name.isdecimal() and len(name) < 9 for name in names) else set()
    found = None if column is None else material.apart[column]
    if found is None or found.words is not None or not label_merit(found):
        return set()
    return {int(value) for value in np.unique(found.values)}
