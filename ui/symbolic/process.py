"""SymPy in a process of its own, which can be stopped: at a limit of time by a kill, at one of memory by itself.

One worker answers one question after another; after a kill it is made anew. It is no part of joblib's own executor,
since killing a worker there breaks whatever else runs in it.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engines.differentiation.questions import Question
from engines.errors import Unanswered
from ui.server.limits import Limits
from ui.symbolic import worker as symbolic_worker
from ui.symbolic.worker import Failure

if TYPE_CHECKING:
    from joblib.externals.loky import ProcessPoolExecutor

_START_SECONDS = 60.0  # of a process, on a machine that is busy
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class SymbolicProcess:
    """The process, started by the first question. For one thread, except `close`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._executor: ProcessPoolExecutor | None = None
        self._closed = self._ends_at_exit = False
        self._lock = threading.Lock()

    def answer(self, question: Question) -> Any:
        """The answer, or an `Unanswered` that says why there is none; the seconds count from the start of the work."""
        try:
            executor = self._ready()
        except Exception:  # no memory for another process, none allowed, too slow a start
            self._kill()
            return Unanswered("SymPy cannot be started on this server, so its results are missing here.")
        try:
            found = executor.submit(symbolic_worker.answer, question).result(self._limits.sympy_seconds)
        except TimeoutError:
            self._kill()
            return Unanswered(
                "SymPy was given {seconds:g} s for {asked} and did not finish, so its results are missing here.",
                seconds=self._limits.sympy_seconds,
                asked=question.asked,
            )
        except Exception:  # the process is gone
            self._kill()
            return Unanswered(
                "SymPy's process died while working on {asked}, so its results are missing here.", asked=question.asked
            )
        return self._failure(question, found) if isinstance(found, Failure) else found

    def _failure(self, question: Question, failure: Failure) -> Unanswered:
        if failure.kind == "memory":
            self._kill()  # what it has taken it does not give back
            return Unanswered(
                "SymPy needed more than {megabytes:g} MB for {asked} and was stopped, so its results are missing here.",
                megabytes=self._limits.sympy_megabytes,
                asked=question.asked,
            )
        if failure.kind == "refused":
            return Unanswered(failure.template, **dict(failure.values))
        return Unanswered(
            "SymPy has no answer to {asked} ({kind}), so its results are missing here.",
            asked=question.asked,
            kind=failure.kind,
        )

    def close(self) -> None:
        """End the process for good, whatever it does."""
        with self._lock:
            self._closed = True
        self._kill()

    def _ready(self) -> ProcessPoolExecutor:
        """The executor, its process waiting for work."""
        with suppress(BrokenExecutor):
            return self._tried()
        self._kill()  # it died while it had nothing to do
        return self._tried()

    def _tried(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._closed:
                raise RuntimeError("closed")
            executor = self._executor = self._executor or self._made()
        started = executor.submit(symbolic_worker.ready)
        if not self._ends_at_exit:  # after joblib's own exit, which would wait for the work, and so before it
            self._ends_at_exit = True
            register: Any = threading._register_atexit  # type: ignore[attr-defined]  # no public name for it yet
            register(self.close)
        started.result(_START_SECONDS)
        return executor

    def _made(self) -> ProcessPoolExecutor:
        from joblib.externals.loky import ProcessPoolExecutor  # the first page need not wait for it

        return ProcessPoolExecutor(
            max_workers=1,
            initializer=symbolic_worker.prepare,
            initargs=(self._limits.sympy_megabytes, os.getpid()),
            env=_ONE_THREAD,
        )

    def _kill(self) -> None:
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            with suppress(Exception):
                executor.shutdown(wait=True, kill_workers=True)
