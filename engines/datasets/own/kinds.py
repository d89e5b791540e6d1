"""What the files are that somebody brings: by their first bytes, not by their names."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from engines.datasets.own.uploads import Upload


class Kind(StrEnum):
    """What a data set can be read from."""

    IDX = "idx"  # two files, or four with those for testing
    NPZ = "npz"
    CSV = "csv"
    PICTURES = "pictures"  # a ZIP of one folder a class


def recognised(uploads: Sequence[Upload]) -> Kind:
    """Which kind of data set the files are, packed (.gz, .zip) or not.

    Raises `InvalidDataFile` that names the file, what is wrong with it and what was expected.
    """
    raise NotImplementedError
