"""Commands to a job, and what fails: the caller hears of it, other jobs do not."""

import threading
import time

import pytest

from tests.ui.small_jobs import Gate, count, eventually, post
from ui.jobs.scheduler import Job, JobTimeout

# Commands


def test_commands_run_in_the_worker_between_two_units_in_order(scheduler):
    inside, order = [False], []

    def work():
        while True:
            inside[0] = True
            time.sleep(0.0001)
            inside[0] = False
            yield

    job = scheduler.submit(Job(work()))
    job.start()
    for index in range(20):
        post(job, lambda index=index: order.append((index, inside[0], threading.current_thread().name)))
    job.do(lambda: None)
    assert order == [(index, False, "scheduler") for index in range(20)]


def test_a_command_returns_its_result_with_a_current_snapshot(scheduler):
    values = [0]
    job = scheduler.submit(Job(count(), lambda: tuple(values)))
    assert job.do(lambda: values.append(7) or "done") == "done"
    assert job.snapshot == (0, 7)


def test_a_command_raises_at_its_caller_and_the_job_goes_on(scheduler):
    job = scheduler.submit(Job(count()))
    job.start()
    with pytest.raises(ZeroDivisionError) as raised:
        job.do(lambda: 1 / 0)
    assert "in <lambda>" in raised.value.__notes__[0]
    assert (job.state, job.error) == ("running", None)
    with pytest.raises(TimeoutError, match="the command's"):
        job.do(lambda: raise_(TimeoutError("the command's")))


def test_a_posted_command_that_raises_fails_the_job(scheduler):
    job = scheduler.submit(Job(count(), lambda: "last"))
    job.start()
    post(job, lambda: 1 / 0)
    assert eventually(lambda: job.state == "failed")
    assert isinstance(job.error, ZeroDivisionError)
    assert job.snapshot == "last"


def test_a_command_that_is_not_served_in_time_is_dropped(scheduler):
    gate, ran = Gate(), []
    job = scheduler.submit(Job(gate.work()))
    job.start()
    assert gate.waiting.wait(5)
    with pytest.raises(JobTimeout, match=r"0\.05 seconds"):
        job.do(lambda: ran.append(1), timeout=0.05)
    gate.let()
    job.pause()
    assert ran == []


def test_what_a_job_is_told_goes_on_alone_after_a_while(scheduler):
    gate, ran = Gate(), []
    job = scheduler.submit(Job(gate.work()))
    job.start()
    assert gate.waiting.wait(5)
    job.tell(lambda: ran.append(1), patience=0.05)
    assert ran == []
    gate.let()
    assert eventually(lambda: ran == [1])
    gate.open()
    assert eventually(lambda: job.state == "finished")


def test_what_is_told_raises_here_in_time_and_ends_the_job_later(scheduler):
    job = scheduler.submit(Job(count()))
    with pytest.raises(ZeroDivisionError):
        job.tell(lambda: 1 / 0)
    assert job.state == "paused"
    gate = Gate()
    busy = scheduler.submit(Job(gate.work()))
    busy.start()
    assert gate.waiting.wait(5)
    busy.tell(lambda: 1 / 0, patience=0.05)
    gate.let()
    assert eventually(lambda: busy.state == "failed")
    assert isinstance(busy.error, ZeroDivisionError)


def test_an_object_that_is_raised_again_and_again_keeps_one_traceback(scheduler):
    always = RuntimeError("the same object")
    always.add_note("somebody's own note")

    def fails():
        raise always

    job, sizes = scheduler.submit(Job(count())), []
    for _time in range(4):
        with pytest.raises(RuntimeError):
            job.do(fails)
        sizes.append(sum(map(len, always.__notes__)))
        always.__traceback__ = None  # pytest's own frames
    assert len(set(sizes)) == 1
    assert always.__notes__[0] == "somebody's own note"


def test_a_job_that_was_never_submitted_serves_its_caller():
    job = Job(count(), lambda: "drawn")
    assert job.do(lambda: 3) == 3
    job.close()
    assert (job.state, job.closed) == ("cancelled", True)


# Failing


def raise_(error):
    raise error


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt("broken"), SystemExit("broken")])
def test_a_failing_job_harms_no_other(scheduler, error):
    def work():
        yield 1
        raise error

    job, other = scheduler.submit(Job(work(), lambda: "last")), scheduler.submit(Job(count()))
    other.start()
    job.start()
    assert eventually(lambda: job.state == "failed")
    assert (job.error, job.units, job.snapshot) == (error, 1, "last")
    assert "raise error" in job.error.__notes__[0]
    units = other.units
    assert eventually(lambda: other.units > units)


def test_a_failing_snapshot_fails_the_job(scheduler):
    numbers = iter([1, 0])
    job = scheduler.submit(Job(count(), lambda: 1 / next(numbers)))
    job.start(units=3)
    assert eventually(lambda: job.state == "failed")
    assert isinstance(job.error, ZeroDivisionError)
    assert job.snapshot == 1.0


def test_what_the_generator_raises_when_closed_is_an_error(scheduler):
    def work():
        try:
            yield
        finally:
            raise ValueError("at closing")

    job = scheduler.submit(Job(work()))
    job.start(units=1)
    assert eventually(lambda: job.state == "paused")
    job.cancel()
    assert eventually(lambda: job.state == "failed")
    assert str(job.error) == "at closing"
