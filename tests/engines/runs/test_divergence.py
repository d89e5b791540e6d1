"""The guard: a run whose numbers stop being finite is stopped, named, and can be taken up again."""

import itertools
import math

import numpy as np
import pytest

from engines import optimizers
from engines.runs.stages import record_of, stages
from engines.runs.training_run import TrainingRun
from tests.engines import oracles

pytestmark = pytest.mark.filterwarnings("error")  # what diverges is seen in the record, not in warnings

HUGE = {  # settings with which a run diverges: after some steps, at once, or in float64
    "squared error": {"loss": "mean_squared_error", "learning_rate": 50.0},
    "squared error, float64": {"loss": "mean_squared_error", "learning_rate": 50.0, "dtype": "float64"},
    "squared error by sgd": {"loss": "mean_squared_error", "learning_rate": 30.0, "optimizer": "sgd"},
    "cross-entropy": {"learning_rate": 1e20},
    "cross-entropy at once": {"learning_rate": 1e39, "optimizer": "sgd"},
    "adagrad": {"learning_rate": 1e37, "optimizer": "adagrad"},
}


def finite(values):
    return bool(np.isfinite(values).all())


@np.errstate(all="ignore")
def first_not_finite(trainer, limit=3000):
    """(step, tensor): the loss or the weight that is the first not to be finite, by a plain replay."""
    for step in range(limit):
        loss = trainer.step().loss
        if not math.isfinite(loss):
            return step, "loss"
        for name, values in trainer.parameters().items():
            if not finite(values):
                return step, name
    raise AssertionError("The run does not diverge.")


def diverged(make_trainer, **settings):
    run = TrainingRun(make_trainer(**settings))
    for _ in itertools.islice(run.work(), 3000):
        pass
    assert run.divergence is not None
    return run


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_first_number_that_is_not_finite_is_named(backend, make_trainer, kind, seed):
    settings = HUGE[kind] | {"backend": backend, "seed": seed}
    step, tensor = first_not_finite(make_trainer(**settings))
    divergence = diverged(make_trainer, **settings).divergence
    assert (divergence.step, divergence.tensor) == (step, tensor)
    assert divergence.learning_rate == settings["learning_rate"]
    assert finite(divergence.largest_weight)
    assert divergence.overshot == (kind != "cross-entropy at once")  # there the first update has no finite result


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
@pytest.mark.parametrize("planted", [math.nan, math.inf])
def test_a_weight_that_breaks_is_named(backend, make_trainer, name, planted):
    run = TrainingRun(make_trainer(backend))
    for _ in range(5):
        run.step()
    values = run.trainer.parameters()[name]
    values[..., 3] = planted
    run.trainer.set_parameters({name: values})
    assert len(list(itertools.islice(run.work(), 10))) == 1
    assert (run.divergence.step, run.divergence.tensor) == (5, name)
    assert not run.divergence.overshot
    assert run.divergence.largest_weight < 10


@pytest.mark.parametrize("steps", [900, 901, 902, 903])
def test_late_in_a_run_a_weight_that_breaks_is_named_within_a_step(backend, make_trainer, steps):
    """Once the curve's bins are wide not every update is looked at; then the next loss tells."""
    run = TrainingRun(make_trainer(backend, "sgd", 0.01))
    for _ in itertools.islice(run.work(), steps):
        pass
    assert run.curve.width == 4
    run.change_optimizer(optimizers.get("sgd")(learning_rate=1e39))
    for _ in itertools.islice(run.work(), 10):
        pass
    assert run.divergence.step in (steps, steps + 1)
    assert not finite(run.trainer.parameters()[run.divergence.tensor])


@pytest.mark.parametrize("staged", [False, True])
def test_from_a_loss_that_is_no_number_nothing_is_learned(backend, make_trainer, staged):
    trainer = make_trainer(backend)
    trainer.run(3)
    trainer.set_parameters({"b2": np.full(10, np.nan)})
    before, velocity = trainer.parameters(), trainer.optimizer_state()["velocity"]
    if staged:
        *_, last = stages(trainer)
        record = record_of(last)
    else:
        record = trainer.step()
    assert math.isnan(record.loss)
    assert record.step == trainer.steps == 3
    for name, values in before.items():
        np.testing.assert_array_equal(trainer.parameters()[name], values)
        np.testing.assert_array_equal(trainer.optimizer_state()["velocity"][name], velocity[name])


def test_a_run_that_has_diverged_stands_still(make_trainer):
    run = diverged(make_trainer, **HUGE["squared error"])
    steps = run.trainer.steps
    assert list(run.work()) == []
    assert run.trainer.steps == steps
    assert run.snapshot().divergence == run.divergence


def test_divergence_by_stages_is_seen(make_trainer):
    run = TrainingRun(make_trainer())
    run.trainer.set_parameters({"W2": np.full((32, 10), np.nan)})
    for _ in range(5):
        run.next_stage()
    assert run.divergence.step == 0
    assert list(run.work()) == []


def test_what_was_shown_of_a_diverged_run_is_finite(make_trainer):
    """Curves stop before the first loss that is not."""
    snapshot = diverged(make_trainer, **HUGE["squared error"]).snapshot()
    assert math.isfinite(snapshot.smoothed_loss)
    assert all(finite(b) for b in snapshot.bins)
    assert snapshot.bins[-1].step == snapshot.divergence.step - 1


@pytest.mark.parametrize("kind", HUGE)
def test_a_diverging_run_warns_of_nothing(backend, make_trainer, kind):
    run = diverged(make_trainer, **HUGE[kind], backend=backend)
    run.snapshot()
    run.trainer.evaluate()
    run.return_to_good()


def test_a_norm_that_overflows_is_no_divergence(make_trainer):
    """In float32 the squares of large gradients are infinite while every gradient, weight and loss is finite."""
    trainer = make_trainer(optimizer="sgd", learning_rate=0.0, loss="mean_squared_error")
    run = TrainingRun(trainer)
    trainer.set_parameters({"W1": np.full((64, 32), 1e9), "W2": np.full((32, 10), 1e4)})
    loss, gradients = trainer.gradients(trainer.data.x_train[:32], trainer.data.y_train[:32])
    assert math.isfinite(loss)
    assert finite(gradients["W2"])
    assert np.abs(gradients["W2"]).max() > math.sqrt(np.finfo("float32").max)
    for _ in range(5):
        run.step()
    assert run.divergence is None


def test_the_oracle_sees_what_diverges_first(make_trainer):
    trainer = make_trainer(optimizer="sgd", learning_rate=1e39)
    assert first_not_finite(trainer)[0] == 0
    assert not oracles.difference(np.ones(2), np.ones(2))
