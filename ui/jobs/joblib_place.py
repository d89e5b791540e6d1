"""Where joblib executes what it is given: in processes on this machine, or where the environment says.

`GRADIENT_ENGINE_JOBLIB` holds the arguments of `joblib.parallel_config` as JSON, so a cluster needs no change to
the code: {"backend": "dask", "scheduler_host": "tcp://…:8786"} or {"backend": "ray", "n_jobs": -1}.
"""

from __future__ import annotations

import json
import os
import pkgutil
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor

from engines.errors import InvalidSetting
from ui.server.limits import replicas

VARIABLE = "GRADIENT_ENGINE_JOBLIB"
_EXAMPLE = '{"backend": "dask", "scheduler_host": "tcp://127.0.0.1:8786"}'
_REGISTERED_BY: dict[Any, str] = {"ray": "ray.util.joblib:register_ray"}  # Dask's backend joblib finds by itself
_NICENESS = 10
_IDLE_SECONDS = 60  # after which a worker process that has nothing to do goes away


def parallel_place() -> joblib.parallel_config:
    """The context in which to run joblib. It holds for the thread that enters it alone.

    Raises `InvalidSetting` for a variable that cannot be read or used, such as a cluster that does not answer.
    """
    written = os.environ.get(VARIABLE, "").strip()
    try:
        return _configured(json.loads(written) if written else _here())
    except Exception as error:  # each backend has its own ways to fail
        raise InvalidSetting(
            "The environment variable {variable} of this server cannot be used: {reason}. It takes the arguments of "
            "joblib.parallel_config as JSON, for instance {example}.",
            variable=VARIABLE,
            reason=str(error).strip().rstrip(".") or type(error).__name__,
            example=_EXAMPLE,
        ) from error


def processes() -> int:
    """How many processes on this machine compute at once: this server's share of the processors, and two at least."""
    return max(2, joblib.cpu_count() // replicas())


def end_processes() -> None:
    """End the processes on this machine with what they compute; whoever waits for it gets an error, and a later sweep
    new ones. Runs elsewhere come to their end."""
    if not os.environ.get(VARIABLE, "").strip():
        get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)


def _here() -> dict[str, Any]:
    """Processes on this machine, each with one thread, that leave the processors to the server where it wants them."""
    limited = {"n_jobs": processes(), "inner_max_num_threads": 1}
    return {"backend": "loky", "idle_worker_timeout": _IDLE_SECONDS, "initializer": _give_way} | limited


def _give_way() -> None:
    """In a new process: pages, and training that is watched, come first."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _configured(arguments: Any) -> joblib.parallel_config:
    if not isinstance(arguments, dict):
        raise TypeError(f"it must be an object of names and values, not {json.dumps(arguments)}")
    if register := _REGISTERED_BY.get(arguments.get("backend")):
        pkgutil.resolve_name(register)()
    return joblib.parallel_config(**arguments)
