"""Names for states and for what they were computed in.

Equal bits hold in one environment: versions, processor, kernels of the linear algebra and the number of threads all
change them. So a state's short hash goes with a short code of the environment; where the codes differ, only
tolerances can be compared.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache

import numpy as np
from threadpoolctl import threadpool_info

from engines import backends

_DIGITS = 8  # of 16: one in four billion


def weights_hash(parameters: Mapping[str, np.ndarray]) -> str:
    """Eight digits that name these weights, {"W1": (inputs, units), …}: names, shapes and every bit.

    >>> weights_hash({"W1": np.zeros((2, 1))}) == weights_hash({"W1": np.zeros((1, 2))})
    False
    """
    digest = hashlib.blake2b(digest_size=_DIGITS // 2)
    for name, values in parameters.items():
        digest.update(f"{name} {values.dtype} {values.shape} ".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


@cache
def environment_code(backend: str) -> str:
    """Four digits for what the backend computes in here. Raises `UnknownBackend` or `BackendUnavailable`."""
    built = np.show_config(mode="dicts") or {}
    simd = built.get("SIMD Extensions", {}).get("found", [])
    blas = built.get("Build Dependencies", {}).get("blas", {})
    said = (
        backends.get(backend).version,
        np.__version__,
        platform.machine(),
        platform.system(),
        _processor(),
        simd,
        blas.get("name"),
        blas.get("version"),
    )
    return hashlib.blake2b(repr(said).encode(), digest_size=2).hexdigest()


def _processor() -> str:
    """The kernel that the linear algebra has chosen for this processor, where it tells."""
    pools = [pool for pool in threadpool_info() if pool.get("user_api") == "blas"]  # whatever else is loaded by now
    kernels = {f"{pool.get('internal_api')} {pool.get('architecture')}" for pool in pools}
    return ", ".join(sorted(kernels)) or platform.processor()
