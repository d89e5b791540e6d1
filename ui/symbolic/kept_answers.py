"""Answers kept for all sessions: as many as weigh no more than so many bytes, the least recently used go first."""

from __future__ import annotations

import pickle
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from engines.errors import EngineError

_REFUSAL_SECONDS = 120.0  # that there is no answer is kept for so long: perhaps the server was busy


class KeptAnswers:
    """Answer by question. The caller sees to it that one thread at a time is here."""

    def __init__(self, most_bytes: int = 8_000_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, int, float]] = OrderedDict()  # with weight and time
        self._most, self._clock = most_bytes, clock
        self.weight = 0

    def get(self, question: Hashable) -> Any:
        """The answer, which may be an error; or None."""
        if question not in self._kept:
            return None
        answer, _weight, kept_at = self._kept[question]
        if isinstance(answer, EngineError) and self._clock() - kept_at > _REFUSAL_SECONDS:
            self._drop(question)
            return None
        self._kept.move_to_end(question)
        return answer

    def put(self, question: Hashable, answer: Any) -> None:
        """Keep it, however heavy it is, until others have come."""
        self._drop(question)
        weight = len(pickle.dumps(question)) + len(pickle.dumps(answer))
        self._kept[question] = (answer, weight, self._clock())
        self.weight += weight
        while self.weight > self._most and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, question: Hashable) -> None:
        _answer, weight, _kept_at = self._kept.pop(question, (None, 0, 0.0))
        self.weight -= weight
