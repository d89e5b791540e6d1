"""The watched run: its steps are the trainer's, its curves and points are true."""

import numpy as np
import pytest

from engines import optimizers
from engines.runs import test_points
from engines.runs.history import CAPACITY
from tests.engines import oracles
from tests.engines.oracles import advance


def test_watching_changes_no_number(backend, make_run, make_trainer):
    run, plain = make_run(backend), make_trainer(backend)
    for _ in range(60):
        assert oracles.numbers(run.step()) == oracles.numbers(plain.step())
        run.snapshot()
    for name, values in plain.parameters().items():
        np.testing.assert_array_equal(run.trainer.parameters()[name], values)


def test_before_the_first_step(make_run):
    run = make_run()
    snapshot = run.snapshot()
    loss, accuracy = run.trainer.evaluate()
    assert (snapshot.steps, snapshot.epoch, snapshot.samples, snapshot.epoch_progress) == (0, 0, 0, 0.0)
    assert snapshot.tests == ((0, loss, accuracy),)
    assert snapshot.smoothed_loss == loss
    assert (snapshot.bins, snapshot.edits, snapshot.norms) == ((), (), ())
    assert snapshot.divergence is snapshot.iteration is None


def test_the_curve_is_the_losses(make_run):
    run = make_run()
    losses = advance(run, 1000)
    snapshot = run.snapshot()
    assert len(snapshot.bins) < CAPACITY
    covered = len(snapshot.bins) * snapshot.bin_width
    assert 1000 - covered < snapshot.bin_width
    assert sum(b.loss for b in snapshot.bins) * snapshot.bin_width == pytest.approx(sum(losses[:covered]), rel=1e-12)
    assert snapshot.smoothed_loss == pytest.approx(np.mean(losses[-31:]), rel=1e-10)  # √1000 = 31.6


def test_progress_and_samples(make_run):
    run = make_run(batch_size=1000)
    seen = []
    for _ in range(3):
        run.step()
        snapshot = run.snapshot()
        seen.append((snapshot.steps, snapshot.epoch, round(snapshot.epoch_progress, 4), snapshot.samples))
    assert seen == [(1, 0, round(1000 / 1437, 4), 1000), (2, 0, 1.0, 1437), (3, 1, round(1000 / 1437, 4), 2437)]


def test_test_points_are_true(backend, make_run, digits):
    run = make_run(backend, dtype="float64")
    weights = {0: run.trainer.parameters()}
    for _ in range(200):
        run.step()
        weights[run.trainer.steps] = run.trainer.parameters()
        if run.trainer.steps % 67 == 0:
            run.evaluate()
        run.snapshot()
    assert {0, 67, 134} <= {point.step for point in run.tests}
    assert [point.step for point in run.tests] == sorted({point.step for point in run.tests})
    for point in run.tests:
        logits = oracles.forward(weights[point.step], digits.x_test)
        assert point.loss == pytest.approx(float(oracles.cross_entropy(logits, digits.y_test)), rel=1e-12)
        assert point.accuracy == np.mean(logits.argmax(axis=1) == digits.y_test)
    last = oracles.forward(weights[run.tests[-1].step], digits.x_test)
    np.testing.assert_allclose(run.snapshot().test_logits, last, rtol=1e-9, atol=1e-11)


def test_a_single_step_is_followed_by_the_test_set(make_run):
    run = make_run()
    for step in (1, 2, 3):
        run.step()
        run.evaluate()
        assert run.snapshot().tests[-1] == (step, *run.trainer.evaluate())


def test_norms_are_of_gradient_and_update(make_run):
    run = make_run(dtype="float64")
    for step in range(5):
        before = run.trainer.parameters()
        record = run.step()
        moved = {name: np.linalg.norm(after - before[name]) for name, after in run.trainer.parameters().items()}
        point = run.snapshot().norms[-1]
        assert point.step == step
        assert point.gradient == record.gradient_norms
        assert point.update == pytest.approx(moved, rel=1e-12)


def test_memory_stays_bounded(make_run):
    run = make_run(batch_size=4)
    advance(run, 3 * CAPACITY)
    for _ in range(3 * CAPACITY):
        run.step()
        run.evaluate()
    snapshot = run.snapshot()
    assert max(len(snapshot.bins), len(snapshot.tests), len(snapshot.norms)) <= CAPACITY
    assert snapshot.tests[-1].step == snapshot.steps == 6 * CAPACITY


def test_the_steps_left_of_an_epoch(make_run):
    run = make_run(batch_size=500)
    left = [run.steps_to_epoch_end]
    for _ in range(4):
        run.step()
        left.append(run.steps_to_epoch_end)
    assert left == [3, 2, 1, 3, 2]


def test_a_snapshot_is_not_changed_by_what_follows(backend, make_run):
    def frozen(snapshot):
        return (
            (snapshot.steps, snapshot.smoothed_loss, snapshot.bins, snapshot.tests, snapshot.edits),
            repr(snapshot.norms),
            {name: values.tobytes() for name, values in snapshot.parameters.items()},
            snapshot.test_logits.tobytes(),
            {name: values.tobytes() for name, values in (snapshot.iteration.layers or {}).items()},
        )

    run = make_run(backend)
    advance(run, 5)
    run.next_stage()
    run.next_stage()
    snapshot = run.snapshot()
    before = frozen(snapshot)
    advance(run, 50)
    run.change_optimizer(optimizers.get("adam")())
    run.trainer.set_parameters({"W1": np.zeros((64, 32))})
    run.step()
    run.evaluate()
    assert frozen(snapshot) == before
    with pytest.raises(AttributeError):
        snapshot.steps = 0


def test_stages_belong_to_the_run(backend, make_run, make_trainer):
    """A stepped iteration is entered like any other, and one half done is finished by the next step."""
    run, plain = make_run(backend), make_trainer(backend)
    for stage in (1, 2, 3, 4, 5):
        assert run.next_stage().stage == stage
    expected = [oracles.numbers(plain.step()) for _ in range(3)]
    assert run.snapshot().bins[-1].loss == expected[0][2]
    run.next_stage()
    run.next_stage()
    assert run.snapshot().iteration.stage == 2
    assert oracles.numbers(run.step()) == expected[1]
    assert run.snapshot().iteration.stage == 5
    assert oracles.numbers(run.step()) == expected[2]
    assert run.snapshot().iteration is None
    assert [b.step for b in run.snapshot().bins] == [0, 1, 2]


def test_the_logits_are_of_the_step_that_they_say_also_between_test_points(backend, make_run, digits, monkeypatch):
    """Dropped while nobody looked, they are made anew where the run stands, and say so."""
    monkeypatch.setattr(test_points.TestPoints, "look_is_due", lambda *_: False)  # else the clock decides
    run, found = make_run(backend), []
    for drops in (False, False, False, True):
        advance(run, 7)
        if drops:
            run.shrink()
        found.append(snapshot := run.snapshot())
        of_step = make_run(backend)
        advance(of_step, snapshot.test_logits_at)
        np.testing.assert_array_equal(snapshot.test_logits, of_step.trainer.predict(digits.x_test))
    assert found[-1].test_logits_at == 28
    assert found[-1].tests[-1].step == 16
