"""The memory that sessions may take: what they ask for is priced before it is made, and claimed here.

One session has a budget and all of them together have another, so that no link takes what others need. Both are
settings of the server (`ui.server.limits`); on one's own machine they can be lifted.

>>> budget = Budget(session=100, process=150)
>>> first = budget.claim("ada", "training", 80)
>>> budget.claim("bob", "training", 80)
Traceback (most recent call last):
ui.server.budget.OverBudget: ...
>>> first.release()
>>> budget.claim("bob", "training", 80).size
80
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from engines.errors import EngineError


class OverBudget(EngineError):
    """Something that would take more memory than there is for it; the message says how much, and what helps.

    `available` are the bytes that there would be.
    """

    def __init__(self, template: str, /, *, available: float, **values: object) -> None:
        self.available = available
        super().__init__(template, **values)


class Budget:
    """Who holds how many bytes for what. Claims of one session for the same thing replace each other."""

    def __init__(self, session: float, process: float) -> None:
        self._session, self._process = session, process
        self._claims: WeakValueDictionary[tuple[str, str], Claim] = WeakValueDictionary()  # a forgotten one is released
        self._lock = threading.RLock()

    def claim(self, session: str, what: str, size: int, shared: Hashable = None, leave: float = 0.0) -> Claim:
        """So many bytes for `what`, until the claim is released or forgotten. Raises `OverBudget`.

        `leave` is the share of everybody's budget that has to stay free then.

        Where several sessions hold one and the same thing, `shared`, each has to have room for it, and for all of them
        together it counts once.
        """
        with self._lock:
            self._check(session, what, size, shared, leave)
            claim = Claim(self, session, what, size, shared)
            self._claims[session, what] = claim
            return claim

    def _check(self, session: str, what: str, size: int, shared: Hashable, leave: float = 0.0) -> None:
        others = [claim for key, claim in list(self._claims.items()) if key != (session, what)]
        mine = self._session - sum(claim.size for claim in others if claim.session == session)
        apart = [claim for claim in others if shared is None or claim.shared != shared]
        everybodys = (1 - leave) * self._process - _together(apart)
        if size > mine:
            raise OverBudget(
                "This needs {asked} MB of memory. A visitor may use {limit} MB here, of which {free} MB are free. "
                "Fewer or smaller layers, float32, a smaller batch or a plainer optimizer need less.",
                available=mine,
                asked=_megabytes(size),
                limit=_megabytes(self._session),
                free=_megabytes(max(0, mine)),
            )
        if size > everybodys:
            raise OverBudget(
                "This needs {asked} MB of memory. All visitors of this server share {limit} MB, of which {free} MB "
                "are free now. Choose something smaller, or try again when others have left.",
                available=everybodys,
                asked=_megabytes(size),
                limit=_megabytes(self._process),
                free=_megabytes(max(0, everybodys)),
            )

    @property
    def claimed(self) -> int:
        """The bytes of all claims together."""
        with self._lock:
            return _together(list(self._claims.values()))

    def _grow(self, claim: Claim, size: int) -> None:
        with self._lock:
            self._check(claim.session, claim.what, size, claim.shared)
            claim.size = size

    def _drop(self, claim: Claim) -> None:
        with self._lock:
            if self._claims.get((claim.session, claim.what)) is claim:
                del self._claims[claim.session, claim.what]


@dataclass(eq=False)
class Claim:
    """Bytes that a session holds for something; `release` gives them back."""

    _budget: Budget = field(repr=False)
    session: str
    what: str
    size: int
    shared: Hashable = None  # what others hold too
    full: int = 0
    share: float = 1.0  # of what was wanted

    def release(self) -> None:
        self._budget._drop(self)

    def grow(self, size: int) -> None:
        """Make it so large, if it is smaller; from any thread. Raises `OverBudget`, and then it is as it was."""
        if size > self.size:
            self._budget._grow(self, size)

    def reduce(self, size: int) -> None:
        """What it is held for has become smaller, for a time: `full` is what it was."""
        self.full, self.size = max(self.full, self.size), min(self.size, size)


def _together(claims: Iterable[Claim]) -> int:
    """The bytes of these claims; what several of them share once."""
    sizes: dict[Hashable, int] = {}
    for claim in claims:
        thing = id(claim) if claim.shared is None else (claim.shared,)
        sizes[thing] = max(claim.size, sizes.get(thing, 0))
    return sum(sizes.values())


def _megabytes(size: float) -> str:
    """
    >>> _megabytes(256e6), _megabytes(4e5)
    ('256', '0.4')
    """
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:.1f}"
