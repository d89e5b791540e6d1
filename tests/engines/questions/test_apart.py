"""How far apart a race ends, against each run by itself: SGD's in plain NumPy, the others' by PyTorch's optimizers."""

import math

import pytest

from engines.errors import InvalidSetting
from tests.engines.questions.test_rates import STEPS, loss_after  # noqa: F401

RATES = {"sgd": 0.3, "momentum": 0.03, "adam": 0.003}
NAMES = tuple(RATES)


def test_the_spread_is_the_highest_loss_over_the_lowest(answer, loss_after):  # noqa: F811
    losses = [loss_after(name, rate) for name, rate in RATES.items()]
    alike = [loss_after(name, 0.01) for name in NAMES]
    found = answer("race_spread", optimizers=NAMES, rates=tuple(RATES.values()), steps=STEPS, one_rate=0.01)
    assert found.value == pytest.approx(max(losses) / min(losses), rel=1e-3)
    assert found.numbers["lowest"] == pytest.approx(min(losses), rel=1e-4)
    assert found.numbers["highest"] == pytest.approx(max(losses), rel=1e-4)
    assert found.numbers["one_rate_spread"] == pytest.approx(max(alike) / min(alike), rel=1e-3)


def test_without_one_rate_there_is_nothing_beside_it(answer):
    found = answer("race_spread", optimizers=("sgd",), rates=(0.1,), steps=5)
    assert (found.value, set(found.numbers)) == (1.0, {"lowest", "highest"})


def test_where_one_diverges_there_is_no_spread(answer, recipe):
    run = recipe(loss="mean_squared_error")
    with pytest.raises(InvalidSetting):
        answer("race_spread", run, optimizers=("sgd", "adam"), rates=(1e6, 0.001), steps=STEPS)
    alike = {"rates": (0.01, 0.001), "one_rate": 1e6}
    with pytest.raises(InvalidSetting):
        answer("race_spread", run, optimizers=("sgd", "adam"), steps=STEPS, **alike)
    assert math.isfinite(answer("race_spread", run, optimizers=("sgd",), rates=(0.01,), steps=5).value)
