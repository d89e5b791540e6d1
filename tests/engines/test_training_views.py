"""Looking at a trainer without touching it: test set, gradients, copies of the parameters."""

import numpy as np
import pytest

from engines.network import Network
from tests.engines import oracles
from tests.engines.test_training import LOSSES


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_evaluate_is_plain_numpy_on_the_test_set(backend, make_trainer, digits, loss, activation):
    trainer = make_trainer(backend, loss=loss, network=Network([64, 12, 10], activation), dtype="float64")
    trainer.run(30)
    logits = oracles.forward(trainer.parameters(), digits.x_test, activation)
    value, accuracy = trainer.evaluate()
    assert value == pytest.approx(float(LOSSES[loss](logits, digits.y_test)), rel=1e-13)
    assert accuracy == np.mean(logits.argmax(axis=1) == digits.y_test)
    np.testing.assert_allclose(trainer.predict(digits.x_test), logits, rtol=1e-11, atol=1e-13)


def test_many_samples_pass_through_in_pieces(backend, make_trainer, digits):
    trainer = make_trainer(backend, dtype="float64")
    x = np.concatenate([digits.x_train] * 4)
    np.testing.assert_allclose(trainer.predict(x), oracles.forward(trainer.parameters(), x), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_gradients_are_the_central_differences_of_the_loss(backend, make_trainer, digits, loss, activation):
    """Every weight of a small network; batch and weights such that no relu is within a step of its kink."""
    trainer = make_trainer(backend, loss=loss, network=Network([64, 3, 10], activation), seed=1, dtype="float64")
    x, y = digits.x_train[:6], digits.y_train[:6]
    start = trainer.parameters()
    names = list(start)
    hidden = x.astype(np.float64) @ start["W1"] + start["b1"]
    assert np.abs(hidden).min() > 1e-3

    def loss_at(*values):
        return float(LOSSES[loss](oracles.forward(dict(zip(names, values, strict=True)), x, activation), y))

    value, gradients = trainer.gradients(x, y)
    assert value == pytest.approx(loss_at(*start.values()), rel=1e-14)
    assert list(gradients) == names
    for index, name in enumerate(names):
        numeric = oracles.central_differences(loss_at, start.values(), index)
        assert oracles.audit_error(gradients[name], numeric) < oracles.AUDIT_LIMIT, name


def test_looking_changes_nothing(backend, make_trainer, digits):
    looked, plain = make_trainer(backend, "adam", 1e-3), make_trainer(backend, "adam", 1e-3)
    for _ in range(10):
        looked.evaluate()
        looked.gradients(digits.x_train[:20], digits.y_train[:20])
        looked.record_pass(digits.x_train[:5], digits.y_train[:5])
        looked.parameters()
        looked.optimizer_state()
        looked.checkpoint()
        assert oracles.numbers(looked.step()) == oracles.numbers(plain.step())
    for name, values in plain.parameters().items():
        np.testing.assert_array_equal(looked.parameters()[name], values)


def test_what_was_looked_at_is_a_copy(backend, make_trainer, digits):
    trainer = make_trainer(backend)
    trainer.run(3)
    for look in (
        trainer.parameters,
        lambda: trainer.gradients(digits.x_train[:5], digits.y_train[:5])[1],
        lambda: trainer.optimizer_state()["velocity"],
        lambda: trainer.checkpoint().parameters,
        lambda: trainer.checkpoint().state["velocity"],
    ):
        before = {name: values.copy() for name, values in look().items()}
        for values in look().values():
            values[...] = 7.0
        for name, values in look().items():
            np.testing.assert_array_equal(values, before[name])


def test_parameters_do_not_move_with_the_run(backend, make_trainer):
    trainer = make_trainer(backend)
    taken = trainer.parameters()
    kept = {name: values.copy() for name, values in taken.items()}
    trainer.run(5)
    for name, values in taken.items():
        np.testing.assert_array_equal(values, kept[name])
        assert not np.array_equal(values, trainer.parameters()[name])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_that_are_set_are_the_ones_used(backend, make_trainer, digits, dtype):
    trainer = make_trainer(backend, dtype=dtype)
    rng = np.random.default_rng(0)
    given = {name: rng.normal(size=shape) for name, shape in trainer.network.shapes.items()}
    trainer.set_parameters(given)
    kept = {name: values.copy() for name, values in given.items()}
    for values in given.values():
        values[:] = 0
    for name, values in trainer.parameters().items():
        assert values.dtype == dtype
        np.testing.assert_array_equal(values, kept[name].astype(dtype))
    logits = oracles.forward(kept, digits.x_test)
    np.testing.assert_allclose(trainer.predict(digits.x_test), logits, rtol=1e-3, atol=1e-3)


def test_one_parameter_alone_can_be_set(backend, make_trainer):
    trainer = make_trainer(backend)
    before = trainer.parameters()
    trainer.set_parameters({"b1": np.ones(32)})
    after = trainer.parameters()
    assert list(after) == list(before)
    np.testing.assert_array_equal(after.pop("b1"), np.ones(32))
    for name, values in after.items():
        np.testing.assert_array_equal(values, before[name])
