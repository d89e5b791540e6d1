"""One run and its counterpart, the next backend or the other precision, and the same run made again."""

from dataclasses import replace

import numpy as np
import pytest

from engines import backends
from engines.backends.numpy_backend import NumpyBackend
from engines.questions.training import two_runs


def largest(one, other):
    """The largest relative difference of a tensor of the weights."""
    pairs = [(a.astype(float), other.parameters()[name].astype(float)) for name, a in one.parameters().items()]
    return max(np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max()) for a, b in pairs)


def both(run, other, steps):
    trainers = run.trainer(), other.trainer()
    for trainer in trainers:
        trainer.run(steps)
    return trainers


@pytest.fixture
def alone(monkeypatch):
    """No backend but NumPy."""
    monkeypatch.setattr(two_runs.backends, "names", lambda: ["numpy"])


def test_the_counterpart_is_another_library(answer, recipe):
    run = recipe(dtype="float32")
    found = answer("difference_of_two", run, steps=20)
    torch = replace(run, first=replace(run.first, backend="torch"))
    assert found.value == pytest.approx(largest(*both(run, torch, 20)), rel=1e-9)
    assert found.value == pytest.approx(found.numbers["ratio"] * 2.0**-24)
    assert (found.numbers["one"], found.numbers["two"]) == ("NumPy", "PyTorch")


def test_where_numpy_is_alone_it_is_the_other_precision(answer, recipe, alone):
    run = recipe(dtype="float32")
    found = answer("difference_of_two", run, steps=20)
    assert found.value == pytest.approx(largest(*both(run, replace(run, dtype="float64"), 20)), rel=1e-9)
    assert (found.numbers["one"], found.numbers["two"]) == ("float32", "float64")
    assert answer("parting_of_two", run, steps=20).value == 0  # the weights themselves are rounded


def test_the_first_gradient_is_a_sum_already(answer, recipe):
    run = recipe(dtype="float32")
    numpy, torch = run.trainer(), replace(run, first=replace(run.first, backend="torch")).trainer()
    gradients = [trainer.gradients(*(array[:32] for array in _data(trainer)))[1] for trainer in (numpy, torch)]
    assert any((gradients[0][name] != gradients[1][name]).any() for name in gradients[0])
    assert answer("parting_of_two", run, steps=5).value == 0


def _data(trainer):
    return trainer.data.x_train, trainer.data.y_train


@pytest.mark.parametrize("backend", backends.names())
def test_made_again_a_run_has_the_same_bits(answer, recipe, backend):
    run = recipe(0.5, optimizer="momentum", dtype="float32")
    run = replace(run, first=replace(run.first, backend=backend))
    one, other = both(run, run, 60)
    assert all(np.array_equal(value, other.parameters()[name]) for name, value in one.parameters().items())
    found = answer("same_run_again", run, steps=60)
    assert (found.value, found.numbers["difference"]) == ("none", 0.0)


@pytest.mark.parametrize(("noise", "key"), [(1e-13, "rounding"), (1e-1, "large")])
def test_a_backend_that_is_not_deterministic_is_found_out(answer, recipe, monkeypatch, noise, key):
    rng, real = np.random.default_rng(0), NumpyBackend.gradients

    def gradients(self, result, tensors):
        return [g * (1 + noise * rng.normal()) for g in real(self, result, tensors)]

    monkeypatch.setattr(NumpyBackend, "gradients", gradients)
    found = answer("same_run_again", recipe(), steps=3)
    assert found.value == key
    assert found.numbers["difference"] > 0
