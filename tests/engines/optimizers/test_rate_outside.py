"""Momentum with the rate outside the velocity: torch.optim's steps, also when the rate changes in mid-run."""

import numpy as np
import pytest
import torch

from engines import optimizers
from engines.optimizers.rate_outside import rate_outside

CURVATURES = np.array([0.3, 1.0, 2.5, 7.0])  # f(w) = ½ Σ λ w²
START = np.array([1.0, -2.0, 0.5, 3.0])
LEGS = ((20, 0.05), (20, 0.004), (20, 0.08))  # steps, learning rate
TWINS = ["momentum", "nesterov"]


def ours(backend, rule, legs):
    """w after each step of the legs, by that rule."""
    parameters = {"w": backend.array(START)}
    state = rule(1.0).initial_state(parameters)
    for steps, rate in legs:
        for _ in range(steps):
            rule(rate).update(parameters, {"w": parameters["w"] * backend.array(CURVATURES)}, state)
            yield np.array(backend.numpy(parameters["w"]))


def theirs(nesterov, legs):
    w = torch.tensor(START, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=0.9, nesterov=nesterov)
    for steps, rate in legs:
        optimizer.param_groups[0]["lr"] = rate
        for _ in range(steps):
            optimizer.zero_grad()
            (torch.tensor(CURVATURES) * w * w / 2).sum().backward()
            optimizer.step()
            yield w.detach().numpy().copy()


def twin(name):
    return lambda rate: rate_outside(optimizers.get(name)(learning_rate=rate, momentum=0.9))


@pytest.mark.parametrize("name", TWINS)
def test_it_is_torchs_under_a_changing_rate(backend, name):
    paths = list(ours(backend, twin(name), LEGS)), list(theirs(name == "nesterov", LEGS))
    np.testing.assert_allclose(*paths, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", TWINS)
def test_under_a_constant_rate_it_is_the_chapters_too_and_from_a_change_on_it_is_not(name, numpy_backend):
    def chapters(rate):
        return optimizers.get(name)(learning_rate=rate, momentum=0.9)

    outside, inside = (np.array(list(ours(numpy_backend, rule, LEGS))) for rule in (twin(name), chapters))
    first = LEGS[0][0]
    np.testing.assert_allclose(outside[:first], inside[:first], rtol=1e-11, atol=1e-13)
    assert np.abs(outside[first:] - inside[first:]).max() > 0.1


def test_only_momentum_has_a_twin_and_the_twins_keep_the_hyperparameters():
    with_twin = {name for name in optimizers.names() if rate_outside(optimizers.get(name)())}
    assert with_twin == set(TWINS)
    assert vars(rate_outside(optimizers.get("nesterov")(learning_rate=0.3, momentum=0.5))) == {
        "learning_rate": 0.3,
        "momentum": 0.5,
    }
    assert not {rate_outside(optimizers.get(name)()).name for name in TWINS} & set(optimizers.names())
