"""Answers computed anew, each once and within bounded time, whatever a link asks for."""

from __future__ import annotations

import time

from threadpoolctl import threadpool_limits

from engines import backends
from engines.errors import EngineError, InvalidSetting, TakesTooLong
from engines.pieces import InPieces
from engines.questions import Answer
from lessons.answers import Value
from lessons.steps import Step
from ui.experiment.settings import Settings

_OWN = Settings().backend


class Computed:
    """The answers by step and backend. One that takes longer than so many seconds is given up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[tuple[Step, str], Value | EngineError] = {}
        self._why_not: dict[str, EngineError | None] = {}

    def why_not(self, backend: str) -> EngineError | None:
        """Why that backend cannot be used here; None if it can."""
        if backend not in self._why_not:
            self._why_not[backend] = _refusal(backend)
        return self._why_not[backend]

    def is_exact(self, backend: str) -> bool:
        """Whether answers are computed on that very backend."""
        return self.why_not(backend) is None

    def value(self, step: Step, backend: str) -> Value | EngineError:
        """The answer of a step, or why there is none."""
        backend = backend if self.is_exact(backend) else _OWN
        if (step, backend) not in self._known:
            self._known[step, backend] = self._compute(step, backend)
        return self._known[step, backend]

    def _compute(self, step: Step, backend: str) -> Value | EngineError:
        try:
            with threadpool_limits(1):  # as the app does: other sums otherwise
                return self._in_time(step.answered(backend)).value
        except EngineError as error:
            return error
        except Exception as error:  # a table with one hole is better than none
            return InvalidSetting("it breaks: {kind}: {reason}", kind=type(error).__name__, reason=str(error))

    def _in_time(self, work: InPieces[Answer]) -> Answer:
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            try:
                next(work)
            except StopIteration as end:
                return end.value
        work.close()
        raise TakesTooLong("it takes more than {seconds:g} seconds", seconds=self._seconds)


def _refusal(backend: str) -> EngineError | None:
    try:
        backends.get(backend)
    except EngineError as error:
        return error
    return None
