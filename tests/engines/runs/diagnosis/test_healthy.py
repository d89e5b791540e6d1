"""Healthy runs, by their outcome: at no moment of their course is anything said. So too where a probe would mislead."""

import pytest

from tests.engines.runs.diagnosis.fates import is_ill, run_of, train

RATES = {  # over a decade
    "sgd": (0.05, 0.15, 0.5),
    "momentum": (0.01, 0.03, 0.1),
    "nesterov": (0.01, 0.03, 0.1),
    "adagrad": (0.01, 0.03, 0.1),
    "rmsprop": (5e-4, 1.5e-3, 5e-3),
    "adam": (5e-4, 1.5e-3, 5e-3),
}
LOSSES = ("cross_entropy", "mean_squared_error")
INITS = {"relu": "he", "tanh": "glorot", "sigmoid": "glorot"}
HEALTHY = [
    {"optimizer": optimizer, "learning_rate": rate, "activation": activation, "init": init, "loss": loss}
    for optimizer, rates in RATES.items()
    for rate in rates
    for activation, init in INITS.items()
    for loss in LOSSES
]

ON_CLOTHES = [  # there a rate of 0.5 is too large
    each | {"learning_rate": min(each["learning_rate"], 0.3)} for each in HEALTHY if each["loss"] == "cross_entropy"
]


def called(settings):
    return "-".join(str(settings[name]) for name in ("optimizer", "learning_rate", "activation", "loss"))


def check(steps, **settings):
    run = run_of(**settings)
    assert train(run, steps) == []
    assert not is_ill(run)


@pytest.mark.parametrize("settings", HEALTHY[::9], ids=called)
def test_of_a_healthy_run_nothing_is_said(settings):
    check(3_000 if settings["activation"] == "sigmoid" else 800, **settings)


@pytest.mark.long
@pytest.mark.parametrize("settings", HEALTHY, ids=called)
def test_of_no_healthy_run_anything_is_said(settings):
    check(5_000, **settings)


@pytest.mark.long
@pytest.mark.parametrize("settings", ON_CLOTHES, ids=called)
def test_of_no_healthy_run_on_clothes_anything_is_said(settings):
    check(3_000, data="fashion_mnist", **settings)


def test_a_sigmoid_with_the_squared_error_waits():
    check(4_000, activation="sigmoid", init="glorot", loss="mean_squared_error", learning_rate=0.1)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 6))])
def test_six_sigmoid_layers_with_adam_look_vanished_and_learn(seed):
    check(6_000 if seed else 3_000, hidden=(32,) * 6, activation="sigmoid", init="glorot", optimizer="adam", seed=seed)


def test_most_units_may_be_dead_in_a_network_that_has_learned():
    run = run_of(hidden=(64,), learning_rate=0.9)
    assert train(run, 2_000) == []
    assert not is_ill(run)


def test_adam_with_a_large_epsilon_crawls_and_has_no_other_finding():
    found = train(run_of(optimizer="adam", epsilon=1.0), 2_500)
    assert {kind for _step, kind in found} <= {"epsilon_large"}


def test_a_network_without_hidden_layers_may_begin_at_zero():
    check(1_000, hidden=(), init="zeros")
