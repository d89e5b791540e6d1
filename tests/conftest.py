"""What all tests share: one thread for the numerical libraries, repeatable examples, the digits."""

import os

# ruff: noqa: E402 (the numbers of threads are read when the libraries are loaded)
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):  # the last is JAX's
    os.environ.setdefault(variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")  # JAX compiles in two thirds of the time

import hypothesis
import pytest
import torch

from engines import datasets

torch.set_num_threads(1)
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def digits():
    return datasets.load("digits")
