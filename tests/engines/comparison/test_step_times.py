"""Times of steps: who is measured when, what counts, where lines cross; never how long anything took."""

import itertools
import math

import numpy as np
import pytest

from engines import backends
from engines.comparison import step_times
from engines.comparison.step_times import BY_HAND, StepTimes, contestants_in_pieces, counted, measure
from engines.network import Network
from engines.pieces import PIECE, finished

NAMES = (BY_HAND, *backends.names())


@pytest.fixture
def quick(monkeypatch):
    """Two small sizes, four rounds, blocks of a step or two."""
    monkeypatch.setattr(step_times, "SIZES", (4, 8))
    monkeypatch.setattr(step_times, "ROUNDS", 4)
    monkeypatch.setattr(step_times, "_BLOCK_SECONDS", 1e-5)


@pytest.fixture
def all_backends():
    return [backends.get(name) for name in backends.names()]


def test_everyone_is_measured_at_every_size_in_every_round(quick, digits, all_backends):
    records = [record for record in measure(digits, all_backends, 32) if record is not PIECE]
    end = records[-1]
    assert end.names == NAMES
    assert end.batch_size == 32
    assert end.seconds.shape == (len(NAMES), 2, 4)
    assert (end.seconds > 0).all()
    shares = [record.share for record in records]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    known = [int(np.isfinite(record.seconds).sum()) for record in records]
    assert set(np.diff(known)) <= {0, 1}  # a unit of work is one block
    for name in NAMES:
        sizes, seconds = end.line(name)
        assert sizes.tolist() == [4, 8]
        np.testing.assert_array_equal(seconds, np.median(end.seconds[NAMES.index(name)], axis=1))
    assert end.ratios(BY_HAND) == {4: 1.0, 8: 1.0}


def test_all_compute_the_same_losses_from_the_same_batches(digits, make_trainer, all_backends):
    steps = finished(contestants_in_pieces(digits, all_backends, 50, 16, seed=5))
    assert tuple(steps) == NAMES
    trainer = make_trainer(
        optimizer="sgd",
        learning_rate=step_times.LEARNING_RATE,
        network=Network([64, 16, 10]),
        batch_size=50,
        seed=5,
    )
    expected = [trainer.step().loss for _ in range(40)]  # beyond the first epoch, whose last batch is short
    for name, step in steps.items():
        found = [step() for _ in range(40)]
        found = found if name == BY_HAND else [record.loss for record in found]
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_whoever_takes_too_long_is_not_measured_at_larger_sizes(quick, digits, all_backends, monkeypatch):
    monkeypatch.setattr(step_times, "LONGEST", 0.0)
    end = list(measure(digits, all_backends, 32))[-1]
    assert np.isfinite(end.seconds[:, 0]).all()
    assert np.isnan(end.seconds[:, 1]).all()
    assert end.share == 1
    assert end.line("numpy")[0].tolist() == [4]
    assert end.ratios("numpy").keys() == {4}


def test_who_goes_first_rotates(monkeypatch):
    monkeypatch.setattr(step_times, "ROUNDS", 4)
    turns = [[index for _turn, index in group] for _t, group in _by_round(step_times._turns([0, 2, 5]))]
    assert turns == [[0, 2, 5], [2, 5, 0], [5, 0, 2], [0, 2, 5]]
    assert list(step_times._turns([])) == []


def _by_round(turns):
    return itertools.groupby(turns, key=lambda pair: pair[0])


def test_threads_of_a_library_count_and_other_peoples_do_not():
    here = np.full((3, 1, 4), 2.0)
    here[1] = 3.0
    background = np.array([0.5, 0.2, 0.9, 0.3])  # what others do meanwhile, as a share of each block
    everywhere = here * (1 + background)
    everywhere[2] += 1.0  # a library that does half as much again in threads of its own
    found = counted(here, everywhere)
    np.testing.assert_allclose(found[0], 2.0)
    np.testing.assert_allclose(found[1], 3.0)
    np.testing.assert_allclose(found[2], 3.0)


def test_what_is_not_measured_yet_stays_unknown():
    here = np.array([[[1.0, 1.0]], [[2.0, np.nan]], [[np.nan, np.nan]]])
    found = counted(here, here)
    np.testing.assert_array_equal(found, here)


def made(**lines):
    """Times of 1 round: by name, a function of the size; NaN is not measured."""
    seconds = [[[line(size)] for size in step_times.SIZES] for line in lines.values()]
    return StepTimes(tuple(lines), 32, np.array(seconds), 1.0)


def test_lines_of_known_powers_cross_where_they_must():
    times = made(ours=lambda h: 2e-6 * h, theirs=lambda h: 4e-5 * math.sqrt(h))
    size, seconds = times.crossing("ours", "theirs")
    assert size == pytest.approx(400)
    assert seconds == pytest.approx(8e-4)
    assert times.crossing("theirs", "ours") is None


def test_no_crossing_where_one_is_faster_at_every_size_or_too_few_are_measured():
    times = made(ours=lambda h: 1e-6 * h, slow=lambda h: 2e-6 * h)
    assert times.crossing("ours", "slow") is None
    assert times.crossing("slow", "ours") is None
    one = made(ours=lambda h: 1e-6 if h == 8 else np.nan, theirs=lambda h: 2e-6 * h)
    assert one.crossing("ours", "theirs") is None


def test_a_ratio_is_taken_within_each_round():
    """A machine that is twice as slow in every second round changes no ratio."""
    load = np.array([1.0, 2.0, 1.0, 2.0, 2.0])
    hand, ours = np.full((len(step_times.SIZES), 5), 1e-5) * load, np.full((len(step_times.SIZES), 5), 3e-5) * load
    times = StepTimes((BY_HAND, "ours"), 32, np.stack([hand, ours]), 1.0)
    assert times.ratios("ours") == pytest.approx(dict.fromkeys(step_times.SIZES, 3.0))
