"""What is made of a moment less often than a live page is told what is new."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Seldom(Generic[T]):
    """`make` of a moment, at most once in so many seconds. A page that is laid out begins anew.

    Several places that are to show the same moment ask `of` in the first of them and `last` in the others.
    """

    last: T

    def __init__(self, every: float, make: Callable[[Any], T]) -> None:
        self._every, self._make, self._at = every, make, -math.inf

    def of(self, now: Any) -> T:
        """What it makes of the moment; within those seconds what it made last."""
        if time.monotonic() - self._at >= self._every:
            self.last, self._at = self._make(now), time.monotonic()
        return self.last
