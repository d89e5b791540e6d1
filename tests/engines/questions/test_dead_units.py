"""Units that are 0 for every training sample, counted in plain NumPy."""

import pytest

from engines.errors import InvalidSetting


@pytest.mark.parametrize(("rate", "step"), [(0.1, 0), (0.1, 30), (6.0, 30)])
def test_dead_units_of_one_layer(answer, recipe, by_hand, digits, rate, step):
    run = by_hand(rate).to(step)
    dead = int((run.passes(digits.x_train)[0][0] <= 0).all(axis=0).sum())
    found = answer("dead_units", recipe(rate, step=step))
    assert (found.value, found.numbers["units"], found.numbers["alive"]) == (dead, 32, 32 - dead)
    assert found.numbers["share"] == dead / 32
    assert found.numbers["accuracy"] == run.accuracy(digits.x_test, digits.y_test)
    assert (dead > 10) == (rate == 6.0)


def test_layer_by_layer(answer, recipe, by_hand, digits):
    run = by_hand(1.5, sizes=(64, 16, 8, 10)).to(20)
    sums = run.passes(digits.x_train)[0]
    dead = [int((z <= 0).all(axis=0).sum()) for z in sums[:2]]
    start = by_hand(sizes=(64, 16, 8, 10)).passes(digits.x_train)[0]
    made = recipe(1.5, hidden=(16, 8), step=20)
    assert [answer("dead_units", made, layer=layer).value for layer in (1, 2)] == dead
    found = answer("dead_units", made)
    assert (found.value, found.numbers["units"]) == (sum(dead), 24)
    assert found.numbers["start"] == sum(int((z <= 0).all(axis=0).sum()) for z in start[:2])


def test_only_relu_has_dead_units(answer, recipe):
    for run in (recipe(activation="tanh"), recipe(hidden=())):
        with pytest.raises(InvalidSetting, match="relu"):
            answer("dead_units", run)
    with pytest.raises(InvalidSetting, match="layer"):
        answer("dead_units", recipe(), layer=2)
