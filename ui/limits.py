"""What this server allows: bounds of memory and time, each set by a variable of its environment.

The defaults hold Streamlit Community Cloud's 2.7 GB. On one's own machine they can be lifted: "none" is no limit.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from engines.errors import InvalidSetting

PREFIX = "GRADIENT_ENGINE_"


def _limit(default: float, name: str) -> float:
    return field(default=default, metadata={"variable": PREFIX + name})


@dataclass(frozen=True)
class Limits:
    """Megabytes for what one session holds, for what all hold together, and for results kept for everybody."""

    session_mb: float = _limit(256.0, "SESSION_MB")
    sessions_mb: float = _limit(1200.0, "SESSIONS_MB")
    results_mb: float = _limit(64.0, "RESULTS_MB")


def limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits of this server. Raises `InvalidSetting` for a variable that is neither a positive number nor "none".

    >>> limits({"GRADIENT_ENGINE_SESSION_MB": "none"})
    Limits(session_mb=inf, sessions_mb=1200.0, results_mb=64.0)
    """
    return Limits(**{spec.name: _read(spec.metadata["variable"], spec.default, environment) for spec in fields(Limits)})


def _read(variable: str, default: float, environment: Mapping[str, str]) -> float:
    written = environment.get(variable, "").strip()
    if not written:
        return default
    try:
        value = math.inf if written == "none" else float(written)
    except ValueError:
        value = math.nan
    if not value > 0:
        raise InvalidSetting(
            "The environment variable {variable} of this server must be a positive number, or none for no limit.",
            variable=variable,
        )
    return value
