"""What this server allows: bounds of memory and time, each set by a variable of its environment.

The defaults hold Streamlit Community Cloud's 2.7 GB. On one's own machine they can be lifted: "none" is no limit.
Where several servers are replicas that share a machine, what all sessions share is all replicas' together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from engines.errors import InvalidSetting

PREFIX = "GRADIENT_ENGINE_"
_REPLICAS = PREFIX + "REPLICAS"
_MOST_REPLICAS = 1000


def _limit(default: float, name: str, lowest: float = 0.0, highest: float = math.inf, shared: bool = False) -> Any:
    """`shared` with the other replicas on this machine."""
    facts = {"default": default, "variable": PREFIX + name, "lowest": lowest, "highest": highest, "shared": shared}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Limits:
    """Megabytes for what one session holds, for what all hold together, and for results kept for everybody.

    `sympy_seconds`: how long SymPy may work on one question; `sympy_megabytes`: the address space of its process.
    `minutes`: of one processor, for a single piece of long work. `seconds`: for a number that a page waits for.
    """

    session_mb: float = _limit(256.0, "SESSION_MB")
    sessions_mb: float = _limit(1200.0, "SESSIONS_MB", shared=True)
    results_mb: float = _limit(64.0, "RESULTS_MB", shared=True)
    sympy_seconds: float = _limit(3.0, "SYMPY_SECONDS", 0.05, 3600.0)
    sympy_megabytes: float = _limit(600.0, "SYMPY_MB", 300.0, 1e6)  # SymPy alone takes up 200
    minutes: float = _limit(60.0, "MINUTES")
    seconds: float = _limit(2.0, "SECONDS")


def limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits of this server. Raises `InvalidSetting` for a variable that is neither a number in bounds nor "none".

    >>> limits({"GRADIENT_ENGINE_SESSION_MB": "none"}).session_mb
    inf
    >>> limits({"GRADIENT_ENGINE_SESSIONS_MB": "900", "GRADIENT_ENGINE_REPLICAS": "3"}).sessions_mb
    300.0
    """
    sharing = replicas(environment)
    read = {spec.name: _read(spec, environment) for spec in fields(Limits)}
    return Limits(
        **{spec.name: read[spec.name] / (sharing if spec.metadata["shared"] else 1) for spec in fields(Limits)}
    )


def replicas(environment: Mapping[str, str] = os.environ) -> int:
    """How many servers of the app share this machine, this one among them. Raises `InvalidSetting`."""
    written = environment.get(_REPLICAS, "").strip() or "1"
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= _MOST_REPLICAS):
        raise InvalidSetting(
            "The environment variable {variable} of this server must be a whole number from {lowest} to {highest}.",
            variable=_REPLICAS,
            lowest=1,
            highest=_MOST_REPLICAS,
        )
    return int(written)


def _read(spec: Field[Any], environment: Mapping[str, str]) -> float:
    variable, lowest, highest = (spec.metadata[key] for key in ("variable", "lowest", "highest"))
    written = environment.get(variable, "").strip()
    if not written:
        return spec.metadata["default"]
    try:
        value = highest if written == "none" else float(written)
    except ValueError:
        value = math.nan
    if not max(lowest, math.ulp(0.0)) <= value <= highest:
        raise InvalidSetting(
            "The environment variable {variable} of this server must be a number from {lowest:g} to {highest:g}, or "
            "none for no limit.",
            variable=variable,
            lowest=lowest,
            highest=highest,
        )
    return value
