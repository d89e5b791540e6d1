"""The training loop: the same start and batches on every backend, and what a step's record says."""

import tracemalloc

import numpy as np
import pytest

from engines.network import Network
from engines.records import norm
from tests.engines import oracles

LOSSES = {"cross_entropy": oracles.cross_entropy, "mean_squared_error": oracles.mean_squared_error}


def test_same_seed_same_start_on_every_backend(backend, make_trainer):
    for seed in (0, 5):
        ours, plain = make_trainer(backend, seed=seed).parameters(), make_trainer(seed=seed).parameters()
        for name in plain:
            np.testing.assert_array_equal(ours[name], plain[name])
    assert not np.array_equal(ours["W1"], make_trainer(backend, seed=6).parameters()["W1"])


@pytest.mark.parametrize("seed", [0, 3])
def test_every_batch_is_the_seeds(backend, make_trainer, digits, seed):
    """1,437 = 14 · 100 + 37: the last batch of each epoch is shorter, and kept."""
    trainer = make_trainer(backend, seed=seed, batch_size=100)
    for epoch, indices in oracles.batch_order(seed, 1437, 100, epochs=3):
        batch = trainer.draw_batch()
        np.testing.assert_array_equal(batch.indices, indices)
        np.testing.assert_array_equal(batch.x, digits.x_train[indices])
        np.testing.assert_array_equal(batch.labels, digits.y_train[indices])
        assert batch.epoch == epoch


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_batch_has_the_runs_dtype(make_trainer, dtype):
    assert make_trainer(dtype=dtype).draw_batch().x.dtype == dtype


def test_steps_and_epochs_count_from_zero(backend, make_trainer):
    trainer = make_trainer(backend, batch_size=500)
    records = [trainer.step() for _ in range(7)]
    assert [record.step for record in records] == list(range(7))
    assert [record.epoch for record in records] == [0, 0, 0, 1, 1, 1, 2]
    assert trainer.steps == 7


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_record_is_of_its_batch_before_the_update(backend, make_trainer, digits, loss, activation):
    network = Network([64, 12, 10], activation)
    trainer = make_trainer(backend, loss=loss, network=network, batch_size=600, dtype="float64")
    for _, indices in oracles.batch_order(0, 1437, 600, epochs=2):
        before, labels = trainer.parameters(), digits.y_train[indices]
        _, gradients = trainer.gradients(digits.x_train[indices], labels)
        record = trainer.step()
        logits = oracles.forward(before, digits.x_train[indices], activation)
        assert record.loss == pytest.approx(float(LOSSES[loss](logits, labels)), rel=1e-13)
        assert record.accuracy == np.mean(logits.argmax(axis=1) == labels)
        assert record.gradient_norms.keys() == before.keys()
        for name, gradient in gradients.items():
            assert record.gradient_norms[name] == pytest.approx(np.linalg.norm(gradient), rel=1e-13)


def test_a_record_is_plain_numbers(backend, make_trainer):
    record = make_trainer(backend).step()
    assert [type(value) for value in oracles.numbers(record)] == [int, int, float, float, dict]
    assert {type(value) for value in record.gradient_norms.values()} == {float}


def test_a_record_read_late_says_the_same(backend, make_trainer):
    """Whatever has happened to the trainer since; and the numbers no longer change."""
    read_at_once, read_late = make_trainer(backend), make_trainer(backend)
    expected = [oracles.numbers(read_at_once.step()) for _ in range(5)]
    records = [read_late.step() for _ in range(4)]
    assert oracles.numbers(records[1]) == expected[1]
    last = read_late.step()
    read_late.set_parameters({name: np.full(shape, 9.0) for name, shape in read_late.network.shapes.items()})
    read_late.switch_backend(backend)
    for _ in range(2):
        assert [oracles.numbers(record) for record in (*records, last)] == expected
    read_late.step()
    assert [oracles.numbers(record) for record in (*records, last)] == expected


def test_records_that_are_kept_hold_no_arrays(backend, make_trainer):
    trainer = make_trainer(backend, batch_size=1000)
    trainer.run(5)
    tracemalloc.start()
    trainer.step()
    before = tracemalloc.get_traced_memory()[0]
    records = [trainer.step() for _ in range(100)]
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(records) == 100
    assert grown < 400_000  # the scores alone of 100 batches of 1,000 are 4 MB


def test_run_is_a_plain_loop_over_step(backend, make_trainer):
    one, other = make_trainer(backend), make_trainer(backend)
    for _ in range(50):
        last = one.step()
    assert oracles.numbers(other.run(50)) == oracles.numbers(last)
    for name, values in one.parameters().items():
        np.testing.assert_array_equal(other.parameters()[name], values)


def test_the_stages_by_hand_are_a_step(backend, make_trainer):
    stepped, by_hand = make_trainer(backend), make_trainer(backend)
    for _ in range(5):
        record = stepped.step()
        batch = by_hand.draw_batch()
        weights = by_hand.tensors()
        loss = by_hand.compute_loss(by_hand.forward(weights, batch.x), batch.labels)
        gradients = by_hand.backward(loss, weights)
        by_hand.update(gradients)
        assert float(backend.numpy(loss)) == record.loss
        assert {name: norm(backend.numpy(g)) for name, g in gradients.items()} == record.gradient_norms
    for name, values in stepped.parameters().items():
        np.testing.assert_array_equal(by_hand.parameters()[name], values)


def test_a_full_batch_is_true_gradient_descent(make_trainer, digits):
    trainer = make_trainer(optimizer="sgd", learning_rate=0.5, batch_size=1437, dtype="float64")
    before = trainer.parameters()
    _, gradients = trainer.gradients(digits.x_train, digits.y_train)
    trainer.step()
    for name, after in trainer.parameters().items():
        np.testing.assert_allclose(after, before[name] - 0.5 * gradients[name], rtol=1e-12, atol=1e-15)


def test_a_batch_of_one(backend, make_trainer):
    record = make_trainer(backend, batch_size=1).run(3)
    assert record.accuracy in (0.0, 1.0)
    assert np.isfinite(record.loss)


def test_training_never_writes_to_the_data(backend, make_trainer, digits):
    x, y = digits.x_train.copy(), digits.y_train.copy()
    make_trainer(backend).run(60)
    np.testing.assert_array_equal(digits.x_train, x)
    np.testing.assert_array_equal(digits.y_train, y)


def test_two_trainers_share_nothing(backend, make_trainer):
    alone, beside, other = (make_trainer(backend) for _ in range(3))
    for _ in range(10):
        beside.step()
        other.step()
    alone.run(10)
    for name, values in alone.parameters().items():
        np.testing.assert_array_equal(beside.parameters()[name], values)


@pytest.mark.parametrize("shape", [(), (3,), (4, 5)])
def test_norm(shape):
    values = np.random.default_rng(0).normal(size=shape)
    assert norm(values) == pytest.approx(np.linalg.norm(values), rel=1e-14)
