"""What cannot be a hyperparameter: another library's name, and a number that would divide 0 by 0."""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from engines import optimizers
from engines.errors import InvalidSetting

NAMES = optimizers.names()
DIVIDED = pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])


@DIVIDED
def test_epsilon_must_not_be_zero(name):
    with pytest.raises(InvalidSetting, match=r"above 0, not 0: .* gradient is exactly 0.* 0 / 0"):
        optimizers.get(name)(epsilon=0)


@DIVIDED
@pytest.mark.parametrize(("dtype", "too_small", "enough"), [("float32", 1e-38, 1.2e-38), ("float64", 1e-308, 2.3e-308)])
def test_epsilon_must_not_count_as_zero_in_the_dtype(make_trainer, name, dtype, too_small, enough):
    rule = optimizers.get(name)
    refused = rf"epsilon must be at least .* in {dtype}, where {too_small:g} counts as 0: .* 0 / 0"
    with pytest.raises(InvalidSetting, match=refused):
        rule(epsilon=too_small).check_dtype(dtype)
    with pytest.raises(InvalidSetting, match=refused):
        make_trainer(optimizer=rule(epsilon=too_small), dtype=dtype)
    trainer = make_trainer(optimizer=rule(epsilon=enough), dtype=dtype)
    with pytest.raises(InvalidSetting, match=refused):
        trainer.set_optimizer(rule(epsilon=too_small))
    assert trainer.optimizer == rule(epsilon=enough)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_weight_whose_gradient_is_exactly_zero_stays_whatever_the_bounds_allow(backend, name, dtype):
    specs = dataclasses.fields(optimizers.get(name))
    lowest = {spec.name: max(spec.metadata["minimum"], float(np.finfo(dtype).tiny)) for spec in specs}
    highest = {spec.name: min(1e6, math.nextafter(spec.metadata["below"], 0)) for spec in specs}
    for chosen in itertools.product(*((lowest[setting], highest[setting]) for setting in lowest)):
        rule = optimizers.get(name)(**dict(zip(lowest, chosen, strict=True)))
        rule.check_dtype(dtype)
        parameters = {"w": backend.array(np.array([1.0, -2.0], dtype))}
        state = rule.initial_state(parameters)
        for _ in range(3):
            rule.update(parameters, {"w": backend.array(np.zeros(2, dtype))}, state)
        np.testing.assert_array_equal(backend.numpy(parameters["w"]), [1.0, -2.0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("lr", r"no hyperparameter 'lr': its name is learning_rate\."),
        ("learningrate", "no hyperparameter 'learningrate'; choose one of learning_rate"),
        ("a" * 10**6, "no hyperparameter 'aaa"),
    ],
    ids=["lr", "learningrate", "long"],
)
def test_unknown_hyperparameters_are_named(name, given, said):
    with pytest.raises(InvalidSetting, match=said) as error:
        optimizers.get(name)(**{given: 0.1})
    assert len(str(error.value)) <= 300


@pytest.mark.parametrize(("theirs", "ours"), [("eps", "epsilon"), ("beta1", "beta_1"), ("beta2", "beta_2")])
def test_another_librarys_name_is_translated(theirs, ours):
    with pytest.raises(InvalidSetting, match=rf"Adam has no hyperparameter '{theirs}': its name is {ours}\."):
        optimizers.get("adam")(**{theirs: 0.5})


def test_too_many_numbers_and_one_given_twice():
    with pytest.raises(InvalidSetting, match="SGD has only learning_rate to set, but got 2 values"):
        optimizers.get("sgd")(0.1, 0.9)
    with pytest.raises(InvalidSetting, match="given learning_rate twice"):
        optimizers.get("momentum")(0.1, learning_rate=0.2)
