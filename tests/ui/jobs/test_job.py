"""A job: started, paused, ended; nothing is lost on the way."""

import threading
import time

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.network import Network
from engines.pieces import PIECE, STOP
from engines.training import Trainer
from tests.ui.small_jobs import Gate, count, eventually, running
from ui.jobs.scheduler import Job


def test_a_job_is_paused_until_it_is_started_and_then_runs_to_its_end(scheduler):
    job = scheduler.submit(Job(count(1000)))
    assert (job.state, job.units) == ("paused", 0)
    job.start()
    assert eventually(lambda: job.state == "finished")
    assert (job.units, job.snapshot, job.error) == (1000, 999, None)


def test_started_for_some_units_it_does_exactly_those(scheduler):
    job = scheduler.submit(Job(count(), lambda: "drawn"))
    for done in (1, 46, 47):
        job.start(units=done - job.units)
        assert eventually(lambda: job.state == "paused")
        assert job.units == done


def test_at_its_goal_it_says_so_only_with_the_last_snapshot(scheduler):
    seen = []
    job = Job(count(), lambda: seen.append(job.state) or len(seen))
    scheduler.submit(job).start(units=5)
    assert eventually(lambda: job.state == "paused")
    assert seen == ["paused", "running"]  # when submitted, and before it said that it rests
    assert job.snapshot == 2


def test_pause_stops_the_work_and_leaves_a_current_snapshot(scheduler):
    done = []
    job = scheduler.submit(Job((done.append(i) for i in count()), lambda: len(done), interval=60.0))
    job.start()
    assert eventually(lambda: job.units > 100)
    job.pause()
    assert job.state == "paused"
    assert len(done) == job.units == job.snapshot
    time.sleep(0.05)
    assert len(done) == job.snapshot


def test_pause_answers_in_time_though_a_unit_is_long(scheduler):
    gate = Gate()
    job = scheduler.submit(Job(gate.work()))
    job.start()
    assert gate.waiting.wait(5)
    start = time.monotonic()
    job.pause(timeout=0.05)
    assert time.monotonic() - start < 2
    assert job.state == "paused"
    gate.let()
    assert eventually(lambda: job.units == 1)


def test_cancel_closes_the_generator_and_keeps_the_snapshot(scheduler):
    closed = threading.Event()

    def work():
        try:
            yield from count()
        finally:
            closed.set()

    job = scheduler.submit(Job(work(), lambda: "last"))
    job.start()
    assert eventually(lambda: job.units > 10)
    job.cancel()
    assert job.state == "cancelled"
    assert closed.wait(5)
    job.start()
    assert job.do(lambda: "still there") == "still there"
    units = job.units
    time.sleep(0.05)
    assert (job.state, job.snapshot, job.units) == ("cancelled", "last", units)


def test_any_iterator_can_be_work(scheduler):
    job = scheduler.submit(Job(iter("abc")))
    job.start()
    assert eventually(lambda: job.state == "finished")
    assert job.snapshot == "c"


def test_an_idle_scheduler_does_nothing(clock):
    with running(clock=clock) as scheduler:
        job = scheduler.submit(Job(count()))
        job.do(lambda: None)
        time.sleep(0.05)
        reads = clock.reads
        time.sleep(0.2)
        assert clock.reads == reads


def test_training_in_turns_is_training(scheduler):
    """Paused, suspended, commanded and beside another job, a run's parameters are those of the plain loop."""

    def make():
        optimizer = optimizers.get("momentum")(learning_rate=0.05)
        data = datasets.load("digits")
        return Trainer(backends.get("numpy"), Network([64, 16, 10]), optimizer, data)

    def work(trainer):
        for _ in range(300):
            yield trainer.step()

    plain, trainer = make(), make()
    plain.run(300)
    other = scheduler.submit(Job(count()))
    other.start()
    job = scheduler.submit(Job(work(trainer), trainer.parameters, interval=0.0))
    while job.state != "finished":
        units = job.units
        job.start()
        assert eventually(lambda units=units: job.units > units + 20 or job.state == "finished")
        job.suspend()
        assert job.do(trainer.evaluate)[0] > 0
        job.resume()
        job.pause()
    assert job.units == 300
    for name, values in plain.parameters().items():
        np.testing.assert_array_equal(job.snapshot[name], values)


def stopping(at, done):
    """Work that asks to stop after the units whose number is in `at`."""
    for unit in count():
        done.append(unit)
        yield unit
        if unit + 1 in at:
            yield STOP


@pytest.mark.parametrize("kept", [True, False])
def test_work_that_says_stop_rests_there_as_at_its_goal_and_goes_on_when_started_again(scheduler, kept):
    done = []
    job = scheduler.submit(Job(stopping((3, 50), done), None if kept else lambda: done[-1] if done else None))
    for start, at in (({}, 3), ({"units": 5}, 8), ({}, 50), ({"units": 1}, 51)):
        job.start(**start)
        assert eventually(lambda: job.state == "paused")
        time.sleep(0.01)
        assert (job.units, len(done), job.snapshot, job.state) == (at, at, at - 1, "paused")


def test_a_job_that_has_come_to_the_stop_by_itself_goes_on_from_there(scheduler):
    job = scheduler.submit(Job(stopping((3, 50), [])))
    job.start(units=3)
    assert eventually(lambda: job.state == "paused")
    job.start()
    assert eventually(lambda: job.state == "paused")
    assert job.units == 50


def test_work_that_says_stop_between_pieces(scheduler):
    def work():
        yield STOP
        yield PIECE
        yield "unit"
        yield PIECE
        yield STOP
        yield from count()

    job = scheduler.submit(Job(work()))
    job.start()
    assert eventually(lambda: job.state == "paused")
    assert (job.units, job.snapshot) == (1, "unit")


def test_what_a_job_at_rest_shows_is_brought_up_to_date_where_its_work_says_stop(scheduler):
    settled = []

    def settle():
        settled.append(len(done))
        yield PIECE

    done = []
    job = scheduler.submit(Job(stopping((7,), done), lambda: tuple(settled), settle=settle, interval=60.0))
    job.go_at("slow")
    job.start(limited=False)
    assert eventually(lambda: job.state == "paused" and job.units == 7)
    assert settled == [7]
    assert job.snapshot == (7,)


def test_a_pause_that_comes_with_the_stop_stays_a_pause(clock):
    job = Job(stopping((3,), []))
    job.adopt(lambda job: True, clock, 90.0)
    job.start()

    class Calls:
        """Somebody pauses while the work says that it stops."""

        def __len__(self):
            if job.units == 3:
                job._goal = 0
            return 0

    job.advance(1.0, Calls())
    assert job.units == 3
    assert job.state == "paused"
    job.start(units=2)
    job.advance(1.0, ())
    assert job.units == 5
