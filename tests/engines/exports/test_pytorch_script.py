"""The script in PyTorch trains the run up to rounding, at a changing rate and with a momentum of 0 too."""

import numpy as np
import pytest

from engines import exports
from tests.engines.exports import cases
from tests.engines.exports.cases import edited, recipe, slower, steady
from tests.engines.exports.closeness import farthest, rounding


def special_runs(digits, dtype="float64"):
    """Where PyTorch's conventions part from the app's: a velocity under another rate, or under none."""
    runs = []
    for rule in ("momentum", "nesterov", "momentum_rate_outside", "nesterov_rate_outside"):
        start = recipe(digits, rule=rule, dtype=dtype, learning_rate=0.05)
        runs.append(edited(slower(start, 100), 300, momentum=0.5, batch_size=50))
        runs.append(edited(edited(start, 100, momentum=0.0), 200, momentum=0.9, learning_rate=0.02))
        runs.append(edited(edited(start, 100, learning_rate=0.0), 105, learning_rate=0.03))
    adam = edited(recipe(digits, rule="sgd", dtype=dtype), 100, rule="adam", beta_1=0.5)
    runs.append(edited(edited(adam, 200, beta_2=0.9, epsilon=1e-3), 300, rule="rmsprop", rho=0.5))
    runs.append(edited(recipe(digits, rule="adagrad", dtype=dtype), 200, epsilon=1e-3))
    return runs


PAIRWISE = cases.FACTORS | {"dtype": ("float64",)}


def test_settings_in_float64_agree_to_ten_digits(exported, digits):
    runs = [slower(steady(digits, **settings)) for settings in cases.pairwise(PAIRWISE)[::4]]
    of_its_backend = slower(recipe(digits, backend="torch"))
    assert farthest(exported([*runs, of_its_backend], "pytorch")) < 1e-10


@pytest.mark.long
@pytest.mark.parametrize("language", exports.LANGUAGES)
def test_pairwise_settings_in_float64_agree_to_ten_digits(exported, digits, language):
    runs = [slower(steady(digits, **settings)) for settings in cases.pairwise(PAIRWISE)]
    for run, app, ran in exported(runs, "pytorch", language=language):
        assert farthest([(run, app, ran)]) < 1e-10, run


def test_what_pytorch_does_otherwise_is_done_as_in_the_app(exported, digits):
    assert farthest(exported(special_runs(digits), "pytorch")) < 1e-10


def test_float32_differs_no_more_than_rounding_does(exported, digits):
    runs = [slower(recipe(digits, rule=rule, dtype="float32")) for rule in ("sgd", "nesterov", "adam")]
    for run, app, ran in exported(runs, "pytorch"):
        assert ran.weights[0].dtype == np.float32
        assert farthest([(run, app, ran)]) < rounding(run, app, digits)


@pytest.mark.long
@pytest.mark.parametrize("dtype", cases.FACTORS["dtype"])
def test_all_rules_activations_and_losses(exported, digits, dtype):
    factors = {name: cases.FACTORS[name] for name in ("rule", "activation", "loss")}
    grid = [dict(zip(factors, values, strict=True)) for values in cases.itertools.product(*factors.values())]
    for run, app, ran in exported([slower(recipe(digits, dtype=dtype, **each)) for each in grid], "pytorch"):
        limit = 1e-10 if dtype == "float64" else rounding(run, app, digits)
        assert farthest([(run, app, ran)]) < limit, run
