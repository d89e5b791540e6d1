"""The race between batch sizes: plain Trainers from one start, over equally many samples, side by side."""

from collections import Counter

import numpy as np
import pytest

from engines.batches import Batches
from engines.datasets.subset import subset
from engines.network import Network
from engines.pieces import PIECE
from engines.races import batch_race as module
from engines.races.batch_race import BatchRace, BatchRun, Measurement, batch_race, goals, steps_within

SAMPLES = 50
SIZES = (1, 16, SAMPLES)


@pytest.fixture
def make(make_trainer, digits):
    """A small trainer of plain SGD on 50 samples, by batch size."""
    data, network = subset(digits, SAMPLES, 20), Network([64, 6, 10])

    def trainer(batch_size, backend="numpy", learning_rate=0.05, **settings):
        return make_trainer(backend, "sgd", learning_rate, network, data, batch_size=batch_size, **settings)

    return trainer


def last(records):
    *_, record = records
    return record


def finished(runs):
    return BatchRace(1.0, SAMPLES, tuple(runs))


def run(size, rate, loss, diverged_after=None):
    """A run that came to this training loss."""
    start, end = Measurement(0, 0, 0.0, 2.0, 2.0, 0.1), Measurement(5, 5 * size, 1.0, loss, loss, 0.9)
    return BatchRun(size, rate, (start, end), diverged_after)


def test_the_curves_are_those_of_plain_trainers(backend, make):
    race = last(batch_race([make(size, backend) for size in SIZES], 2))
    for entrant, size in zip(race.runs, SIZES, strict=True):
        trainer, data = make(size, backend), make(size).data
        for point in entrant.points:
            if point.steps > trainer.steps:
                trainer.run(point.steps - trainer.steps)
            training = trainer.score(trainer.predict(data.x_train), data.y_train)[0]
            assert (point.training, (point.test, point.accuracy)) == (training, trainer.evaluate())
            assert point.samples == trainer.batches.drawn


def test_all_begin_at_the_same_weights(make):
    race = last(batch_race([make(size) for size in SIZES], 1))
    assert {entrant.points[0] for entrant in race.runs} == {race.runs[0].points[0]}
    assert race.runs[0].points[0][:3] == (0, 0, 0.0)


@pytest.mark.parametrize("epochs", [1, 3])
def test_all_see_as_many_samples_in_their_own_number_of_steps(make, epochs):
    race = last(batch_race([make(size) for size in SIZES], epochs))
    assert [entrant.last.samples for entrant in race.runs] == [epochs * SAMPLES] * 3
    assert [entrant.last.steps for entrant in race.runs] == [epochs * SAMPLES, epochs * 4, epochs]
    assert [point.steps for point in race.runs[-1].points] == list(range(epochs + 1))  # few steps, and all of them


def test_they_run_side_by_side(make):
    ahead = 0
    for race in batch_race([make(size) for size in SIZES], 3):
        if race is PIECE:
            continue
        seen = [entrant.last.samples for entrant in race.runs]
        for entrant in race.runs:
            later = [goal for goal in goals(SAMPLES, 3) if goal > entrant.last.samples + entrant.batch_size]
            assert max(seen) <= (later[0] if later else 3 * SAMPLES)
        ahead = max(ahead, max(seen) - min(seen))
    assert ahead < 2 * SAMPLES


@pytest.mark.parametrize("size", [1, 7, 16, 50])
def test_so_many_steps_take_no_more_samples_and_one_more_would(size):
    batches = Batches(SAMPLES, size, 0)
    seen = [0]
    for _step in range(4 * SAMPLES):
        batches.draw()
        seen.append(batches.drawn)
    for goal in range(0, 3 * SAMPLES + 1):
        steps = steps_within(goal, size, SAMPLES)
        assert seen[steps] <= goal < seen[steps + 1]


def test_the_losses_are_taken_evenly_by_the_logarithm_and_after_each_epoch():
    at = goals(1000, 4)
    assert at[0] == 1
    assert at[-1] == 4000
    assert at == sorted(set(at))
    assert {1000, 2000, 3000} <= set(at)
    assert max(np.diff(np.log(at))) < 0.7  # never as much as twice as far


def test_a_unit_of_work_is_short(make, monkeypatch):
    monkeypatch.setattr(module, "_SAMPLES_AT_ONCE", 40)
    trainers, done = [make(size) for size in SIZES], Counter()
    for trainer in trainers:
        step = trainer.step
        monkeypatch.setattr(
            trainer, "step", lambda step=step, size=trainer.batches.batch_size: done.update([size]) or step()
        )
    before, longest = Counter(), Counter()
    for _race in batch_race(trainers, 4):
        longest |= done - before
        before = done.copy()
    assert longest[1] <= 32
    assert longest[16] == 2
    assert longest[SAMPLES] == 1


def test_progress_rises_to_its_end(make):
    shares = [race.share for race in batch_race([make(size) for size in SIZES], 2) if race is not PIECE]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares.count(1.0) == 1


def test_the_clock_runs_forward_and_stands_still_at_the_start(make):
    for entrant in last(batch_race([make(size) for size in SIZES], 2)).runs:
        seconds = [point.seconds for point in entrant.points]
        assert seconds[0] == 0
        assert seconds == sorted(seconds)
        assert entrant.at(seconds[-1]) == entrant.last
        assert entrant.at(0.0).seconds == 0


def test_one_that_diverges_is_marked_and_the_others_go_on(backend, make):
    wild = make(16, backend, 300.0, loss="mean_squared_error")
    calm = [make(size, backend, loss="mean_squared_error") for size in (5, SAMPLES)]
    race = last(batch_race([calm[0], wild, calm[1]], 8))
    one, diverged, all_of_them = race.runs
    assert diverged.diverged_after is not None
    assert diverged.last.samples <= diverged.diverged_after < 8 * SAMPLES
    assert np.isfinite([point.training + point.test for point in diverged.points]).all()
    for entrant in (one, all_of_them):
        assert entrant.diverged_after is None
        assert entrant.last.samples == 8 * SAMPLES
        assert entrant.last.training < entrant.points[0].training
    assert race.share == 1


def test_the_best_of_each_size_is_the_one_of_the_lowest_training_loss():
    runs = [run(50, 1.0, 0.7), run(1, 0.1, 0.3), run(1, 0.01, 0.2), run(1, 1.0, 0.1, diverged_after=4)]
    assert finished(runs).best == (runs[2], runs[0])


def test_where_all_of_a_size_diverged_the_one_that_came_farthest_stands_for_them():
    runs = [run(1, 1.0, 0.1, diverged_after=4), run(1, 0.5, 9.0, diverged_after=8)]
    assert finished(runs).best == (runs[1],)
