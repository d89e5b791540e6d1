"""Labels: which column or array has them, which classes there are, and what these are called."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.datasets import fashion_mnist
from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Naming, Preparation
from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidData

_LONGEST = 40
_EXACT = 2**53  # from here on float64 takes neighbouring whole numbers for one
_BALANCED = string.digits + string.ascii_uppercase + "abdefghnqrt"  # EMNIST's 47: small letters that look different
_BY_CLASS = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, eq=False)
class Labels:
    """`indices` int64 (images,) into `names`; `numbers`, the labels as they stand in the file, None where they are
    words. `counts`: images of each class."""

    indices: NDArray[np.int64]
    names: tuple[str, ...]
    numbers: tuple[int, ...] | None

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.bincount(self.indices, minlength=len(self.names))


def first_image(material: Material, preparation: Preparation) -> int:
    """The first row that is an image: 1 where the first line of a table can be one but is to be a header."""
    return int(material.is_table and material.first_is_row and preparation.header)


def labelled(material: Material, preparation: Preparation, bounds: Bounds) -> Labels:
    """Raises `InvalidData` where there are no classes, one, or too many."""
    indices, found = _as_they_stand(material, preparation, bounds)
    numbers = _whole(found)
    if len(found) < 2:
        raise _one_class(found, material.is_table)
    if len(found) > bounds.classes:
        raise InvalidData(
            "There are {found:,} different labels; at most {most} classes can be used. Are these labels?",
            found=len(found),
            most=bounds.classes,
        )
    return Labels(indices, _names(found, numbers, preparation.naming), numbers)


def _one_class(found: Sequence[str], of_a_table: bool) -> InvalidData:
    label = found[0] if found else "?"
    if of_a_table:
        return InvalidData(
            "All labels are {label!r}: a network needs two classes or more to tell apart. Is that the right column?",
            label=label,
        )
    return InvalidData("All labels are {label!r}: a network needs two classes or more to tell apart.", label=label)


def namings(numbers: Sequence[int] | None) -> tuple[Naming, ...]:
    """The ways of calling classes that fit such labels."""
    return tuple(naming for naming in Naming if naming is Naming.AS_GIVEN or _called(numbers, naming) is not None)


def _as_they_stand(material: Material, preparation: Preparation, bounds: Bounds) -> tuple[NDArray[np.int64], list[str]]:
    if not material.is_table:
        assert material.labels is not None
        present = np.bincount(material.labels, minlength=len(material.label_names)) > 0
        places = np.cumsum(present) - 1
        return places[material.labels], [
            name for name, there in zip(material.label_names, present, strict=True) if there
        ]
    column = material.apart.get(-1 if preparation.label_column is None else preparation.label_column)
    if column is None:
        raise InvalidData("The labels need a column of their own, the first one, the last one, or one with words.")
    values = column.values[first_image(material, preparation) :]
    named = material.columns[preparation.label_column or 0]
    if column.words is None and not (values == np.rint(values)).all():
        raise InvalidData("The column {column} has fractions: it holds no labels.", column=named)
    if column.words is None and not (np.abs(values) < _EXACT).all():
        raise InvalidData("The column {column} has numbers too large for labels.", column=named)
    found, indices = np.unique(values, return_inverse=True)
    words = column.words
    names = [str(int(value)) if words is None else words[int(value)] for value in found[: bounds.classes + 1]]
    names += [""] * (len(found) - len(names))
    order = np.argsort(np.array(names), kind="stable") if words is not None else np.arange(len(names))
    return np.argsort(order)[indices].astype(np.int64), [names[at] for at in order]


def _whole(names: Sequence[str]) -> tuple[int, ...] | None:
    """The labels as numbers, if all are."""
    if not all(name.removeprefix("-").isascii() and name.removeprefix("-").isdecimal() for name in names):
        return None
    return tuple(int(name[:18]) for name in names)


def _names(found: Sequence[str], numbers: Sequence[int] | None, naming: Naming) -> tuple[str, ...]:
    called = _called(numbers, naming) or [_tidy(name) for name in found]
    return tuple(name if called.count(name) == 1 else f"{name} ({at})" for at, name in enumerate(called))


def _called(numbers: Sequence[int] | None, naming: Naming) -> list[str] | None:
    """The names of such labels, or None where they do not fit."""
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    names: Sequence[str] = ()
    match naming:
        case Naming.AS_GIVEN:
            return None
        case Naming.DIGITS:
            names = string.digits
        case Naming.LETTERS:
            names = string.ascii_lowercase
            if (low >= 1 and high == len(names)) or low >= 1:
                numbers = [number - 1 for number in numbers]
        case Naming.CHARACTERS:
            names = _BALANCED if high < len(_BALANCED) else _BY_CLASS
        case Naming.FASHION:
            names = fashion_mnist.RELEASE.class_names
    fits = min(numbers) >= 0 and max(numbers) < len(names)
    return [names[number] for number in numbers] if fits else None


def _tidy(name: str) -> str:
    """Something that can be shown: one line, not empty, not long."""
    text = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    return (text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…") or "?"
