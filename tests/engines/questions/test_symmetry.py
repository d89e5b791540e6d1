"""Units that are alike and entries that do not move, in networks whose weights are set by hand."""

import numpy as np
import pytest

from engines import network


@pytest.fixture
def begun(monkeypatch):
    """Lets the initialization "small" draw what a function says."""

    def begin(draw):
        monkeypatch.setitem(network.INITIALIZERS, "small", draw)

    return begin


def test_random_units_are_all_distinct(answer, recipe):
    found = answer("distinct_units", recipe(step=10))
    assert (found.value, found.numbers["units"], found.numbers["copies"]) == (32, 32, 0)


@pytest.mark.parametrize("step", [0, 1, 40])
def test_equal_units_stay_equal(answer, recipe, step):
    run = recipe(step=step, initialization="constant")
    assert answer("distinct_units", run).value == 1
    assert answer("distinct_units", run, parameter="W2").value == (1 if step == 0 else 10)  # classes differ


def test_copies_are_counted_within_a_millionth_of_the_largest_weight(answer, recipe, begun):
    columns = np.outer(np.linspace(1, 2, 64), [1.0, 1.0, 2.0, 2.0 * (1 + 0.9e-6), 3.0, 3.0 + 2.9e-6])  # largest is 6
    begun(lambda rng, inputs, units: columns if units == 6 else rng.normal(size=(inputs, units)))
    assert answer("distinct_units", recipe(hidden=(6,), initialization="small")).value == 3
    columns[0, 1] += 6.1e-6
    assert answer("distinct_units", recipe(hidden=(6,), initialization="small")).value == 4


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_from_zeros_only_the_last_bias_moves(answer, recipe, activation):
    run = recipe(step=25, activation=activation, initialization="zeros")
    found = answer("entries_moved", run)
    assert (found.value, found.numbers["names"], found.numbers["unmoved"]) == (10, "b2", 2400)
    assert answer("entries_moved", run, parameter="W1").value == 0


def test_the_entries_that_moved_are_those_that_differ(answer, recipe, by_hand):
    start, run = by_hand(), by_hand().to(12)
    found = answer("entries_moved", recipe(step=12))
    assert found.value == (start.flat != run.flat).sum() < found.numbers["total"] == 2410
    assert answer("entries_moved").value == 0
