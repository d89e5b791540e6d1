"""What every optimizer keeps to: gradients untouched, arrays that cannot change, settings checked."""

import dataclasses
import math
import operator

import numpy as np
import pytest

from engines import optimizers
from engines.errors import InvalidSetting
from engines.optimizers.base import SMALLEST

NAMES = optimizers.names()


class Frozen:
    """An array without in-place operators: `a += b` makes a new one, as JAX's arrays do."""

    def __init__(self, values):
        self.values = np.array(values)
        self.values.flags.writeable = False


def _operator(name, swapped):
    def operate(self, other):
        other = other.values if isinstance(other, Frozen) else other
        return Frozen(getattr(operator, name)(*((other, self.values) if swapped else (self.values, other))))

    return operate


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Frozen, f"__{_name}__", _operator(_name, swapped=False))
    setattr(Frozen, f"__r{_name}__", _operator(_name, swapped=True))


def random_steps(steps=5):
    rng = np.random.default_rng(2)
    start = {"W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=2)}
    return start, [{name: rng.normal(size=values.shape) for name, values in start.items()} for _ in range(steps)]


def descend(name, wrap):
    start, gradients = random_steps()
    rule = optimizers.get(name)()
    parameters = {key: wrap(values) for key, values in start.items()}
    state = rule.initial_state(parameters)
    for step in gradients:
        rule.update(parameters, {key: wrap(values) for key, values in step.items()}, state)
    return parameters


@pytest.mark.parametrize("name", NAMES)
def test_arrays_that_cannot_change_end_at_the_same_weights(name):
    frozen, plain = descend(name, Frozen), descend(name, np.array)
    for key, values in plain.items():
        np.testing.assert_allclose(frozen[key].values, values, rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_never_changed(backend, name):
    start, gradients = random_steps()
    rule = optimizers.get(name)()
    parameters = {key: backend.array(values) for key, values in start.items()}
    state = rule.initial_state(parameters)
    for step in gradients:
        given = {key: backend.array(values) for key, values in step.items()}
        rule.update(parameters, given, state)
        for key, values in step.items():
            np.testing.assert_array_equal(backend.numpy(given[key]), values)


@pytest.mark.parametrize("name", NAMES)
def test_read_only_gradients_are_enough(name):
    """A gradient may be a broadcast view, or an array shared with another tensor."""
    rule = optimizers.get(name)()
    parameters = {"w": np.ones((2, 3))}
    state = rule.initial_state(parameters)
    for _ in range(3):
        rule.update(parameters, {"w": np.broadcast_to(np.float64(0.5), (2, 3))}, state)
    assert (parameters["w"] < 1).all()


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_updated_in_place_where_they_can_be(name):
    rule, array = optimizers.get(name)(), np.ones(3)
    parameters = {"w": array}
    rule.update(parameters, {"w": np.ones(3)}, rule.initial_state(parameters))
    assert parameters["w"] is array


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(backend, name, dtype):
    rule = optimizers.get(name)()
    parameters = {"w": backend.array(np.ones(3, dtype))}
    state = rule.initial_state(parameters)
    rule.update(parameters, {"w": backend.array(np.ones(3, dtype))}, state)
    arrays = [parameters["w"], *(state[key]["w"] for key in rule.state_names)]
    assert [backend.numpy(array).dtype for array in arrays] == [dtype] * len(arrays)


@pytest.mark.parametrize("name", NAMES)
def test_the_state_begins_at_zero_whatever_the_weights(name):
    weights = {"W1": np.array([[1.0, -2.0]]), "b1": np.array([np.inf, np.nan, -np.inf])}
    state = optimizers.get(name)().initial_state(weights)
    assert state.keys() - {"t"} == set(optimizers.get(name).state_names)
    for remembered in optimizers.get(name).state_names:
        for key, values in weights.items():
            np.testing.assert_array_equal(state[remembered][key], np.zeros_like(values))


@pytest.mark.parametrize("name", NAMES)
def test_a_zero_gradient_moves_nothing_at_rest(name):
    rule, parameters = optimizers.get(name)(), {"w": np.array([1.0, -2.0])}
    rule.update(parameters, {"w": np.zeros(2)}, rule.initial_state(parameters))
    np.testing.assert_array_equal(parameters["w"], [1.0, -2.0])


SETTINGS = [(name, field.name) for name in NAMES for field in dataclasses.fields(optimizers.get(name))]
FRACTIONS = [(name, setting) for name, setting in SETTINGS if setting not in ("learning_rate", "epsilon")]


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
@pytest.mark.parametrize(
    "value", [-1e-9, -1, math.nan, math.inf, -math.inf, True, False, "0.1", None, 1j, [0.1]], ids=repr
)
def test_hyperparameters_that_cannot_be(name, setting, value):
    with pytest.raises(InvalidSetting) as error:
        optimizers.get(name)(**{setting: value})
    assert isinstance(error.value, ValueError)
    assert setting in str(error.value)
    assert repr(value) in str(error.value)


@pytest.mark.parametrize(("name", "setting"), FRACTIONS)
@pytest.mark.parametrize("value", [1.0, 1, 1.5])
def test_what_must_stay_below_one(name, setting, value):
    with pytest.raises(InvalidSetting, match="to less than 1"):
        optimizers.get(name)(**{setting: value})


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_hyperparameters_at_their_edges(name, setting):
    lowest = SMALLEST if setting == "epsilon" else 0
    assert getattr(optimizers.get(name)(**{setting: lowest}), setting) == lowest
    assert getattr(optimizers.get(name)(**{setting: 0.999999}), setting) == 0.999999


def test_a_number_too_large_for_a_float():
    with pytest.raises(InvalidSetting, match="learning_rate"):
        optimizers.get("sgd")(learning_rate=10**400)


def test_a_numpy_number_trains_as_the_python_number_it_is(make_trainer):
    weights = []
    for rate in (0.1, np.float64(0.1)):  # as a sweep over np.geomspace gives it
        trainer = make_trainer(learning_rate=rate)
        trainer.run(20)
        weights.append(trainer.parameters()["W1"])
    np.testing.assert_array_equal(*weights)


@pytest.mark.parametrize("name", ["lion", "", "SGD", None])
def test_an_unknown_optimizer_is_told_the_choices(name):
    with pytest.raises(InvalidSetting) as error:
        optimizers.get(name)
    assert all(text in str(error.value) for text in (repr(name), *NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_shows_of_a_rule(name):
    rule = optimizers.get(name)()
    assert rule == optimizers.get(name)()
    assert hash(rule) == hash(optimizers.get(name)())
    assert rule.name == name
    assert rule.label
    assert r"\leftarrow" in rule.rule
    for field in dataclasses.fields(rule):
        assert field.metadata["symbol"]
        assert field.metadata["minimum"] <= field.default < field.metadata["below"]
        assert field.default <= field.metadata["typical"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.learning_rate = 1.0
