"""Work in pieces: a large computation that stops now and then, so that others who share its thread get their turns.

How large a piece is follows from the settings alone, never from time or machine: the same settings give the same
sums in the same order, and so the same bits.

>>> def counted():
...     for n in range(3):
...         yield PIECE
...     return n
>>> finished(counted())
2
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, Final, TypeVar

R = TypeVar("R")

ROWS_TIMES_WEIGHTS = 2e8
"""Of one piece of a forward and backward pass, 1.2e9 operations: some 15 ms in float32, 30 ms in float64."""

MANY_NUMBERS = 500_000
"""A copy of so many takes a millisecond or two."""

WEIGHTS_A_FEATURE = 13
"""To draw a feature of a sample, and to cast it, takes as long as its way through so many weights."""

PIECE: Final = object()
"""What a generator yields between two pieces of one unit of its work."""

STOP: Final = object()
"""What a generator yields that has come to where it was to stop."""

InPieces = Generator[Any, None, R]


def rows_at_once(weights: int, passes: int = 3) -> int:
    """How many samples pass through so many weights in one piece; a forward and a backward pass count as three.

    >>> rows_at_once(25_450), rows_at_once(8_000_000), rows_at_once(10**12)
    (7858, 25, 1)
    """
    return max(1, int(3 * ROWS_TIMES_WEIGHTS / passes / weights))


def is_large(numbers: int) -> bool:
    """Whether going over so many numbers once is a piece of work of its own."""
    return numbers > MANY_NUMBERS


def is_light(rows: int, weights: int) -> bool:
    """Whether a forward and backward pass is so little work that nobody notices."""
    return 20 * rows * weights <= ROWS_TIMES_WEIGHTS and 5 * weights <= MANY_NUMBERS


def slices(count: int, rows: int) -> list[slice]:
    """`count` samples cut into pieces of so many rows, the last one shorter.

    >>> slices(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(start, min(start + rows, count)) for start in range(0, count, rows)]


def timed(work: InPieces[R]) -> InPieces[tuple[R, float]]:
    """The work's result, and its seconds on the processor: those of this thread, without others' between the pieces."""
    seconds = 0.0
    while True:
        started = time.thread_time()
        try:
            next(work)
        except StopIteration as end:
            return end.value, seconds + time.thread_time() - started
        seconds += time.thread_time() - started
        yield PIECE


def finished(work: InPieces[R]) -> R:
    """All pieces at once; returns the generator's result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
