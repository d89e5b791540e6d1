"""How fast a job may go so that somebody can follow it: the limit on its units a second, which changes no number.

A tempo is one of four. "slow": a unit for each picture of the last one that was drawn, so that every one is seen;
"normal": a middle; "fast": no limit; "auto": slow at first, then twice as fast each second until nothing limits it.
"""

from __future__ import annotations

import math

TEMPOS = ("auto", "slow", "normal", "fast")

SLOW, NORMAL = 5.0, 50.0  # units a second: at most so many are drawn, and a middle
SLOW_SECONDS = 5.0  # of "auto"
_DOUBLINGS = 14  # then "auto" is at 82,000 a second, where nothing small can be done in time
_LEAST_WAIT = 0.01  # seconds: faster than that the units come in handfuls
_MOST_SAVED = 0.1  # seconds of what it may do that a job can catch up with
_BETWEEN_SEEN = 0.75 / SLOW  # seconds at least, however often a page is drawn
_UNSEEN = 3.0  # seconds after which a unit that nobody draws is done all the same: its page is another one now


class SpeedLimit:
    """What one job may do by now. Without a tempo nothing limits it.

    How far "auto" has come is kept when the job rests and goes on; the times are those of any clock.

    >>> limit = SpeedLimit()
    >>> limit.choose("normal"); limit.begin(now=0.0)
    >>> limit.allowance(now=0.0), limit.allowance(now=0.1)
    (1, 5)
    """

    def __init__(self) -> None:
        self.tempo: str | None = None
        self._lifted = False
        self._ran, self._at = 0.0, -math.inf  # seconds of "auto" so far; when it was last looked at
        self._saved, self._seen = 1.0, True

    def choose(self, tempo: str) -> None:
        """Go on at another tempo: "auto" from where the one before has brought the job."""
        before, self.tempo = self.tempo, tempo
        if tempo == "auto" and before not in (None, "auto") and self._at > -math.inf:
            speeds = {"slow": SLOW, "normal": NORMAL, "fast": math.inf}
            self._ran = SLOW_SECONDS + min(math.log2(speeds[before] / SLOW), _DOUBLINGS)

    def begin(self, now: float, limited: bool = True) -> None:
        """The job starts; the first unit may be done at once, and without the limit all of them."""
        self._at, self._saved, self._seen, self._lifted = now, 1.0, True, not limited

    @property
    def is_shown_each(self) -> bool:
        """Whether each unit waits until the one before has been seen."""
        slowly = self.tempo == "slow" or (self.tempo == "auto" and self._ran < SLOW_SECONDS)
        return slowly and not self._lifted

    @property
    def rate(self) -> float:
        """Units a second, at most."""
        if self._lifted or self.tempo in (None, "fast"):
            return math.inf
        if self.tempo != "auto":
            return {"slow": SLOW, "normal": NORMAL}[self.tempo]
        doublings = max(0.0, self._ran - SLOW_SECONDS)
        return SLOW * 2**doublings if doublings < _DOUBLINGS else math.inf

    def wait(self, now: float) -> float:
        """In how many seconds the next unit may be done."""
        if (rate := self.rate) == math.inf:
            return 0.0
        if self.is_shown_each:
            return self._at + (_BETWEEN_SEEN if self._seen else _UNSEEN) - now if self._saved < 1 else 0.0
        missing = 1 - self._saved - rate * (now - self._at)
        return max(missing / rate, _LEAST_WAIT) if missing > 1e-9 else 0.0

    def allowance(self, now: float) -> float:
        """How many units may be done now. The time since the last look has passed at the present tempo."""
        passed, rate, each = max(0.0, now - self._at), self.rate, self.is_shown_each
        if rate == math.inf:
            self._at = now
            return math.inf
        if each and self.wait(now) > 0:
            return 0
        if self.tempo == "auto":
            self._ran += min(passed, _UNSEEN)
        self._at = now
        self._saved = 1.0 if each else min(self._saved + rate * passed, max(1.0, rate * _MOST_SAVED))
        return math.floor(self._saved + 1e-9)

    def spend(self, units: int) -> None:
        """So many have been done."""
        if units:
            self._saved, self._seen = max(0.0, self._saved - units), False

    def see(self) -> None:
        """The last unit has been drawn."""
        self._seen = True
