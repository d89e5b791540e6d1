"""Processes on this machine that joblib hands its work to, by loky: what they are like, and their end."""

from __future__ import annotations

import os
from typing import Any

import joblib
from joblib._parallel_backends import LokyBackend
from joblib.externals.loky import get_reusable_executor

from ui.server.limits import replicas

NAME = "local_processes"
_NICENESS = 10
_IDLE_SECONDS = 60  # after which a worker process that has nothing to do goes away


def processes() -> int:
    """How many processes on this machine compute at once: this server's share of the processors, and two at least."""
    return max(2, joblib.cpu_count() // replicas())


def settings() -> dict[str, Any]:
    """For `joblib.parallel_config`: each process has one thread and leaves the processors to the server."""
    joblib.register_parallel_backend(NAME, LocalProcesses)
    limited = {"n_jobs": processes(), "inner_max_num_threads": 1}
    return {"backend": NAME, "idle_worker_timeout": _IDLE_SECONDS, "initializer": _give_way} | limited


class LocalProcesses(LokyBackend):
    """joblib's own backend, which can be interrupted at any moment, also before its processes are there."""

    _is_interrupted = False

    def submit(self, func: Any, callback: Any = None) -> Any:
        """As joblib's; what is handed over after an interruption ends at once."""
        job = super().submit(func, callback)
        if self._is_interrupted:
            _end_processes()
        return job

    def interrupt(self) -> None:
        """End what is computed; the thread that waits for it gets an error, and later work new processes."""
        self._is_interrupted = True
        _end_processes()


def _end_processes() -> None:
    """By force, and so that nothing stays here.

    loky's thread that writes to the processes would wait for ever, with what it writes, data and all: nobody reads
    that any more, but as this process could, the thread is not told so.
    """
    executor = get_reusable_executor(reuse=True)
    calls = executor._call_queue
    executor.shutdown(wait=False, kill_workers=True)
    if calls is not None:
        calls._reader.close()


def _give_way() -> None:
    """In a new process: pages, and training that is watched, come first."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
