"""The scheduler: fair turns, and whoever calls is served after one unit of work."""

import threading

import numpy as np
import pytest

from engines.pieces import PIECE
from tests.ui.small_jobs import Gate, count, eventually, held, post, running
from ui.jobs.scheduler import Job, JobClosed
from ui.jobs.workload import NOTHING_NEW


def test_thirty_jobs_share_the_time_however_long_their_units(clock):
    """Units of 0.1 to 60 ms, slices of 20 ms: each job gets the same time, though not the same units."""
    seconds = [0.06, *np.geomspace(1e-4, 1e-2, 29)]
    spent = [0.0] * 30

    def work(index):
        while clock.now < 30 * 2.0:
            clock.now += seconds[index]
            spent[index] += seconds[index]
            yield

    with running(clock=clock) as scheduler:
        with held(scheduler):
            jobs = [scheduler.submit(Job(work(index))) for index in range(30)]
            for job in jobs:
                job.start()
        assert eventually(lambda: all(job.state == "finished" for job in jobs))
    assert max(spent) < 1.12 * min(spent)


def test_a_turn_is_as_long_as_its_slice(clock):
    turns = []

    def work(index):
        while clock.now < 1.0:
            if not turns or turns[-1][0] != index:
                turns.append([index, 0.0])
            clock.now += 0.001
            turns[-1][1] += 0.001
            yield

    with running(clock=clock, slice_seconds=0.02) as scheduler:
        with held(scheduler):
            jobs = [scheduler.submit(Job(work(index))) for index in range(3)]
            for job in jobs:
                job.start()
        assert eventually(lambda: all(job.state == "finished" for job in jobs))
    assert {round(length, 3) for _, length in turns[:-3]} <= {0.02, 0.021}


def test_work_that_has_nothing_new_leaves_the_rest_of_its_turns_to_others(clock):
    spent = {NOTHING_NEW: 0.0, "news": 0.0}

    def work(made):
        while clock.now < 2.0:
            clock.now += 0.001
            spent[made] += 0.001
            yield made

    with running(clock=clock) as scheduler:
        with held(scheduler):
            jobs = waiting, _other = [scheduler.submit(Job(work(made))) for made in spent]
            for job in jobs:
                job.start()
        assert eventually(lambda: all(job.state == "finished" for job in jobs))
    assert 0 < spent[NOTHING_NEW] < 0.1 * spent["news"]
    assert (waiting.units, waiting.snapshot) == (0, None)


def test_calling_often_gives_no_more_than_ones_share(clock):
    spent = [0.0, 0.0]

    def work(index):
        while clock.now < 10.0:
            clock.now += 0.001
            spent[index] += 0.001
            yield

    with running(clock=clock) as scheduler:
        jobs = [scheduler.submit(Job(work(index))) for index in range(2)]
        with held(scheduler):
            for job in jobs:
                job.start()
        while jobs[0].state == "running":
            jobs[0].do(lambda: None)
        assert eventually(lambda: jobs[1].state == "finished")
    assert spent[0] < 1.12 * spent[1]


def test_commands_from_many_threads_are_all_obeyed(scheduler):
    jobs = [scheduler.submit(Job(count(), lambda: 0)) for _ in range(10)]
    obeyed = [0] * 10

    def obey(index):
        obeyed[index] += 1
        return index

    def command(index):
        for turn in range(50):
            jobs[index].start()
            assert jobs[index].do(lambda: obey(index)) == index
            (jobs[index].pause, jobs[index].suspend, jobs[index].renew)[turn % 3]()

    threads = [threading.Thread(target=command, args=(index,)) for index in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert obeyed == [50] * 10


def start_beside_gated_jobs(scheduler):
    """29 running jobs that do a unit when the gate lets them, and one more that is paused."""
    gate = Gate()
    others = [scheduler.submit(Job(gate.work())) for _ in range(29)]
    for job in others:
        job.start()
    assert gate.waiting.wait(5)
    return gate, others, scheduler.submit(Job(count(), lambda: "drawn"))


@pytest.mark.parametrize("state", ["paused", "suspended", "finished", "cancelled"])
def test_a_command_waits_for_one_unit_of_the_29_other_jobs(scheduler, state):
    gate, others, job = start_beside_gated_jobs(scheduler)
    if state == "suspended":
        job.start()
        job.suspend()
    elif state == "finished":
        job._load.end("finished")
    elif state == "cancelled":
        job.cancel()
    obeyed = threading.Event()
    post(job, obeyed.set)
    before = sum(other.units for other in others)
    gate.let()
    assert obeyed.wait(5)
    assert gate.waiting.wait(5)
    assert job.state == state
    assert sum(other.units for other in others) == before + 1
    gate.open()


def test_a_newcomer_gets_its_first_turn_after_one_unit(scheduler):
    gate, others, job = start_beside_gated_jobs(scheduler)
    job.start(units=3)
    gate.let()
    assert eventually(lambda: job.state == "paused")
    assert (job.units, sum(other.units for other in others)) == (3, 1)
    gate.open()


# Work in pieces, and what breaks


def test_pieces_are_no_units_and_a_call_is_served_between_them(scheduler):
    """A unit of many pieces: another job's command waits for one of them."""
    gate, served = Gate(), []

    def work():
        for _ in gate.work():
            yield PIECE
        yield "a unit"

    large = scheduler.submit(Job(work()))
    other = scheduler.submit(Job(count(), lambda: "drawn"))
    large.start()
    assert gate.waiting.wait(5)
    post(other, lambda: served.append(large.units))
    gate.let()
    assert eventually(lambda: served == [0])
    assert large.snapshot is None
    gate.open()
    assert eventually(lambda: large.state == "finished")
    assert (large.units, large.snapshot) == (1, "a unit")


def test_a_command_and_a_snapshot_in_pieces_let_others_run(scheduler):
    other = scheduler.submit(Job(count()))
    other.start()
    seen = []

    def pieces(result):
        for _ in range(200):
            seen.append(other.units)
            yield PIECE
        return result

    job = scheduler.submit(Job(count(), lambda: pieces("drawn"), interval=0.0))
    assert job.do(lambda: pieces("done")) == "done"
    assert job.snapshot == "drawn"
    job.start(units=3)
    assert eventually(lambda: job.state == "paused")
    assert job.units == 3
    assert job.snapshot == "drawn"
    assert seen[-1] > seen[0]


def test_a_job_settles_until_its_last_snapshot_is_there(scheduler):
    gate = Gate()

    def snapshot():
        yield PIECE  # the first piece is the page's own
        for _ in gate.work():
            yield PIECE
        return "drawn"

    job = scheduler.submit(Job(count(), snapshot, interval=60.0))
    assert gate.waiting.wait(5)
    assert (job.state, job.snapshot) == ("settling", None)
    gate.open()
    assert eventually(lambda: job.snapshot == "drawn")
    assert eventually(lambda: job.state == "paused")


def test_an_errand_that_is_closed_in_the_middle_answers_whoever_waits(scheduler):
    begun = threading.Event()

    def endless():
        while True:
            begun.set()
            yield PIECE

    job, failed = scheduler.submit(Job(count())), []

    def ask():
        try:
            job.do(endless)
        except JobClosed as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(5)
    job.close()
    asking.join(5)
    assert len(failed) == 1


@pytest.mark.parametrize("error", [RuntimeError("inside"), SystemExit(), KeyboardInterrupt()])
def test_what_escapes_in_the_worker_ends_one_job_alone(scheduler, monkeypatch, error):
    other, broken = scheduler.submit(Job(count())), scheduler.submit(Job(count()))
    other.start()
    advance = broken.advance

    def raise_once(*arguments):
        broken.advance = advance
        raise error

    broken.advance = raise_once
    broken.start()
    assert eventually(lambda: broken.state == "failed")
    assert broken.error is error
    done = other.units
    assert eventually(lambda: other.units > done)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_where_the_worker_is_gone_a_new_one_takes_over_its_jobs(scheduler, monkeypatch):
    job, gone = scheduler.submit(Job(count())), threading.Event()
    job.start()

    def leave(self):
        gone.set()
        raise SystemExit

    monkeypatch.setattr(type(scheduler), "_next_turn", leave)
    worker = scheduler._worker
    worker.join(5)
    assert gone.is_set()
    assert not worker.is_alive()
    monkeypatch.undo()
    done = job.units
    scheduler.revive()
    assert eventually(lambda: job.units > done)
    assert job.state == "running"
    job.pause()
    assert job.state == "paused"
