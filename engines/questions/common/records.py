"""Long work that yields records: its last one is the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from engines.pieces import PIECE, InPieces

R = TypeVar("R")


def last(records: Iterable[Any], kind: type[R]) -> InPieces[R]:
    """The last record of that kind, with a piece for each that comes."""
    found: R | None = None
    for record in records:
        if isinstance(record, kind):
            found = record
        yield PIECE
    assert found is not None
    return found
