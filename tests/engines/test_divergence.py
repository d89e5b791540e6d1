"""The guard: a run whose numbers stop being finite is stopped, named, and can be taken up again."""

import itertools
import math

import numpy as np
import pytest

from engines import optimizers
from engines.training_run import TrainingRun
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


def test_a_run_that_has_diverged_stands_still(make_trainer):
    run = diverged(make_trainer, **HUGE["squared error"])
    steps = run.trainer.steps
    assert list(run.work()) == []
    assert run.trainer.steps == steps
    assert run.snapshot().divergence == run.divergence


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize("seed", range(3))
def test_the_good_state_is_good_and_training_goes_on(make_trainer, kind, seed):
    run = diverged(make_trainer, **HUGE[kind], seed=seed)
    run.snapshot()
    run.return_to_good()
    assert run.divergence is None
    assert all(finite(values) for values in run.trainer.parameters().values())
    loss, _ = run.trainer.evaluate()
    assert loss <= 1.5 * run.tests[0].loss, "the state returned to is worse than the beginning"
    run.change_optimizer(optimizers.get("sgd")(learning_rate=0.01))
    losses = [record.loss for record in itertools.islice(run.work(), 100)]
    assert len(losses) == 100
    assert np.mean(losses[-20:]) < losses[0]


def test_a_planted_nan_is_never_the_good_state(make_trainer):
    run = TrainingRun(make_trainer())
    for _ in range(20):
        run.step()
    run.trainer.set_parameters({"b2": np.full(10, np.nan)})
    run.snapshot()  # as a page takes it between two steps
    run.step()
    run.return_to_good()
    assert all(finite(values) for values in run.trainer.parameters().values())


def test_after_the_return_the_same_batches_follow(backend, make_trainer):
    """The state of step k goes on with the losses that followed step k."""
    clean = make_trainer(backend)
    expected = [clean.step().loss for _ in range(60)]
    run = TrainingRun(make_trainer(backend))
    for _ in range(16):
        run.step()
    run.snapshot()
    run.trainer.set_parameters({"W1": np.full((64, 32), np.nan)})
    run.step()
    run.return_to_good()
    assert run.snapshot().good_step == run.trainer.steps == 16
    assert [run.step().loss for _ in range(40)] == expected[16:56]


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
def test_a_state_kept_in_the_middle_of_an_iteration_loses_no_batch(make_trainer, stage):
    clean = make_trainer()
    expected = [clean.step().loss for _ in range(60)]
    run = TrainingRun(make_trainer())
    for _ in range(20):
        run.step()
    for _ in range(stage):
        run.next_stage()
    run.snapshot()
    run.step()
    run.trainer.set_parameters({"W1": np.full((64, 32), np.nan)})
    run.step()
    run.return_to_good()
    good = run.trainer.steps
    assert [run.step().loss for _ in range(20)] == expected[good : good + 20]


def test_the_return_is_noted_and_clears_the_way(make_trainer):
    run = diverged(make_trainer, **HUGE["squared error"])
    run.return_to_good()
    snapshot = run.snapshot()
    assert snapshot.divergence is None
    assert snapshot.steps == snapshot.good_step == run.trainer.steps
    assert snapshot.tests[-1] == (snapshot.steps, *run.trainer.evaluate())
    assert [point.step for point in snapshot.tests] == sorted({point.step for point in snapshot.tests})
    assert finite([point.loss for point in snapshot.tests])
    assert all(finite(b) for b in snapshot.bins)
    assert [edit.setting for edit in snapshot.edits] == (["step"] if snapshot.steps else [])


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
