"""Whether the page that a job belongs to is still there.

Two things tell: the connection, which the server sees drop when a tab is closed or a network fails, and a lease
that the page renews while it draws. The lease is the backstop for what the server does not see.
"""

from __future__ import annotations

import math
from collections.abc import Callable


class Lease:
    """Runs out `seconds` after the last `renew`; `leave` ends it at once, until `come_back` or `renew`.

    >>> now = 0.0
    >>> lease = Lease(90.0, lambda: now)
    >>> now = 91.0
    >>> lease.is_away, lease.renew(), lease.is_away
    (True, True, False)
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._end = clock() + seconds
        self._is_gone: Callable[[], bool] = _always
        self.left_at = math.inf
        self.came_back_at = clock()

    @property
    def is_away(self) -> bool:
        """Whether the connection is down or the lease has run out."""
        return self.left_at < math.inf or self._clock() >= self._end

    def renew(self) -> bool:
        """The page draws: another `seconds`. Returns whether it was away before."""
        was_away, self._end = self.is_away, self._clock() + self._seconds
        if was_away:
            self.left_at, self.came_back_at = math.inf, self._clock()
        return was_away

    def leave(self, is_gone: Callable[[], bool] | None = None) -> None:
        """The connection dropped. `is_gone` can tell later whether the session did not come back elsewhere."""
        self._is_gone = is_gone or _always
        self.left_at = min(self.left_at, self._clock())

    def come_back(self) -> bool:
        """The connection is there again, the lease is where it was. Returns whether it had dropped."""
        had_left = self.left_at < math.inf
        if had_left:
            self.left_at, self.came_back_at = math.inf, self._clock()
        return had_left

    @property
    def gone_for(self) -> float:
        """Seconds since the connection dropped; 0 while it is up."""
        return max(0.0, self._clock() - self.left_at)

    def is_abandoned(self, patience: float) -> bool:
        """Whether the connection has been down for `patience` seconds and the session is gone."""
        if self._clock() < self.left_at + patience:
            return False
        try:
            if self._is_gone():
                return True
        except Exception:  # nobody is left to be asked
            return True
        self.left_at = self._clock()  # ask again later
        return False


def _always() -> bool:
    return True
