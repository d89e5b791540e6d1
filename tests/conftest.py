"""What all tests share: one thread for the numerical libraries, repeatable examples, the digits."""

import os
from pathlib import Path

# ruff: noqa: E402 (the numbers of threads are read when the libraries are loaded)
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):  # the last is JAX's
    os.environ.setdefault(variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")  # JAX compiles in two thirds of the time
# What JAX compiles in one process is there for the others: workers, servers, the next run
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "0")

import hypothesis
import pytest
import torch

from deploy.balancer import NoBalancer, haproxy
from engines import datasets

torch.set_num_threads(1)
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def digits():
    return datasets.load("digits")


@pytest.fixture(scope="session")
def balancer_program():
    """HAProxy. Without it the tests are skipped with a word, but where CI requires those in a browser they fail."""
    try:
        return haproxy()
    except NoBalancer as error:
        (pytest.fail if os.environ.get("GRADIENT_ENGINE_BROWSER_TESTS") == "required" else pytest.skip)(str(error))
