"""What is said of one racer's next step, with every rule, at the moments where a sentence could be false."""

from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers
from engines.optimizers.base import Optimizer
from engines.races.anatomy import Anatomy
from ui.optimizers.anatomy.readings import anatomy_reading
from ui.text import Text

EN = Text("en")
GRADIENT = np.array([[1.0, -2.0], [0.0, 4.0]])


def next_step(rule: Optimizer, gradient=GRADIENT, before=(), loss=1.0):
    """The rule's step for that gradient after the ones `before`."""
    weights, state = {"W1": np.zeros((2, 2))}, rule.initial_state({"W1": np.zeros((2, 2))})
    for earlier in before:
        rule.update(weights, {"W1": earlier}, state)
    start = weights["W1"].copy()
    with np.errstate(all="ignore"):
        rule.update(weights, {"W1": gradient}, state)
    return Anatomy(len(before), rule, loss, {"W1": gradient}, state, {"W1": weights["W1"] - start})


def said(anatomy):
    return anatomy_reading(anatomy, "W1", EN)


@pytest.mark.parametrize("name", optimizers.names())
def test_numbers_that_are_none_are_a_divergence_and_no_length(name):
    rule = optimizers.get(name)()
    broken = next_step(rule, np.full((2, 2), np.nan), loss=np.inf)
    for anatomy in (broken, replace(next_step(rule), loss=np.nan), next_step(rule, np.full((2, 2), np.inf))):
        assert said(anatomy) == f"The numbers are too large for this step: with it {rule.label} diverges."


@pytest.mark.parametrize("name", optimizers.names())
def test_at_a_rate_of_0_the_gradient_is_not_blamed(name):
    rule = optimizers.get(name)(learning_rate=0.0)
    assert said(next_step(rule)) == "W1 does not move: the learning rate is 0."


@pytest.mark.parametrize("name", optimizers.names())
def test_without_a_gradient_nothing_moves(name):
    assert said(next_step(optimizers.get(name)(), 0 * GRADIENT)).startswith("W1 does not move: its gradient is 0")


def test_a_velocity_carries_on_where_there_is_no_gradient():
    told = said(next_step(optimizers.get("momentum")(), 0 * GRADIENT, before=[GRADIENT]))
    assert told == "Plain SGD would not move W1 here: its velocity carries it on."


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_the_step_is_1_plus_beta_times_plain_sgds_after_one_like_it(beta):
    told = said(next_step(optimizers.get("momentum")(momentum=beta), before=[GRADIENT]))
    assert f"is {1 + beta:.3g} times as long as plain SGD's at the same rate" in told
    assert "0% of its weights move uphill" in told


def test_after_a_turn_the_weights_with_a_gradient_move_uphill():
    told = said(next_step(optimizers.get("momentum")(momentum=0.9), before=[-2 * GRADIENT]))  # v = 2 · 0.9 − 1 = 0.8
    assert "is 0.8 times as long" in told
    assert "75.0% of its weights move uphill" in told


def test_the_rates_of_the_dividing_rules_are_those_of_the_rule():
    told = said(next_step(optimizers.get("adagrad")(learning_rate=0.1)))  # g / √g²: 0.1 / |g| of each
    assert "You set one learning rate, 0.1." in told
    assert "median 0.05" in told
    assert "Grey: 1 weight does not move." in told
