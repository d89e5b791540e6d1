"""Races and sweeps: SGD's runs in plain NumPy, the others' by PyTorch's own optimizers."""

import math

import numpy as np
import pytest
import torch

from engines.errors import InvalidSetting

STEPS = 40
MAKE = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9),
    "adam": lambda p, rate: torch.optim.Adam(p, rate, eps=1e-7),
}


@pytest.fixture
def loss_after(by_hand, digits):
    """The loss on the test set after so many steps of PyTorch's optimizer."""

    def train(name, rate, steps=STEPS):
        run = by_hand()
        tensors = [torch.tensor(v, requires_grad=True) for v in (*run.weights, *run.biases)]
        rule = MAKE[name](tensors, rate)
        w1, w2, b1, b2 = tensors

        def loss(x, y):
            x, y = torch.tensor(x, dtype=torch.float64), torch.tensor(np.asarray(y, np.int64))
            return torch.nn.functional.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, y)

        for _ in range(steps):
            rows = run.next_batch()
            rule.zero_grad()
            loss(digits.x_train[rows], digits.y_train[rows]).backward()
            rule.step()
        return loss(digits.x_test, digits.y_test).item()

    return train


def test_the_winner_has_the_lowest_test_loss(answer, loss_after):
    rates = {"sgd": 0.1, "momentum": 0.1, "adam": 0.001}
    losses = {name: loss_after(name, rate) for name, rate in rates.items()}
    found = answer("race_winner", optimizers=list(rates), rates=list(rates.values()), steps=STEPS)
    assert found.value == min(losses, key=losses.get)
    ranked = sorted(losses, key=losses.get)
    for name in rates:
        assert found.numbers[f"loss_{name}"] == pytest.approx(losses[name], rel=1e-4)
        assert found.numbers[f"place_{name}"] == ranked.index(name) + 1


def test_sgd_in_plain_numpy(answer, by_hand, digits):
    run = by_hand(0.2).to(STEPS)
    found = answer("race_winner", optimizers=["sgd"], rates=[0.2], steps=STEPS)
    assert found.numbers["loss_sgd"] == pytest.approx(run.loss(digits.x_test, digits.y_test), rel=1e-8)
    assert found.numbers["accuracy_sgd"] == run.accuracy(digits.x_test, digits.y_test)


def test_one_that_diverges_is_last(answer, recipe):
    run = recipe(loss="mean_squared_error")
    found = answer("race_winner", run, optimizers=["sgd", "adam"], rates=[1e6, 0.001], steps=STEPS)
    assert (found.value, found.numbers["loss_sgd"], found.numbers["place_sgd"]) == ("adam", math.inf, 2)


def test_the_best_of_the_rates_that_are_tried(answer, loss_after):
    grid = (0.0001, 0.001, 0.01, 0.1)
    losses = [loss_after("adam", rate) for rate in grid]
    best = int(np.argmin(losses))
    found = answer("best_rate", optimizer="adam", grid=list(grid), steps=STEPS)
    assert found.value == grid[best]
    assert found.numbers["loss"] == pytest.approx(losses[best], rel=1e-4)
    assert found.numbers["smaller"] == pytest.approx(losses[best - 1], rel=1e-4)
    at_the_end = answer("best_rate", optimizer="sgd", grid=[1e-4, 1e-3], steps=STEPS)
    assert (at_the_end.value, math.isnan(at_the_end.numbers["larger"])) == (1e-3, True)


def test_the_places_when_each_has_its_best_rate(answer, loss_after):
    names, rates, grid = ("sgd", "momentum", "adam"), (0.01, 0.01, 0.01), (0.01, 0.1, 1.0)
    before = {name: loss_after(name, rate) for name, rate in zip(names, rates, strict=True)}
    tried = {name: [loss_after(name, rate) for rate in grid] for name in names}
    after = {name: min(losses) for name, losses in tried.items()}
    place = {key: sorted(losses, key=losses.get) for key, losses in (("before", before), ("after", after))}
    changed = sum(place["before"].index(name) != place["after"].index(name) for name in names)
    found = answer("ranks_changed", optimizers=list(names), rates=list(rates), grid=list(grid), steps=STEPS)
    assert (found.value, found.numbers["winner"]) == (changed, place["before"][0])
    tuned = answer("tuned_winner", optimizers=list(names), grid=list(grid), steps=STEPS)
    assert tuned.value == found.numbers["tuned"] == place["after"][0]
    for name in names:
        assert tuned.numbers[f"rate_{name}"] == grid[int(np.argmin(tried[name]))]
        assert found.numbers[f"after_{name}"] == place["after"].index(name) + 1
    assert tuned.numbers["spread"] == pytest.approx(max(after.values()) / min(after.values()), rel=1e-3)


def test_arguments_that_make_no_race(answer, recipe):
    for wrong in (
        {"optimizers": ["sgd", "sgd"], "rates": [0.1, 0.2]},
        {"optimizers": ["sgd"], "rates": [0.1, 0.2]},
        {"optimizers": ["lion"], "rates": [0.1]},
        {"optimizers": ["sgd"], "rates": [0]},
        {"optimizers": [], "rates": []},
    ):
        with pytest.raises(InvalidSetting):
            answer("race_winner", steps=5, **wrong)
    with pytest.raises(InvalidSetting):
        answer("best_rate", optimizer="sgd", grid=[0.1, 1.0], steps=10**6)
    with pytest.raises(InvalidSetting, match="diverges at every rate"):
        answer("best_rate", recipe(loss="mean_squared_error"), optimizer="sgd", grid=[1e5, 1e6], steps=STEPS)
