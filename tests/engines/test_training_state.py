"""A run that changes on the way: another backend, a checkpoint, other settings."""

import numpy as np
import pytest

from engines import backends, optimizers
from engines.errors import InvalidSetting
from tests.engines import oracles
from tests.engines.comparison.test_agreement import RATES

PLAIN = "numpy"
OTHERS = [name for name in backends.names() if name != PLAIN]
EVERYWHERE = pytest.mark.parametrize("optimizer", RATES)


def losses_of(trainer, steps):
    return [trainer.step().loss for _ in range(steps)]


def assert_same_losses(found, expected, limit=1e-12):
    np.testing.assert_allclose(found, expected, rtol=limit, atol=0)


@EVERYWHERE
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("at", [1, 44, 60])  # after the first step, in the last batch of an epoch, in the next
def test_another_backend_goes_on_with_the_same_run(make_trainer, optimizer, other, at):
    expected = losses_of(make_trainer(PLAIN, optimizer, RATES[optimizer], dtype="float64"), 100)
    trainer = make_trainer(PLAIN, optimizer, RATES[optimizer], dtype="float64")
    found = losses_of(trainer, at)
    trainer.switch_backend(backends.get(other))
    assert trainer.backend.name == other
    assert_same_losses(found + losses_of(trainer, 100 - at), expected)


@EVERYWHERE
@pytest.mark.parametrize("other", OTHERS)
def test_there_and_back_twice(make_trainer, optimizer, other):
    expected = losses_of(make_trainer(other, optimizer, RATES[optimizer], dtype="float64"), 100)
    trainer = make_trainer(other, optimizer, RATES[optimizer], dtype="float64")
    found = losses_of(trainer, 20)
    for name in (PLAIN, other, PLAIN, other):
        trainer.switch_backend(backends.get(name))
        found += losses_of(trainer, 20)
    assert_same_losses(found, expected)
    assert trainer.steps == 100


@EVERYWHERE
def test_a_switch_moves_every_bit(backend, make_trainer, optimizer):
    """There and back without a step between: parameters and state are bitwise what they were."""
    trainer, plain = (make_trainer(PLAIN, optimizer, RATES[optimizer]) for _ in range(2))
    trainer.run(7)
    plain.run(7)
    trainer.switch_backend(backend)
    trainer.switch_backend(backends.get(PLAIN))
    assert losses_of(trainer, 10) == losses_of(plain, 10)


def test_a_switch_before_the_first_step(backend, make_trainer):
    trainer = make_trainer(PLAIN, dtype="float64")
    trainer.switch_backend(backend)
    assert losses_of(trainer, 10) == losses_of(make_trainer(backend, dtype="float64"), 10)


@EVERYWHERE
@pytest.mark.parametrize("at", [0, 1, 45, 50])
def test_from_a_checkpoint_the_same_losses_follow_bitwise(backend, make_trainer, optimizer, at):
    trainer = make_trainer(backend, optimizer, RATES[optimizer])
    losses_of(trainer, at)
    checkpoint = trainer.checkpoint()
    following = [oracles.numbers(trainer.step()) for _ in range(50)]
    weights = trainer.parameters()
    for _ in range(2):
        trainer.restore(checkpoint)
        assert trainer.steps == at
        assert [oracles.numbers(trainer.step()) for _ in range(50)] == following
    for name, values in weights.items():
        np.testing.assert_array_equal(trainer.parameters()[name], values)


def test_a_checkpoint_brings_back_the_settings(backend, make_trainer):
    trainer = make_trainer(backend)
    trainer.run(5)
    checkpoint = trainer.checkpoint()
    following = losses_of(trainer, 5)
    trainer.set_optimizer(optimizers.get("adam")())
    trainer.set_batch_size(7)
    trainer.set_parameters({"W1": np.full((64, 32), np.nan)})
    trainer.run(5)
    trainer.restore(checkpoint)
    assert (trainer.optimizer, trainer.batches.batch_size) == (checkpoint.optimizer, 32)
    assert losses_of(trainer, 5) == following


@pytest.mark.parametrize("other", OTHERS)
def test_a_checkpoint_can_be_restored_on_another_backend(make_trainer, other):
    trainer = make_trainer(PLAIN, "adam", 1e-3, dtype="float64")
    trainer.run(20)
    checkpoint = trainer.checkpoint()
    following = losses_of(trainer, 30)
    trainer.switch_backend(backends.get(other))
    trainer.restore(checkpoint)
    assert trainer.backend.name == other
    assert_same_losses(losses_of(trainer, 30), following)


def test_a_checkpoint_in_another_trainer_is_the_same_run(backend, make_trainer):
    trainer = make_trainer(backend, seed=4)
    trainer.run(20)
    other = make_trainer(backend, seed=9)
    other.run(3)
    other.restore(trainer.checkpoint())
    assert losses_of(other, 50) == losses_of(trainer, 50)


def test_another_learning_rate_keeps_the_state(backend, make_trainer):
    trainer = make_trainer(backend, dtype="float64")
    trainer.run(10)
    velocity = trainer.optimizer_state()["velocity"]
    trainer.set_optimizer(optimizers.get("momentum")(learning_rate=0.0))
    before = trainer.parameters()
    trainer.step()
    for name, after in trainer.parameters().items():
        np.testing.assert_allclose(after, before[name] + 0.9 * velocity[name], rtol=1e-14, atol=1e-17)


def test_another_rule_starts_afresh(backend, make_trainer):
    trainer, fresh = make_trainer(backend), make_trainer(backend, "adam", 1e-3)
    trainer.run(10)
    fresh.set_parameters(trainer.parameters())
    fresh.batches.move_to(trainer.batches.position())
    trainer.set_optimizer(optimizers.get("adam")(learning_rate=1e-3))
    assert trainer.optimizer_state()["t"] == 0
    assert losses_of(trainer, 10) == losses_of(fresh, 10)


def test_another_batch_size_goes_on_in_the_epoch(backend, make_trainer, digits):
    trainer = make_trainer(backend, batch_size=400)
    order = np.random.default_rng([0, 1]).permutation(1437)
    trainer.step()
    trainer.set_batch_size(1000)
    records = [trainer.step() for _ in range(3)]
    assert [record.epoch for record in records] == [0, 0, 1]  # 400 + 1,000 + the 37 that are left
    trainer = make_trainer(backend, batch_size=400, dtype="float64")
    trainer.step()
    trainer.set_batch_size(1000)
    batch, before = order[400:1400], trainer.parameters()
    logits = oracles.forward(before, digits.x_train[batch])
    assert trainer.step().loss == pytest.approx(float(oracles.cross_entropy(logits, digits.y_train[batch])), rel=1e-13)


def test_what_is_refused_changes_nothing(backend, make_trainer):
    trainer, plain = make_trainer(backend), make_trainer(backend)
    for change in (
        lambda: trainer.set_batch_size(0),
        lambda: trainer.set_batch_size(1438),
        lambda: trainer.set_optimizer("adam"),
        lambda: trainer.set_optimizer(optimizers.get("adam")),
        lambda: trainer.set_optimizer(None),
    ):
        with pytest.raises(InvalidSetting):
            change()
    assert losses_of(trainer, 5) == losses_of(plain, 5)
