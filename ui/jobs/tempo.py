"""How often live pages are drawn: as often as they want to, and all of them less often while they come late.

What gives way in a crowd follows from what is measured, not from the number of sessions: on a machine that others
use too, ten may be too many, and on a quiet one a hundred may do.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

SLOWEST = 4  # times the interval that a page wants
_LATE, _EARLY = 0.25, 0.08  # of the interval: how long a page takes on average, from its wish to its last word
_CROWDED, _ROOMY = 0.5, 0.2  # share of the time in which pages are drawn: the rest is for training
_WINDOW = 1.0  # seconds over which it is measured
_FIRST_PATIENCE, _LONGEST_PATIENCE = 4.0, 60.0  # seconds before it is tried to be faster again


class Tempo:
    """The one measure of a process.

    >>> now = 0.0
    >>> tempo = Tempo(lambda: now)
    >>> for now in (0.0, 0.4, 0.8, 1.2):  # each page takes 0.3 seconds
    ...     tempo.note(asked=now - 0.3, began=now - 0.1, ended=now, every=0.5)
    >>> tempo.interval(0.5)
    1.0
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._stretch, self._patience = 1, _FIRST_PATIENCE
        self._late_at = self._tried_at = self._try_at = -math.inf  # last late, last made faster, may be again
        self._since, self._pages, self._late, self._busy = clock(), 0, 0.0, 0.0

    def interval(self, every: float) -> float:
        """Seconds between two updates of a page that wants one every so many."""
        return every * self._stretch

    @property
    def is_stretched(self) -> bool:
        """Whether pages are drawn less often than they want to."""
        return self._stretch > 1

    def note(self, asked: float, began: float, ended: float, every: float) -> None:
        """A page that wants an update `every` so many seconds wanted one, was drawn from `began` on, and has it."""
        with self._lock:
            self._pages += 1
            self._late += (ended - asked) / self.interval(every)
            self._busy += ended - began
            if ended - self._since >= _WINDOW:
                self._judge(ended, self._late / self._pages, self._busy / (ended - self._since))
                self._since, self._pages, self._late, self._busy = ended, 0, 0.0, 0.0

    def _judge(self, now: float, late: float, busy: float) -> None:
        """Twice as slow at once, twice as fast only after a while; and after longer where that did not go well."""
        if late > _LATE or busy > _CROWDED:
            self._stretch = min(2 * self._stretch, SLOWEST)
            if now > self._late_at + 2 * _LONGEST_PATIENCE:  # another crowd
                self._patience = _FIRST_PATIENCE
            elif now < self._tried_at + _FIRST_PATIENCE:
                self._patience = min(2 * self._patience, _LONGEST_PATIENCE)
            self._tried_at, self._late_at, self._try_at = -math.inf, now, now + self._patience
        elif self._stretch > 1 and now >= self._try_at and late < _EARLY and busy < _ROOMY:
            self._stretch //= 2
            self._tried_at, self._try_at = now, now + _FIRST_PATIENCE
