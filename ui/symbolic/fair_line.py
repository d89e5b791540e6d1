"""A line in which sessions take turns, so that who asks much waits long and keeps nobody else waiting.

>>> line = FairLine()
>>> line.join("anna", "f", 1); line.join("anna", "g", 2); line.join("ben", "f", 3)
>>> line.next(), line.next(), line.next(), line.next()
(1, 3, 2, None)
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairLine(Generic[T]):
    """What waits, by session and by the place that it is for.

    A session has at most `most` waiting, at each place the newest; what nobody has asked for again for `patience`
    seconds is no longer wanted. The caller sees to it that one thread at a time is here.
    """

    def __init__(self, most: int = 4, patience: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._patience, self._clock = most, patience, clock
        self._sessions: OrderedDict[str, OrderedDict[str, tuple[T, float]]] = OrderedDict()  # the next in turn first

    def join(self, session: str, place: str, wanted: T) -> None:
        """Wait, or wait on; another thing at the same place is forgotten, and so is the oldest of too many."""
        waiting = self._sessions.setdefault(session, OrderedDict())
        waiting[place] = (wanted, self._clock())
        if len(waiting) > self._most:
            waiting.popitem(last=False)

    def next(self) -> T | None:
        """What is due; None where nothing waits."""
        while self._sessions:
            session, waiting = self._sessions.popitem(last=False)
            _place, (wanted, asked_at) = waiting.popitem(last=False)
            if waiting:
                self._sessions[session] = waiting
            if self._clock() - asked_at <= self._patience:
                return wanted
        return None
