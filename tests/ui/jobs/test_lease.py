"""Leases and dropped connections: a job stops at once, goes on where it was, and is closed after long."""

import threading
import time

import pytest

from tests.ui.small_jobs import count, eventually, running
from ui.jobs.lease import Lease
from ui.jobs.scheduler import Job


def test_a_job_stops_when_its_lease_runs_out_and_goes_on_when_it_is_renewed(clock):
    with running(clock=clock, lease=90.0) as scheduler:
        job = scheduler.submit(Job(count()))
        job.start()
        clock.now = 89.0
        units = job.do(lambda: job.units)
        assert eventually(lambda: job.units > units)
        job.renew()
        clock.now = 178.0
        assert job.state == "running"
        clock.now = 180.0
        assert job.state == "suspended"
        job.do(lambda: None)
        units = job.units
        clock.now = 10_000.0  # a lease alone never closes a job: its page may be a frozen tab
        time.sleep(0.05)
        assert (job.units, job.closed) == (units, False)
        job.renew()
        assert job.state == "running"
        assert eventually(lambda: job.units > units)


def test_a_suspended_job_remembers_whether_it_ran(scheduler):
    job, paused = (scheduler.submit(Job(count())) for _ in range(2))
    job.start()
    for each in (job, paused):
        each.suspend()
    assert (job.state, paused.state) == ("suspended", "paused")
    job.do(lambda: None)
    units = job.units
    time.sleep(0.02)
    assert job.units == units
    for each in (job, paused):
        each.resume()
    assert (job.state, paused.state) == ("running", "paused")
    assert eventually(lambda: job.units > units)
    job.suspend()
    job.pause()
    job.resume()
    assert job.state == "paused"


@pytest.mark.parametrize("started", [True, False])
def test_a_job_is_closed_when_its_session_does_not_come_back(clock, started):
    released = threading.Event()
    with running(clock=clock, patience=150.0) as scheduler:
        job = scheduler.submit(Job(count(), release=released.set))
        other = scheduler.submit(Job(count()))
        if started:
            job.start()
        job.suspend()
        clock.now = 149.0
        job.suspend()  # again: its patience counts from the first time
        other.do(lambda: None)
        assert not job.closed
        clock.now = 150.0
        other.do(lambda: None)
        assert released.wait(5)
        assert (job.closed, job.state) == (True, "cancelled")
        assert not other.closed


def test_an_idle_worker_wakes_to_close_an_abandoned_job():
    released = threading.Event()
    with running(patience=0.05) as scheduler:
        job = scheduler.submit(Job(count(), release=released.set))
        job.suspend()
        assert released.wait(5)


def test_a_session_that_came_back_unseen_keeps_its_job(clock):
    asked = []
    with running(clock=clock, patience=150.0) as scheduler:
        job, other = scheduler.submit(Job(count())), scheduler.submit(Job(count()))
        job.suspend(lambda: bool(asked.append(clock.now)))
        for clock.now in (150.0, 151.0, 299.0, 300.0):
            other.do(lambda: None)
        other.do(lambda: None)
        assert asked == [150.0, 300.0]
        assert not job.closed
        job.resume()
        job.start(units=1)
        assert eventually(lambda: job.units == 1)


def test_a_lease_is_kept_by_renewing_in_time(clock):
    lease = Lease(90.0, clock)
    clock.now = 80.0
    assert not lease.renew()
    clock.now = 169.0
    assert not lease.is_away
    clock.now = 171.0
    assert lease.is_away
    assert not lease.is_abandoned(150.0)
    lease.leave()
    assert lease.come_back()
    assert lease.is_away  # there, but not renewed
    assert lease.renew()
    assert not lease.is_away
