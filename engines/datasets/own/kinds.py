"""What the files are that somebody brings: by their first bytes, not by their names."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a data set can be read from."""

    IDX = "idx"  # two files, or four with those for testing
    NPZ = "npz"
    CSV = "csv"
    PICTURES = "pictures"  # a ZIP of one folder a class
