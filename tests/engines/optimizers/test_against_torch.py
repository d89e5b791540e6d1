"""Each optimizer beside torch.optim: the real network on digits, the same batches, every step compared."""

import itertools

import numpy as np
import pytest
import torch

from engines import optimizers
from tests.engines.oracles import batch_order, difference

EQUAL = {
    "sgd": ({"learning_rate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (
        {"learning_rate": 0.05, "momentum": 0.8},
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8),
    ),
    "nesterov": (
        {"learning_rate": 0.05, "momentum": 0.8},
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    ),
    "adagrad": (
        {"learning_rate": 0.02, "epsilon": 1e-6},
        lambda p: torch.optim.Adagrad(p, lr=0.02, eps=1e-6, initial_accumulator_value=0),
    ),
    "rmsprop": (
        {"learning_rate": 2e-3, "rho": 0.95, "epsilon": 1e-6},
        lambda p: torch.optim.RMSprop(p, lr=2e-3, alpha=0.95, eps=1e-6),
    ),
    "adam": (
        {"learning_rate": 2e-3, "beta_1": 0.85, "beta_2": 0.99, "epsilon": 1e-6},
        lambda p: torch.optim.Adam(p, lr=2e-3, betas=(0.85, 0.99), eps=1e-6),
    ),
}
DEFAULTS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.01, eps=1e-7),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=1e-3, alpha=0.9, eps=1e-7),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3, betas=(0.9, 0.999), eps=1e-7),
}


def torch_steps(initial, make_optimizer, data, steps):
    """The weights after each step of a network written in plain torch."""
    weights = {name: torch.tensor(values, requires_grad=True) for name, values in initial.items()}
    optimizer = make_optimizer(list(weights.values()))
    x, y = torch.tensor(data.x_train, dtype=torch.float64), torch.tensor(data.y_train)
    for _, indices in batch_order(0, len(y), 32, epochs=3)[:steps]:
        hidden = torch.relu(x[indices] @ weights["W1"] + weights["b1"])
        loss = torch.nn.functional.cross_entropy(hidden @ weights["W2"] + weights["b2"], y[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item(), {name: weight.detach().numpy().copy() for name, weight in weights.items()}


def largest_difference_over(trainer, steps):
    worst = 0.0
    for loss, weights in steps:
        record, ours = trainer.step(), trainer.parameters()
        assert record.loss == pytest.approx(loss, rel=1e-10)
        worst = max(worst, *(difference(ours[name], weights[name]) for name in weights))
    return worst


@pytest.mark.parametrize("name", EQUAL)
def test_every_step_is_torchs(backend, make_trainer, digits, name):
    settings, theirs = EQUAL[name]
    trainer = make_trainer(backend, optimizers.get(name)(**settings), dtype="float64")
    steps = torch_steps(trainer.parameters(), theirs, digits, 100)
    assert largest_difference_over(trainer, steps) < 1e-12
    assert trainer.steps == 100


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_defaults_are_the_designs(make_trainer, digits, name):
    trainer = make_trainer(optimizer=optimizers.get(name)(), dtype="float64")
    assert largest_difference_over(trainer, torch_steps(trainer.parameters(), DEFAULTS[name], digits, 20)) < 1e-12


def test_every_optimizer_has_its_oracle():
    assert optimizers.names() == list(EQUAL) == list(DEFAULTS)


@pytest.mark.parametrize("name", ["sgd", "adagrad", "rmsprop", "adam"])
def test_a_change_of_the_learning_rate_is_torchs(make_trainer, digits, name):
    """Where the rate stands outside the state, changing it in mid-run is the same change."""
    settings, theirs = EQUAL[name]
    trainer = make_trainer(optimizer=optimizers.get(name)(**settings), dtype="float64")
    made = []
    steps = torch_steps(trainer.parameters(), lambda p: made.append(theirs(p)) or made[0], digits, 40)
    assert largest_difference_over(trainer, itertools.islice(steps, 20)) < 1e-12
    trainer.set_optimizer(optimizers.get(name)(**settings | {"learning_rate": 0.005}))
    made[0].param_groups[0]["lr"] = 0.005
    assert largest_difference_over(trainer, steps) < 1e-12
    assert trainer.steps == 40


def test_the_oracle_tells_optimizers_apart(make_trainer, digits):
    trainer = make_trainer(optimizer=optimizers.get("adam")(epsilon=1e-8), dtype="float64")
    _, weights = list(torch_steps(trainer.parameters(), DEFAULTS["adam"], digits, 20))[-1]
    trainer.run(20)
    assert np.abs(trainer.parameters()["W1"] - weights["W1"]).max() > 1e-9
