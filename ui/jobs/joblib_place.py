"""Where joblib executes what it is given: in processes on this machine, or where the environment says.

`GRADIENT_ENGINE_JOBLIB` holds the arguments of `joblib.parallel_config` as JSON, so a cluster needs no change to
the code: {"backend": "dask", "scheduler_host": "tcp://…:8786"} or {"backend": "ray", "n_jobs": -1}.
"""

from __future__ import annotations

import json
import logging
import os
import pkgutil
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack
from typing import Any

import joblib

from engines.errors import EngineError, InvalidSetting
from engines.races.rate_sweep import always
from ui.jobs import local_processes

VARIABLE = "GRADIENT_ENGINE_JOBLIB"
_EXAMPLE = '{"backend": "dask", "scheduler_host": "tcp://127.0.0.1:8786"}'
_REGISTERED_BY: dict[Any, str] = {"ray": "ray.util.joblib:register_ray", "dask": "ui.jobs.dask_cluster:register"}
_NAMES: dict[Any, str] = {"dask": "dask_cluster"}  # as they are registered, where that is another name
_LOG = logging.getLogger(__name__)


class ProcessEnded(EngineError):
    """A process of this machine that computed is no longer there."""


class Place:
    """The context in which to run joblib. It holds for the thread that enters it alone; others may interrupt it.

    Entering it raises `InvalidSetting` for a variable that cannot be read or used, such as a cluster that does not
    answer; leaving it raises `ProcessEnded` where one has died. `wanted` tells a run whether it is still waited for,
    there where it is executed.
    """

    def __init__(self) -> None:
        self._entered = ExitStack()
        self._interrupt: Callable[[], object] | None = None
        self._lock, self._is_interrupted = threading.Lock(), False
        self.wanted: Callable[[], bool] = always

    def __enter__(self) -> Place:
        written = os.environ.get(VARIABLE, "").strip()
        try:
            config = self._entered.enter_context(
                _configured(json.loads(written) if written else local_processes.settings())
            )
        except Exception as error:  # each backend has its own ways to fail
            wrong = _unusable(error)
            _LOG.warning("%s", wrong)
            raise wrong from error
        backend = config["backend"]
        self.wanted = getattr(backend, "wanted", always)
        self._interrupt = getattr(backend, "interrupt", None)
        if hasattr(backend, "close"):
            self._entered.callback(backend.close)
        return self

    def __exit__(self, kind: object, error: BaseException | None, frames: object) -> None:
        with self._lock:
            self._interrupt = None
        self._entered.close()
        if isinstance(error, BrokenExecutor):
            error.__traceback__ = None  # loky keeps the error until the next sweep, and the frames would keep the data
            if not self._is_interrupted:
                _LOG.warning("%s", error)
                raise _ended() from None

    def interrupt(self) -> None:
        """From another thread: end what is computed there; the thread that waits for it gets an error.

        Where the place is somebody else's and knows no end, it comes to its own.
        """
        self._is_interrupted = True
        with self._lock:
            if self._interrupt:
                self._interrupt()


def _configured(arguments: Any) -> joblib.parallel_config:
    if not isinstance(arguments, dict):
        raise TypeError(f"it must be an object of names and values, not {json.dumps(arguments)}")
    name = arguments.get("backend")
    if register := _REGISTERED_BY.get(name):
        pkgutil.resolve_name(register)()
        arguments = arguments | {"backend": _NAMES.get(name, name)}
    return joblib.parallel_config(**arguments)


def _ended() -> ProcessEnded:
    return ProcessEnded(
        "A process that computed has ended too early, perhaps because memory ran out. What it has done is kept; start "
        "again for the rest."
    )


def _unusable(error: Exception) -> InvalidSetting:
    return InvalidSetting(
        "The environment variable {variable} of this server cannot be used: {reason}. It takes the arguments of "
        "joblib.parallel_config as JSON, for instance {example}.",
        variable=VARIABLE,
        reason=str(error).strip().rstrip(".") or type(error).__name__,
        example=_EXAMPLE,
    )
