"""What the tests of jobs and their scheduler share.

Times are those of a clock that the work itself moves on, and what is prompt is counted in units of work, so that
the tests do not depend on how busy the machine is.
"""

import threading
import time
from contextlib import contextmanager

from ui.jobs import live
from ui.jobs.scheduler import Job, Scheduler


class Clock:
    """Seconds that pass only when somebody says so."""

    def __init__(self):
        self.now, self.reads = 0.0, 0

    def __call__(self):
        self.reads += 1
        return self.now


class Gate:
    """Work that does a unit for each `let`, and ends at `open`."""

    def __init__(self):
        self._permits, self._open = threading.Semaphore(0), False
        self.waiting = threading.Event()

    def let(self, units=1):
        self.waiting.clear()
        self._permits.release(units)

    def open(self):
        self._open = True
        self._permits.release()

    def work(self):
        while not self._open:
            self.waiting.set()
            assert self._permits.acquire(timeout=10)
            yield


def eventually(condition, timeout=5.0):
    """Whether `condition()` becomes true."""
    end = time.monotonic() + timeout
    while not condition() and time.monotonic() < end:
        time.sleep(0.001)
    return condition()


def watch_when_at_rest(monkeypatch):
    """The work of every page is over before the page comes to watch it: the worst moment for its buttons."""
    watch = live.watch

    def late(job, shown, *arguments):
        assert eventually(lambda: not live.is_live(job.state), timeout=30)
        watch(job, shown, *arguments)

    monkeypatch.setattr(live, "watch", late)


def count(stop=10**9):
    yield from range(stop)


@contextmanager
def running(**settings):
    """A scheduler that is stopped in the end."""
    scheduler = Scheduler(**settings)
    try:
        yield scheduler
    finally:
        for job in scheduler.jobs():
            job.close()
        scheduler.shutdown()


@contextmanager
def held(scheduler):
    """The worker is kept busy with one unit, so that what is started meanwhile starts together."""
    gate = Gate()
    blocker = scheduler.submit(Job(gate.work()))
    blocker.start(units=1)
    assert gate.waiting.wait(5)
    yield
    gate.let()


def post(job, command):
    """Have the worker run a command without waiting for it; if it raises, the job fails, as after `Job.tell`."""
    job._sent(command).add_done_callback(job._load.heed)
