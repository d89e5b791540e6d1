"""The script in Keras 3 trains the run: to ten digits with TensorFlow, to five with PyTorch as its backend."""

import pytest

from tests.engines.exports import cases
from tests.engines.exports.cases import edited, recipe, slower
from tests.engines.exports.closeness import farthest, rounding
from tests.engines.exports.test_pytorch_script import special_runs

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}


def test_with_pytorch_as_its_backend_five_digits_agree(exported, digits):
    run = edited(recipe(digits, rule="momentum", steps=60, learning_rate=0.05), 20, learning_rate=0.01)
    run = edited(run, 40, rule="adam", batch_size=50)
    assert farthest(exported([run], "keras", KERAS_BACKEND="torch")) < 1e-5


@pytest.mark.long
def test_all_rules_with_pytorch_as_its_backend(exported, digits):
    runs = [slower(recipe(digits, rule=rule)) for rule in cases.FACTORS["rule"]]
    for run, app, ran in exported(runs, "keras", KERAS_BACKEND="torch"):
        assert farthest([(run, app, ran)]) < 1e-5, run


@pytest.mark.long
@pytest.mark.parametrize("loss", cases.FACTORS["loss"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_with_tensorflow_ten_digits_agree(exported, digits, activation, loss):
    runs = [slower(recipe(digits, rule, activation, loss)) for rule in cases.FACTORS["rule"]]
    for run, app, ran in exported(runs, "keras", **QUIET):
        assert farthest([(run, app, ran)]) < 1e-10, run


@pytest.mark.long
def test_what_keras_does_otherwise_is_done_as_in_the_app(exported, digits):
    for run, app, ran in exported(special_runs(digits), "keras", **QUIET):
        assert farthest([(run, app, ran)]) < 1e-10, run


@pytest.mark.long
def test_float32_differs_no_more_than_rounding_does(exported, digits):
    runs = [slower(recipe(digits, rule=rule, dtype="float32")) for rule in cases.FACTORS["rule"]]
    for run, app, ran in exported([*runs, *special_runs(digits, "float32")[:6]], "keras", **QUIET):
        assert farthest([(run, app, ran)]) < rounding(run, app, digits), run
