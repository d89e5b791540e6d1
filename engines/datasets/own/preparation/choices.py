"""What can be chosen when images are made a data set: each field of `Preparation` is a control of the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SIDES = (8, 12, 16, 20, 24, 28, 32, 48, 64)
"""Pixels to choose from for the side of the square that images are fitted into."""


class Naming(StrEnum):
    """How classes are called."""

    AS_GIVEN = "as_given"  # the labels as they stand in the files
    DIGITS = "digits"  # 0…9
    LETTERS = "letters"  # a…z for labels 1…26, or 0…25
    CHARACTERS = "characters"  # EMNIST's 47 or 62: 0…9, A…Z, then small letters
    FASHION = "fashion"  # Fashion-MNIST's ten


class Split(StrEnum):
    """Which images are for testing."""

    GIVEN = "given"  # as the files say
    STRATIFIED = "stratified"  # a fifth of each class, drawn once for all by a fixed seed


@dataclass(frozen=True)
class Preparation:
    """`black` and `white`: the values in the file that become 0 and 1; what lies beyond is cut off. `turned`: rows for
    columns. `inverted`: 1 − x. `side`: pixels of the square that images are fitted into; None: as they are.

    Of a table: `header`, whether its first line is no image; `label_column`, an index into `Material.columns`.
    `drop_duplicates`: images of the test set that are also in the training set are left out of the test set.
    """

    black: float = 0.0
    white: float = 255.0
    turned: bool = False
    inverted: bool = False
    side: int | None = None
    header: bool = False
    label_column: int | None = None
    naming: Naming = Naming.AS_GIVEN
    split: Split = Split.STRATIFIED
    drop_duplicates: bool = False
