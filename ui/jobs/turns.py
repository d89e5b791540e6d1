"""Taking turns at work that needs the whole machine: one at a time, first come, first served.

>>> turns = Turns()
>>> first, second = object(), object()
>>> turns.join(first); turns.join(second)
>>> turns.ahead(first), turns.ahead(second)
(0, 1)
>>> turns.leave(first)
>>> turns.ahead(second)
0
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class Turns:
    """The line of those who wait; the first one in it has the turn until it leaves."""

    def __init__(self) -> None:
        self._line: list[object] = []
        self._lock = threading.Lock()

    def join(self, who: object) -> None:
        with self._lock:
            self._line.append(who)

    def ahead(self, who: object) -> int:
        """How many are before `who`; at 0 it has the turn."""
        with self._lock:
            return self._line.index(who)

    def leave(self, who: object) -> None:
        with self._lock:
            self._line.remove(who)


@dataclass(frozen=True)
class Waiting:
    """Not begun yet: so many are before it."""

    ahead: int
    share: float = 0.0


def in_turn(
    turns: Turns, make: Callable[[], Generator[T, Any, Any]], every: float = 0.1
) -> Generator[T | Waiting, None, None]:
    """`Waiting` every so many seconds while others have the turn, then the records of `make()`.

    The turn is over when this is exhausted or closed. Blocks: for a thread of its own (`ui.jobs.own_thread`).
    """
    ticket = object()
    turns.join(ticket)
    try:
        while ahead := turns.ahead(ticket):
            yield Waiting(ahead)
            time.sleep(every)
        with closing(make()) as records:
            yield from records
    finally:
        turns.leave(ticket)
