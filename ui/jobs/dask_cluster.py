"""A Dask cluster as the place of a sweep: joblib's own backend for it, held no longer than the sweep.

Imported only where `GRADIENT_ENGINE_JOBLIB` asks for Dask, and by the cluster's workers.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import dask
import joblib
from distributed import Client, get_worker
from joblib._dask import DaskDistributedBackend

from engines.errors import EngineError
from engines.given import cut

T = TypeVar("T")

NAME = "dask_cluster"
_LONGEST_REASON = 120  # the rest is in the log
_LOG = logging.getLogger(__name__)


class ClusterFailed(EngineError):
    """The cluster took the work but will not finish it."""


class Interrupted(Exception):
    """Nobody waits for the results any more."""


def register() -> None:
    """Let joblib know the backend by its name."""
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})  # a data set is large, and sent once
    joblib.register_parallel_backend(NAME, Cluster)


def asked_for() -> bool:
    """In a task: whether anybody still waits for its result. From outside a task that has begun cannot be stopped."""
    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is not None and task.state != "cancelled"


class Cluster(DaskDistributedBackend):
    """joblib's backend with a client of its own, where whatever Dask gives up ends the wait for it.

    `scheduler_host` is the scheduler's address, or else what Dask's configuration says (`DASK_SCHEDULER_ADDRESS`);
    `options` go to `distributed.Client.submit`: priority, resources, …
    """

    wanted = staticmethod(asked_for)

    def __init__(self, scheduler_host: str | None = None, wait_for_workers_timeout: float = 10, **options: Any) -> None:
        if unknown := options.keys() - inspect.signature(Client.submit).parameters.keys():
            raise TypeError(f"unknown to Dask: {', '.join(sorted(unknown))}")
        address = scheduler_host or dask.config.get("scheduler-address", None)
        if not address:  # Dask would start a cluster of its own, inside this server
            raise ValueError("it gives no scheduler_host, and DASK_SCHEDULER_ADDRESS is not set")
        super().__init__(client=_Client(address), wait_for_workers_timeout=wait_for_workers_timeout, **options)
        self._outstanding: set[Callable[[Any], object]] = set()
        self._interrupted = False

    def effective_n_jobs(self, n_jobs: int = 1) -> int:
        """At least two: for a single one joblib would compute here, not on the cluster."""
        return max(2, super().effective_n_jobs(n_jobs))

    def submit(self, func: Any, callback: Any = None) -> Future[Any]:
        """As joblib's, but `callback` is called for every outcome: without that joblib waits for what has failed."""
        self._outstanding.add(callback)
        job = super().submit(func, lambda _result: None)
        job.add_done_callback(lambda job: self._answer(callback, job.exception() or job.result()))
        if self._interrupted:
            self.interrupt()
        return job

    def retrieve_result_callback(self, out: Any) -> Any:
        """A result; what is none is raised, in our words unless a run itself has said what is wrong."""
        if not isinstance(out, BaseException) or isinstance(out, EngineError | Interrupted):
            return super().retrieve_result_callback(out)
        _LOG.warning("The cluster did not finish the work", exc_info=out)
        raise ClusterFailed(
            "The cluster did not finish the work: {reason}. What it has done is kept; start again for the rest.",
            reason=cut(f"{type(out).__name__}: {out}", _LONGEST_REASON).rstrip("."),
        ) from out

    def interrupt(self) -> None:
        """From any thread: let the one that waits for results wait no longer."""
        self._interrupted = True
        for callback in list(self._outstanding):
            self._answer(callback, Interrupted())

    def close(self) -> None:
        """Give the cluster back: what was computed for this client it then drops, and the data with it."""
        self.client.close()

    def _answer(self, callback: Callable[[Any], object], outcome: Any) -> None:
        self._outstanding.discard(callback)
        callback(outcome)


class _Client(Client):
    """Large arguments travel as results of tasks, which Dask makes again when the worker that has them is gone.

    Scattered data, joblib's way, would be lost with it, and every run that needs them.
    """

    def __init__(self, address: str) -> None:
        try:
            super().__init__(address, set_as_default=False)
        except BaseException:
            self._loop_runner.stop()  # its thread would stay
            raise

    async def scatter(self, data: Any, *_others: Any, **_options: Any) -> Any:  # pyrefly: ignore
        return self.submit(_itself, data, pure=False)


def _itself(data: T) -> T:
    return data
