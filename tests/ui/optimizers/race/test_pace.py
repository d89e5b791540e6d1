"""How fast a race goes: at its pace while all are level, without limit for whoever catches up, and to the same end."""

import math
import time

import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.races.race import Race
from engines.training import Trainer
from tests.ui.small_jobs import eventually, running
from ui.jobs.job import Job
from ui.jobs.speed_limit import NORMAL, SLOW
from ui.optimizers.race.pace import PACES, QUICK, RaceLimit, pace_labels, paces_told


@pytest.fixture
def race(digits):
    def trainer(optimizer):
        return Trainer(backends.get("numpy"), Network([64, 4, 10]), optimizer, digits, batch_size=8)

    return Race(trainer, [optimizers.get("sgd")(), optimizers.get("adam")()])


def limited(race, pace):
    limit = RaceLimit(race)
    limit.choose(pace)
    limit.begin(0.0)
    return limit


def test_each_pace_has_its_rate_and_its_word(race):
    assert {pace: limited(race, pace).rate for pace in PACES} == {
        "slow": SLOW, "normal": NORMAL, "quick": QUICK, "fast": math.inf
    }  # fmt: skip
    assert tuple(pace_labels(str)) == PACES
    assert f"Quick: {QUICK:g}." in paces_told(str)


@pytest.mark.parametrize("pace", PACES)
def test_whoever_is_behind_catches_up_without_a_limit(race, pace):
    limit = limited(race, pace)
    rate, each = limit.rate, limit.is_shown_each
    race.round()
    assert (limit.rate, limit.is_shown_each) == (rate, each)
    race.enter([optimizers.get("sgd")(learning_rate=0.5), optimizers.get("adam")()])
    assert (limit.rate, limit.is_shown_each, limit.wait(0.0)) == (math.inf, False, 0.0)
    race.round()
    assert race.is_level
    assert (limit.rate, limit.is_shown_each) == (rate, each)
    race.release()
    assert limit.rate == rate  # nothing is asked of a race that is over


def test_a_race_is_watched_for_as_long_as_its_pace_says_and_ends_with_the_same_weights(race):
    limit = RaceLimit(race)
    with running() as scheduler:
        job = scheduler.submit(Job(race.work(), race.snapshot, limit=limit))
        job.go_at("quick")
        began = time.monotonic()
        job.start(units=100)
        assert eventually(lambda: job.state == "paused")
        assert time.monotonic() - began >= 0.8 * 100 / QUICK
        hashes = [run.weights_hash for run in job.snapshot.runs]
        losses = [run.smoothed_loss for run in job.snapshot.runs]
    alone = Race(race._make_trainer, [optimizers.get("sgd")(), optimizers.get("adam")()])
    for _ in range(100):
        alone.round()
    assert [run.weights_hash for run in alone.snapshot().runs] == hashes
    assert [run.smoothed_loss for run in alone.snapshot().runs] == losses
