"""After a divergence: the state returned to is a good one, and training goes on from it."""

import itertools

import numpy as np
import pytest

from engines import optimizers
from engines.runs.training_run import TrainingRun
from tests.engines.runs.test_divergence import HUGE, diverged, finite

pytestmark = pytest.mark.filterwarnings("error")


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


def test_the_return_clears_the_way(make_trainer):
    run = diverged(make_trainer, **HUGE["squared error"])
    run.return_to_good()
    snapshot = run.snapshot()
    assert snapshot.divergence is None
    assert snapshot.steps == snapshot.good_step == run.trainer.steps
    assert snapshot.tests[-1] == (snapshot.steps, *run.trainer.evaluate())
    assert [point.step for point in snapshot.tests] == sorted({point.step for point in snapshot.tests})
    assert finite([point.loss for point in snapshot.tests])
    assert all(finite(b) for b in snapshot.bins)
    assert snapshot.edits == ()
