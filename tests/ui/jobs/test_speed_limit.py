"""The speed limit: at "slow" every step is seen, "normal" is steady, "auto" is free in the end."""

import itertools
import math
import time

import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from tests.ui.small_jobs import count, eventually, running
from ui.jobs.scheduler import Job
from ui.jobs.speed_limit import NORMAL, SLOW, SLOW_SECONDS, SpeedLimit


def limited(tempo):
    limit = SpeedLimit()
    limit.choose(tempo)
    limit.begin(0.0)
    return limit


def done(limit, now, until, see=math.inf, turn=0.004):
    """The times of the units of a job that looks every `turn` seconds and is drawn every `see`."""
    times, drawn = [], now
    while now < until:
        if now - drawn >= see:
            limit.see()
            drawn = now
        if limit.wait(now) <= 0 and (units := min(limit.allowance(now), 1000)):
            limit.spend(units)
            times += [now] * units
        now += turn
    return times


def test_without_a_tempo_nothing_limits():
    limit = SpeedLimit()
    limit.begin(0.0)
    assert (limit.rate, limit.wait(0.0), limit.allowance(0.0), limit.is_shown_each) == (math.inf, 0.0, math.inf, False)


@pytest.mark.parametrize("see", [0.2, 0.25, 0.5, 1.0])
def test_slow_makes_one_unit_for_each_picture_and_the_first_at_once(see):
    times = done(limited("slow"), 0.0, 10.0, see)
    assert times[0] == 0.0
    assert all(0 < b - a <= see + 0.01 and b - a >= see - 0.01 for a, b in itertools.pairwise(times))


def test_slow_is_no_faster_than_five_a_second_by_much_however_often_it_is_drawn():
    assert len(done(limited("slow"), 0.0, 10.0, see=0.01)) <= 10 * SLOW / 0.75 + 1


def test_slow_goes_on_slowly_when_nobody_draws():
    assert 3 <= len(done(limited("slow"), 0.0, 10.0)) <= 5


@pytest.mark.parametrize("turn", [0.001, 0.004, 0.03])
def test_normal_is_that_many_units_a_second(turn):
    assert len(done(limited("normal"), 0.0, 10.0, turn=turn)) == pytest.approx(10 * NORMAL, abs=8)


def test_what_was_missed_in_a_crowd_is_not_made_up_for():
    limit = limited("normal")
    limit.spend(int(limit.allowance(0.0)))
    assert limit.allowance(60.0) <= NORMAL * 0.1 + 1


def test_auto_is_slow_then_twice_as_fast_each_second_and_free_in_the_end():
    limit = limited("auto")
    times = done(limit, 0.0, SLOW_SECONDS + 7, see=0.2)
    made = [sum(second <= at < second + 1 for at in times) for second in range(int(SLOW_SECONDS) + 7)]
    assert sum(made[: int(SLOW_SECONDS)]) == pytest.approx(SLOW * SLOW_SECONDS, abs=2)
    for doublings, units in enumerate(made[int(SLOW_SECONDS) + 1 :], start=1):
        assert SLOW * 2 ** (doublings - 1) <= units <= SLOW * 2 ** (doublings + 1)
    done(limit, SLOW_SECONDS + 7, SLOW_SECONDS + 17, turn=0.05)
    assert limit.rate == math.inf


def test_auto_goes_on_from_a_pause_at_the_speed_that_it_had():
    limit = limited("auto")
    done(limit, 0.0, 8.0, see=0.2)
    before = limit.rate
    limit.begin(1000.0)
    assert limit.rate == before > SLOW
    limit.allowance(1000.0)
    assert limit.rate == before


@pytest.mark.parametrize(("before", "rate"), [("slow", SLOW), ("normal", NORMAL), ("fast", math.inf)])
def test_auto_goes_on_from_the_tempo_of_before(before, rate):
    limit = limited(before)
    done(limit, 0.0, 1.0)
    limit.choose("auto")
    assert limit.rate == pytest.approx(rate)
    assert not limit.is_shown_each


def test_auto_is_slow_at_first_also_where_another_tempo_was_chosen_before_the_start():
    limit = SpeedLimit()
    limit.choose("fast")
    limit.choose("auto")
    limit.begin(0.0)
    assert limit.is_shown_each


def test_a_start_may_lift_the_limit_until_the_next_one():
    limit = limited("slow")
    limit.begin(1.0, limited=False)
    assert limit.rate == math.inf
    limit.begin(2.0)
    assert limit.is_shown_each


# With the scheduler


def test_a_job_waits_until_each_unit_has_been_seen_and_is_seen_at_rest():
    settled = []

    def settle():
        settled.append(job.units)
        yield from ()

    with running() as scheduler:
        job = scheduler.submit(Job(count(), settle=settle, interval=100.0))
        job.go_at("slow")
        job.start()
        for unit in range(3):
            assert eventually(lambda unit=unit: job.snapshot == unit)
            assert job.state == "running"
            job.seen()
        assert settled[:3] == [1, 2, 3]
        assert job.units <= 4


def test_a_step_is_made_at_once_at_any_tempo():
    with running() as scheduler:
        job = scheduler.submit(Job(count()))
        job.go_at("slow")
        for _ in range(20):
            job.run(units=1, timeout=2.0)
        assert (job.units, job.state) == (20, "paused")


def test_another_tempo_holds_at_once():
    with running() as scheduler:
        job = scheduler.submit(Job(count()))
        job.go_at("slow")
        job.start()
        assert eventually(lambda: job.units == 1)
        job.go_at("fast")
        assert eventually(lambda: job.units > 1000, timeout=1.0)


def test_who_waits_costs_nothing_and_takes_nothing_from_the_others():
    with running() as scheduler:
        waiting = [scheduler.submit(Job(count())) for _ in range(30)]
        for job in waiting:
            job.go_at("slow")
            job.start()
        assert eventually(lambda: all(job.units == 1 for job in waiting))
        before = time.process_time()
        time.sleep(0.5)
        assert time.process_time() - before < 0.1
        free = scheduler.submit(Job(count()))
        free.start(units=10_000)
        assert eventually(lambda: free.state == "paused")
        assert all(job.units == 1 for job in waiting)


def test_the_tempo_changes_no_number(digits):
    weights = []
    for tempo in ("fast", "normal"):
        trainer = Trainer(backends.get("numpy"), Network([64, 8, 10]), optimizers.get("adam")(), digits)
        run = TrainingRun(trainer)
        with running() as scheduler:
            job = scheduler.submit(Job(run.work(), run.snapshot, settle=run.settle))
            job.go_at(tempo)
            job.start(units=20)
            assert eventually(lambda job=job: job.state == "paused")
            weights.append({name: values.tobytes() for name, values in job.snapshot.parameters.items()})
    assert weights[0] == weights[1]
