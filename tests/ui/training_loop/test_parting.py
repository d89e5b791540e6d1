"""The sentence about training and test: only where it is so, by the run's own losses added up independently."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engines import backends, datasets, optimizers
from engines.network import Network
from engines.pieces import finished
from engines.runs import training_run
from engines.runs.history import Bin
from engines.runs.training_run import Divergence, TrainingRun
from engines.training import Trainer
from ui.charts.numerals import number
from ui.training_loop.parting import parting, parting_told
from ui.training_loop.readings import curves_reading


def english(label):
    return label


def make_run(data, rate, optimizer="sgd", hidden=(32,), **settings):
    rule = optimizers.get(optimizer)(learning_rate=rate)
    layers = [64, *hidden, 10]
    return TrainingRun(Trainer(backends.get("numpy"), Network(layers), rule, data, **settings))


@pytest.fixture(scope="module")
def few(digits):
    """So few training images that a network soon knows them all."""
    return dataclasses.replace(digits, x_train=digits.x_train[:150], y_train=digits.y_train[:150])


def smoothed_after(losses, steps):
    """The mean of the last √t batches, of 100 at most, added up anew."""
    return math.fsum(losses[steps - min(math.isqrt(steps), 100) : steps]) / min(math.isqrt(steps), 100)


@pytest.mark.parametrize(
    ("rate", "settings", "parts"),
    [
        (0.5, {}, True),
        (0.2, {"hidden": (16, 16, 16)}, True),
        (0.01, {"optimizer": "adam", "dtype": "float64"}, True),
        (0.05, {"batch_size": 1}, True),
        (1.0, {"batch_size": 150, "loss": "mean_squared_error"}, False),
        (20.0, {}, False),  # every relu dies: training and test are equally bad
        (0.0, {}, False),
    ],
)
def test_what_is_said_of_a_run_is_so(few, rate, settings, parts):
    run = make_run(few, rate, **settings)
    losses, tested, told = [], {0: run.trainer.evaluate()[0]}, 0
    for step in range(1, 1501):
        losses.append(run.step().loss)
        tested[step] = run.trainer.evaluate()[0]
        if step % 10 == 0:
            run.evaluate()
            snapshot = run.snapshot()
            found = parting(snapshot)
            if found is None:
                continue
            told += 1
            drawn = {test.step: test.loss for test in snapshot.tests}
            assert all(tested[at] == loss for at, loss in drawn.items())
            assert found.lowest.loss == min(drawn.values()) == tested[found.lowest.step]
            assert found.now == (step, tested[step], run.trainer.evaluate()[1])
            assert found.now.loss > 1.05 * found.lowest.loss
            (since,) = {at for at in range(found.lowest.step, found.lowest.step + snapshot.bin_width)} & {
                bin.step + 1 for bin in snapshot.bins
            }
            assert math.isclose(found.training_then, smoothed_after(losses, since))
            assert math.isclose(found.training_now, smoothed_after(losses, step))
            assert found.training_now < min(found.training_then, found.lowest.loss)
            assert step * run.trainer.batches.batch_size >= len(few.y_train)
    assert (told > 10) == (told > 0) == parts


def test_it_names_steps_and_values(few):
    run = make_run(few, 0.5)
    for _ in range(1500):
        run.step()
        run.evaluate()
    snapshot = run.snapshot()
    lowest = min(snapshot.tests, key=lambda test: test.loss)
    told = curves_reading(snapshot, english)
    assert f"drawn here, {number(lowest.loss)}, is that of step {lowest.step:,}. By step 1,500 the test loss" in told
    assert f"risen to {number(snapshot.tests[-1].loss)}, while" in told
    assert f"to {number(snapshot.smoothed_loss)}: measured" in told
    assert parting_told(dataclasses.replace(snapshot, divergence=Divergence(1500, "W1", 1.0, 2.0, True)), english) == ""
    assert parting_told(dataclasses.replace(snapshot, epoch=0), english) == ""
    assert parting_told(make_run(few, 0.5).snapshot(), english) == ""


def test_a_run_that_has_gone_back_is_told_of_as_it_was_then(few):
    run = make_run(few, 0.5)
    said = {}
    for _ in range(1500):
        run.step()
        finished(run.settle())
        said[run.trainer.steps] = parting(run.snapshot())
    assert said[1500]
    for step in (1, 40, 700, 1400):
        for _left in range(finished(run.go_to(step))):
            run.step()
        finished(run.settle())
        assert parting(run.snapshot()) == said[step]


LOSSES = st.floats(0.0, 4.0) | st.sampled_from([math.nan, math.inf, 1.0, 1.05, 1e-8])


@given(
    tests=st.lists(LOSSES, min_size=1, max_size=12),
    training=st.lists(LOSSES, max_size=12),
    width=st.sampled_from([1, 2, 8]),
    begun=st.integers(0, 3),
    now=LOSSES,
)
@example([2.0, 1.0, 1.2, 1.2, 1.2, 1.2], [2.0, 1.0, 0.5, 0.4, 0.3, 0.2], 8, 0, 0.1)
def test_never_untrue_whatever_the_curves(snapshots, tests, training, width, begun, now):
    """Test points 8 steps apart; the curve begins `begun` test points later, as after going back."""
    points = tuple(training_run.TestPoint(8 * at, loss, 0.5) for at, loss in enumerate(tests))
    first = 8 * begun
    bins = tuple(Bin(first + width * (at + 1) - 1, 1, 1, 1, 1, loss) for at, loss in enumerate(training))
    snapshot = dataclasses.replace(
        snapshots[1], tests=points, bins=bins, bin_width=width, smoothed_loss=now, epoch=3, divergence=None
    )
    found = parting(snapshot)
    if found is None:
        return
    at = tests.index(np.nanmin([loss for loss in tests if loss < math.inf]))
    assert (found.lowest, found.now) == (points[at], points[-1])
    assert tests[-1] > tests[at]
    assert math.isfinite(tests[-1])
    assert found.training_now == now < min(found.training_then, tests[at])
    ends = [first + width * (k + 1) for k in range(len(training)) if training[k] == found.training_then]
    assert any(0 <= end - 8 * at < width for end in ends)
    assert first <= 8 * at
    assert at > 0


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", ["digits.50", "digits"])
def test_a_test_loss_far_above_the_training_loss_is_told_and_only_that(name, optimizer):
    run = make_run(datasets.load(name), {"sgd": 0.1, "adam": 0.001}[optimizer], optimizer)
    losses, told = [], []
    for step in range(1, 1501):
        losses.append(run.step().loss)
        if step % 25 == 0:
            run.evaluate()
            said = parting_told(run.snapshot(), english)
            if "far better than others" not in said:
                continue
            told.append(step)
            ratio = run.trainer.evaluate()[0] / smoothed_after(losses, step)
            assert ratio >= 10
            assert f"test loss of step {step:,} is {number(ratio)} times the smoothed training loss" in said
            assert parting(run.snapshot()) is None
            assert parting_told(dataclasses.replace(run.snapshot(), epoch=0), english) == ""
    assert bool(told) == (name == "digits.50")


@given(test=LOSSES, training=LOSSES, step=st.integers(0, 100))
@example(10.0, 1.0, 100)
@example(9.9, 1.0, 100)
@example(10.0, 0.0, 100)
@example(10.0, 1.0, 49)
def test_far_apart_is_never_untrue(snapshots, test, training, step):
    points = (training_run.TestPoint(step, test, 0.5),)
    snapshot = dataclasses.replace(
        snapshots[1], tests=points, smoothed_loss=training, epoch=3, divergence=None, steps=100
    )
    assert parting_told(dataclasses.replace(snapshot, bins=()), english) == ""  # gone back: no curve to be seen
    told = parting_told(snapshot, english)
    assert bool(told) == bool(0 < 10 * training <= test < math.inf and step >= 50)
