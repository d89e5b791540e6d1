"""Planted failures: each is ill by its outcome, is named for what was planted, and is cured by its own advice."""

import pytest

from tests.engines.runs.diagnosis.fates import all_one, cured, finding_of, is_ill, run_of, shuffled, train

SIX = (32,) * 6
PLANTED = {  # settings, and the kind of finding
    "rate 0": ({"learning_rate": 0.0}, "rate_zero"),
    "rate 0, adam": ({"optimizer": "adam", "learning_rate": 0.0}, "rate_zero"),
    "a rate too small": ({"learning_rate": 1e-6}, "rate_small"),
    "a rate too small, adam": ({"optimizer": "adam", "learning_rate": 1e-8}, "rate_small"),
    "epsilon 100, adam": ({"optimizer": "adam", "epsilon": 100.0}, "epsilon_large"),
    "epsilon 1000, rmsprop": ({"optimizer": "rmsprop", "epsilon": 1e3}, "epsilon_large"),
    "a rate too large for relu": ({"learning_rate": 3.0}, "dead"),
    "a rate too large for three relu layers": ({"hidden": (32, 32, 32), "learning_rate": 2.0}, "dead"),
    "a rate too large, adam": ({"optimizer": "adam", "learning_rate": 1.0}, "dead"),
    "momentum 0.99 and rate 1": ({"optimizer": "nesterov", "momentum": 0.99, "learning_rate": 1.0}, "dead"),
    "a rate too large for tanh": ({"activation": "tanh", "learning_rate": 10.0}, "saturated"),
    "a rate too large for sigmoid": ({"activation": "sigmoid", "learning_rate": 100.0}, "saturated"),
    "a rate too large for tanh, adam": (
        {"activation": "tanh", "optimizer": "adam", "learning_rate": 1.0},
        "saturated",
    ),
    "overflow": ({"loss": "mean_squared_error", "learning_rate": 300.0}, "broke_rate"),
    "overflow, tanh": (
        {"loss": "mean_squared_error", "activation": "tanh", "learning_rate": 3.0},
        "broke_rate",
    ),
    "a rate too large for the precision": ({"learning_rate": 1e39}, "broke_at_once"),
    "six sigmoid layers": ({"hidden": SIX, "activation": "sigmoid", "init": "glorot"}, "vanishing"),
    "six small sigmoid layers": ({"hidden": SIX, "activation": "sigmoid", "init": "small"}, "vanishing"),
    "six small relu layers": ({"hidden": SIX, "init": "small"}, "dead_faded"),
    "two units in six layers": ({"hidden": (2,) * 6, "seed": 0}, "dead_narrow"),
    "all zeros, relu": ({"init": "zeros"}, "equal_units"),
    "all zeros, tanh": ({"init": "zeros", "activation": "tanh"}, "equal_units"),
    "all 0.05": ({"init": "constant"}, "equal_units"),
    "all 0.05, sigmoid": ({"init": "constant", "activation": "sigmoid"}, "equal_units"),
}
ON_CLOTHES = {  # where digits would be learned all the same
    "a rate too large without hidden layers": ({"hidden": (), "learning_rate": 1e4}, "above_guessing"),
    "adam with a rate too large without hidden layers": (
        {"hidden": (), "optimizer": "adam", "learning_rate": 30.0},
        "above_guessing",
    ),
    "momentum 0.99 without hidden layers": (
        {"hidden": (), "optimizer": "momentum", "momentum": 0.99, "learning_rate": 30.0},
        "above_guessing",
    ),
}
SOON = ("rate 0", "a rate too small", "epsilon 100, adam", "a rate too large, adam", "a rate too large for tanh",
        "overflow", "a rate too large for the precision", "six small sigmoid layers", "six small relu layers",
        "all zeros, relu", "all 0.05")  # fmt: skip
STEPS, THEN = 1_500, 1_500


def check(data, name):
    settings, kind = (PLANTED | ON_CLOTHES)[name]
    run = run_of(data, **settings)
    train(run, STEPS)
    finding = finding_of(run)
    assert is_ill(run)
    assert finding is not None
    assert finding.kind == kind
    assert 1 <= len(finding.remedy.changes) <= 2
    assert not is_ill(cured(run, finding, THEN))


@pytest.mark.parametrize("name", SOON)
def test_a_planted_failure_is_named_and_cured(name):
    check("digits", name)


@pytest.mark.long
@pytest.mark.parametrize("data", ["digits", "fashion_mnist"])
@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_failure_on_both_data_sets(name, data):
    check(data, name)


@pytest.mark.long
@pytest.mark.parametrize("name", ON_CLOTHES)
def test_each_planted_failure_on_clothes(name):
    check("fashion_mnist", name)


@pytest.mark.parametrize(
    ("data", "steps"), [("digits", 1_200), pytest.param("fashion_mnist", 1_200, marks=pytest.mark.long)]
)
def test_labels_that_do_not_go_with_the_images_are_found_and_no_setting_is_said_to_cure_them(data, steps):
    run = run_of(data, change=shuffled, learning_rate=0.01)
    found = train(run, steps)
    assert is_ill(run)
    assert [kind for _step, kind in found][:1] == ["labels"]
    assert {kind for _step, kind in found} == {"labels"}
    assert finding_of(run).remedy is None


def test_a_single_label_is_told_at_once():
    run = run_of(change=all_one)
    train(run, 1)
    finding = finding_of(run)
    assert (finding.kind, finding.remedy) == ("one_label", None)


@pytest.mark.parametrize("name", ["rate 0", "all zeros, relu", "all 0.05"])
def test_an_exact_cause_is_told_after_the_first_step(name):
    settings, kind = PLANTED[name]
    run = run_of(**settings)
    train(run, 1)
    assert finding_of(run).kind == kind


@pytest.mark.long
@pytest.mark.parametrize("missing", ["activation", "initialization"])
def test_six_small_sigmoid_layers_need_relu_and_he(missing):
    """Neither alone helps: so the finding proposes both."""
    settings, kind = PLANTED["six small sigmoid layers"]
    run = run_of(**settings)
    train(run, STEPS)
    finding = finding_of(run)
    assert finding.kind == kind
    assert dict(finding.remedy.changes) == {"activation": "relu", "initialization": "he"}
    half = {"activation": "sigmoid", "init": "he"} if missing == "activation" else {"activation": "relu"}
    other = run_of(**settings | half)
    train(other, STEPS)
    assert is_ill(other)
