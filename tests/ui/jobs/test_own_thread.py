"""A blocking generator beside the scheduler: polled, never waited for, closed where it was made."""

import threading
import time
from types import SimpleNamespace

import pytest

from engines.errors import InvalidSetting
from tests.ui.small_jobs import Gate, count, eventually
from ui.jobs.own_thread import in_own_thread
from ui.jobs.scheduler import Job
from ui.jobs.workload import NOTHING_NEW


class Inner:
    """A generator that blocks until it is let on, and notes in which threads it was run and closed."""

    def __init__(self, error=None):
        self.gate, self.error = Gate(), error
        self.made_in = self.closed_in = None
        self.made = 0

    def work(self):
        self.made_in = threading.get_ident()
        try:
            for _ in self.gate.work():
                self.made += 1
                yield self.made
            if self.error:
                raise self.error
        finally:
            self.closed_in = threading.get_ident()


def poll_until(records, condition):
    """Poll until `condition(record)`; returns that record."""
    deadline = time.monotonic() + 10
    while not condition(record := next(records)):
        assert time.monotonic() < deadline
    return record


def test_it_yields_the_newest_record_once_and_says_where_there_is_none():
    inner = Inner()
    records = in_own_thread(inner.work, patience=0.001)
    assert [next(records) for _ in range(3)] == [NOTHING_NEW] * 3
    inner.gate.let(2)
    assert poll_until(records, lambda record: record == 2) == 2
    assert [next(records) for _ in range(3)] == [NOTHING_NEW] * 3
    records.close()
    inner.gate.open()


def test_the_last_record_is_seen_before_the_end():
    assert list(in_own_thread(lambda: count(1000)))[-1] == 999


def test_without_a_record_it_just_ends():
    assert set(in_own_thread(lambda: count(0))) <= {None, NOTHING_NEW}


def test_an_exception_comes_after_the_records_before_it():
    inner = Inner(InvalidSetting("no {what}", what="more"))
    records = in_own_thread(inner.work, patience=0.001)
    inner.gate.let(3)
    poll_until(records, lambda record: record == 3)
    inner.gate.open()
    with pytest.raises(InvalidSetting, match="no more"):
        list(records)
    assert next(records, "over") == "over"


def test_what_cannot_be_made_raises_too():
    def make():
        raise InvalidSetting("not here")

    with pytest.raises(InvalidSetting, match="not here"):
        list(in_own_thread(make))


def test_the_inner_generator_lives_and_ends_in_one_thread_that_is_not_the_callers():
    inner = Inner()
    records = in_own_thread(inner.work, patience=0.001)
    inner.gate.let()
    poll_until(records, lambda record: record == 1)
    records.close()
    inner.gate.let()
    assert eventually(lambda: inner.closed_in is not None)
    assert inner.closed_in == inner.made_in != threading.get_ident()
    assert inner.made == 2  # the one that it was at, and no more


def test_closing_does_not_wait_for_the_record_under_way():
    inner = Inner()
    records = in_own_thread(inner.work, patience=0.001)
    next(records)
    assert inner.gate.waiting.wait(5)
    records.close()
    assert inner.closed_in is None  # still blocked, and nobody lets it on
    inner.gate.open()
    assert eventually(lambda: inner.closed_in is not None)


def test_a_forgotten_one_ends_its_thread():
    inner = Inner()
    records = in_own_thread(inner.work, patience=0.001)
    next(records)
    del records
    inner.gate.let()
    assert eventually(lambda: inner.closed_in is not None)


def test_one_that_was_never_asked_starts_no_thread():
    inner = Inner()
    before = threading.active_count()
    in_own_thread(inner.work).close()
    assert threading.active_count() == before
    assert inner.made_in is None


def test_others_run_while_it_waits_for_news():
    """The poll blocks for as long as there is no news; that news comes at all shows that it let go of the GIL."""
    inner = Inner()
    records = in_own_thread(inner.work, patience=60)
    threading.Timer(0.05, inner.gate.let).start()
    assert next(records) == 1
    records.close()
    inner.gate.open()


def test_a_job_drives_it_and_cancelling_keeps_its_last_record(scheduler):
    inner = Inner()
    job = scheduler.submit(Job(in_own_thread(inner.work), interval=0.0))
    job.start()
    inner.gate.let(3)
    assert eventually(lambda: job.snapshot == 3)
    job.cancel()
    assert eventually(lambda: (inner.gate.let(), inner.closed_in)[1] is not None)
    assert job.state == "cancelled"
    assert job.snapshot >= 3


def test_a_job_ends_with_it(scheduler):
    done = scheduler.submit(Job(in_own_thread(lambda: count(5))))
    failed = scheduler.submit(Job(in_own_thread(lambda: iter(SimpleNamespace()))))
    for job in (done, failed):
        job.start()
    assert eventually(lambda: done.state == "finished")
    assert done.snapshot == 4
    assert eventually(lambda: failed.state == "failed")
    assert isinstance(failed.error, TypeError)


def test_closing_interrupts_what_is_under_way():
    inner, called = Inner(), threading.Event()
    records = in_own_thread(inner.work, interrupt=called.set)
    inner.gate.let()
    assert next(record for record in records if record is not NOTHING_NEW) == 1
    assert not called.is_set()
    records.close()
    assert called.is_set()
    inner.gate.open()


def test_what_is_over_is_not_interrupted():
    called = threading.Event()
    assert list(in_own_thread(lambda: count(3), interrupt=called.set))[-1] == 2
    assert not called.is_set()
