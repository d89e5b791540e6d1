"""Memory: a forgotten job is freed, a closed one drops its buffers, whatever happened to it."""

import gc
import threading
import time
import weakref
from contextlib import contextmanager, suppress

import pytest

from tests.ui.small_jobs import Gate, count, eventually, post
from ui.jobs.scheduler import Job, JobClosed, JobTimeout, Scheduler


class Buffer:
    """Something large that has to go."""


@contextmanager
def no_garbage_collection():
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def do_nothing(job):
    pass


def run(job):
    job.start()
    assert eventually(lambda: job.units > 3)


def run_and_pause(job):
    run(job)
    job.pause()


def run_to_goal(job):
    job.start(units=3)
    assert eventually(lambda: job.state == "paused")


def fail_a_command(job):
    with suppress(ZeroDivisionError):
        job.do(lambda: 1 / 0)


def fail(job):
    post(job, lambda: 1 / 0)
    assert eventually(lambda: job.state == "failed")


def fail_at_work(job):
    job.start(units=1)
    job.do(lambda: None)
    job.start()
    job.do(lambda: job.snapshot.append("fail"))
    assert eventually(lambda: job.state == "failed")


def suspend(job):
    run(job)
    job.suspend()


def cancel(job):
    run(job)
    job.cancel()


def time_out(job):
    post(job, lambda: time.sleep(0.05))
    with suppress(JobTimeout):
        job.do(lambda: None, timeout=0.01)


STORIES = [
    do_nothing,
    run,
    run_and_pause,
    run_to_goal,
    fail_a_command,
    fail,
    fail_at_work,
    suspend,
    cancel,
    time_out,
]


def make_job(events):
    """A job whose work, snapshot and release all hold a buffer; its snapshot is a list one can write to."""
    buffer, orders = Buffer(), []

    def work():
        try:
            while not orders:
                yield buffer
            local = buffer  # noqa: F841 (held by the frame that raises)
            try:
                raise KeyError("first")
            except KeyError as first:
                raise ValueError("second") from first
        finally:
            events.append("closed")

    def release(held=buffer):
        events.append("released")

    return Job(work(), lambda held=buffer: orders, interval=0.0, release=release), weakref.ref(buffer)


@pytest.mark.parametrize("story", STORIES)
def test_a_forgotten_job_is_freed(scheduler, story):
    """By reference counts alone: nothing of what happened to it keeps it or its buffers."""
    events = []
    other = scheduler.submit(Job(count()))
    other.start()
    with no_garbage_collection():
        job, buffer = make_job(events)
        scheduler.submit(job)
        story(job)
        forgotten = weakref.ref(job)
        del job
        assert eventually(lambda: forgotten() is None)
        assert eventually(lambda: buffer() is None)
    assert events.count("released") == 1
    assert scheduler.jobs() == [other]


@pytest.mark.parametrize("story", STORIES)
def test_a_closed_job_drops_its_buffers_though_it_is_kept(scheduler, story):
    events = []
    with no_garbage_collection():
        job, buffer = make_job(events)
        scheduler.submit(job)
        story(job)
        job.close()
        assert eventually(lambda: buffer() is None)
    assert job.closed
    assert job.snapshot is None
    assert events.count("released") == 1
    assert scheduler.jobs() == []
    with pytest.raises(JobClosed):
        job.do(lambda: None)
    job.pause()
    job.start()
    assert job.state in ("cancelled", "failed")


def test_the_idle_worker_keeps_nothing(scheduler):
    with no_garbage_collection():
        job, buffer = make_job([])
        run_to_goal(scheduler.submit(job))
        del job
        assert eventually(lambda: buffer() is None)


def test_what_waits_when_a_job_is_closed_is_refused(scheduler):
    gate, refused = Gate(), threading.Event()
    job = scheduler.submit(Job(gate.work()))
    job.start()
    assert gate.waiting.wait(5)

    def command():
        with suppress(JobClosed):
            job.do(lambda: None)
            return
        refused.set()

    thread = threading.Thread(target=command)
    thread.start()
    assert eventually(lambda: len(job._commands) == 1)
    job.close()
    gate.let()
    thread.join(5)
    assert refused.is_set()


def test_a_job_can_be_closed_after_shutdown():
    events = []
    scheduler = Scheduler()
    job, buffer = make_job(events)
    scheduler.submit(job).start(units=1)
    scheduler.shutdown()
    job.close()
    gc.collect()
    assert events.count("released") == 1
    assert buffer() is None
