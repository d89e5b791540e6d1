"""What a page sees of a job: snapshots that are current, seldom enough and never change, and its pace."""

import weakref

import numpy as np
import pytest

from tests.ui.small_jobs import count, eventually, held, running
from ui.jobs.scheduler import Job


class Record:
    """What a unit of work yields."""


def test_snapshots_are_taken_at_most_once_an_interval(clock):
    taken = []

    def work():
        for _ in range(1000):
            clock.now += 0.001
            yield

    with running(clock=clock) as scheduler:
        job = scheduler.submit(Job(work(), lambda: taken.append(clock.now) or clock.now, interval=0.25))
        job.start()
        assert eventually(lambda: job.state == "finished")
    between = np.diff(taken)
    assert taken[0] == 0.0
    assert taken[-1] == job.snapshot == pytest.approx(1.0)
    assert all(0.25 <= gap < 0.25 + 0.02 + 1e-9 for gap in between[:-1])
    assert 4 <= len(taken) <= 6


def test_a_published_snapshot_does_not_change(scheduler):
    values = []
    job = scheduler.submit(Job((values.append(i) for i in count()), lambda: tuple(values), interval=0.0))
    job.start(units=10)
    assert eventually(lambda: job.state == "paused")
    first = job.snapshot
    job.start(units=10)
    assert eventually(lambda: job.state == "paused")
    assert first == tuple(range(10))
    assert job.snapshot == tuple(range(20))


def test_without_a_snapshot_function_the_last_record_is_shown(scheduler):
    job = scheduler.submit(Job(count()))
    assert job.snapshot is None
    job.start(units=8)
    assert eventually(lambda: job.state == "paused")
    assert job.snapshot == 7


def test_rate_is_units_per_second_of_the_time_it_ran(clock):
    def work():
        while True:
            clock.now += 0.001
            yield

    with running(clock=clock) as scheduler:
        jobs = [scheduler.submit(Job(work())) for _ in range(2)]
        assert jobs[0].rate == 0
        jobs[0].start(units=5000)
        assert eventually(lambda: jobs[0].state == "paused")
        assert jobs[0].rate == pytest.approx(1000, rel=0.01)
        clock.now += 3600
        with held(scheduler):
            for job in jobs:
                job.start(units=5000)
        assert eventually(lambda: all(job.state == "paused" for job in jobs))
        assert jobs[0].rate == pytest.approx(500, rel=0.05)


def test_with_a_snapshot_function_no_record_is_held_while_the_next_is_made(scheduler):
    held = []

    def work():
        last = None
        for _ in range(100):
            held.append(last is not None and last() is not None)
            record = Record()
            last = weakref.ref(record)
            yielded, record = [record], None
            yield yielded.pop()

    job = scheduler.submit(Job(work(), lambda: "drawn"))
    job.start()
    assert eventually(lambda: job.state == "finished")
    assert not any(held)
