"""Bad input to a trainer: an error of the engines that names what was expected and what was given."""

import math

import numpy as np
import pytest

from engines import optimizers
from engines.errors import EngineError, InvalidData, InvalidSetting
from engines.network import Network
from engines.training import Trainer

BATCH = {"x": np.zeros((3, 64), np.float32), "y": np.array([0, 1, 2])}


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("loss", "hinge", ["'hinge'", "cross_entropy", "mean_squared_error"]),
        ("loss", None, ["None", "cross_entropy"]),
        ("dtype", "float16", ["'float16'", "float32", "float64"]),
        ("dtype", np.float32, ["numpy.float32", "float64"]),
        ("dtype", None, ["None", "float32"]),
        ("seed", -1, ["-1", "from 0"]),
        ("seed", 1.0, ["1.0", "whole number"]),
        ("seed", True, ["True", "whole number"]),
        ("seed", "0", ["'0'", "whole number"]),
        ("seed", None, ["None", "whole number"]),
        ("batch_size", 0, ["0", "1 to 1437"]),
        ("batch_size", -4, ["-4", "1 to 1437"]),
        ("batch_size", 1438, ["1438", "1 to 1437"]),
        ("batch_size", 32.0, ["32.0", "whole number"]),
        ("batch_size", True, ["True", "whole number"]),
        ("batch_size", math.nan, ["nan", "whole number"]),
        ("batch_size", "32", ["'32'", "whole number"]),
        ("optimizer", None, ["None", "optimizers.get"]),
        ("optimizer", optimizers.get("sgd"), ["SGD", "optimizers.get"]),
    ],
    ids=str,
)
def test_settings_that_cannot_be(make_trainer, setting, value, expected):
    with pytest.raises(InvalidSetting) as error:
        make_trainer(**{setting: value})
    assert isinstance(error.value, ValueError)
    assert all(text in str(error.value) for text in expected)


@pytest.mark.parametrize("sizes", [[63, 32, 10], [64, 32, 9], [10, 64], [65, 11]], ids=str)
def test_a_network_that_does_not_fit_the_data(make_trainer, sizes):
    with pytest.raises(InvalidData) as error:
        make_trainer(network=Network(sizes))
    assert all(text in str(error.value) for text in ("64 inputs", "10 classes", "'digits'", str(sizes)))


SAMPLES = {
    "one dimension": (BATCH["x"][0], BATCH["y"][:1], ["64", "(64,)"]),
    "three dimensions": (BATCH["x"].reshape(3, 8, 8), BATCH["y"], ["64", "(3, 8, 8)"]),
    "too few features": (BATCH["x"][:, :5], BATCH["y"], ["64", "(3, 5)"]),
    "no samples": (BATCH["x"][:0], BATCH["y"][:0], ["at least one", "(0, 64)"]),
    "nothing": (None, None, ["64"]),
    "text": (np.full((3, 64), "a"), BATCH["y"], ["numbers"]),
    "complex": (BATCH["x"] + 1j, BATCH["y"], ["numbers"]),
    "ragged": ([[1.0], [1.0, 2.0]], [0, 1], ["64"]),
}
LABELS = {
    "label too large": ([0, 1, 77], ["0 to 9", "77"]),
    "label negative": ([0, 1, -100], ["0 to 9", "-100"]),
    "too few": ([0, 1], ["3 labels", "(2,)"]),
    "too many": ([0, 1, 2, 3], ["3 labels", "(4,)"]),
    "a column": ([[0], [1], [2]], ["3 labels", "(3, 1)"]),
    "one-hot": (np.eye(10)[:3], ["3 labels", "(3, 10)"]),
    "no whole numbers": ([0.0, 1.0, 2.0], ["whole numbers", "float64"]),
    "a single number": (1, ["3 labels", "()"]),
    "text": (["0", "1", "2"], ["whole numbers"]),
}
PASSES = pytest.mark.parametrize("method", ["gradients", "record_pass"])


@PASSES
@pytest.mark.parametrize("kind", SAMPLES)
def test_samples_that_do_not_fit(backend, make_trainer, method, kind):
    x, y, expected = SAMPLES[kind]
    with pytest.raises(InvalidData) as error:
        getattr(make_trainer(backend), method)(x, y)
    assert all(text in str(error.value) for text in expected)


@PASSES
@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_do_not_fit_are_refused(backend, make_trainer, method, kind):
    with pytest.raises(InvalidData, match="labels"):
        getattr(make_trainer(backend), method)(BATCH["x"], LABELS[kind][0])


@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_do_not_fit_are_named(make_trainer, kind):
    y, expected = LABELS[kind]
    with pytest.raises(InvalidData) as error:
        make_trainer().gradients(BATCH["x"], y)
    assert all(text in str(error.value) for text in expected), str(error.value)


@pytest.mark.parametrize("shape", [(0, 64), (3, 5)], ids=str)
def test_what_cannot_be_predicted(make_trainer, shape):
    with pytest.raises(EngineError):
        make_trainer().predict(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"W9": np.zeros(3)}, ["'W9'", "W1, b1, W2, b2"]),
        ({"W1": np.zeros((32, 64))}, ["W1", "(64, 32)", "(32, 64)"]),
        ({"b1": np.zeros((32, 1))}, ["b1", "(32,)", "(32, 1)"]),
        ({"b2": 0.0}, ["b2", "(10,)", "()"]),
        ({"W1": "abc"}, ["W1", "(64, 32)"]),
        ({"b1": ["a"] * 32}, ["b1"]),
    ],
    ids=["unknown", "transposed", "a column", "a number", "text", "texts"],
)
def test_parameters_that_do_not_fit(backend, make_trainer, parameters, expected):
    trainer, before = make_trainer(backend), make_trainer(backend).parameters()
    with pytest.raises(InvalidData) as error:
        trainer.set_parameters({"b2": np.ones(10)} | parameters)
    assert all(text in str(error.value) for text in expected)
    for name, values in trainer.parameters().items():
        np.testing.assert_array_equal(values, before[name])


@pytest.mark.parametrize("steps", [0, -1, 1.5, "3", None], ids=repr)
def test_numbers_of_steps_that_cannot_be(make_trainer, steps):
    trainer = make_trainer()
    with pytest.raises(InvalidSetting) as error:
        trainer.run(steps)
    assert repr(steps) in str(error.value)
    assert trainer.steps == 0


@pytest.mark.parametrize("backend", ["numpy", None, object()])
def test_what_is_no_backend_is_refused_and_changes_nothing(make_trainer, backend):
    trainer = make_trainer()
    with pytest.raises(InvalidSetting, match="backend"):
        trainer.switch_backend(backend)
    trainer.step()
    with pytest.raises(InvalidSetting, match="backend"):
        Trainer(backend, trainer.network, trainer.optimizer, trainer.data)


def test_a_list_is_no_network(make_trainer):
    trainer = make_trainer()
    with pytest.raises(InvalidSetting, match="network"):
        Trainer(trainer.backend, [64, 32, 10], trainer.optimizer, trainer.data)
