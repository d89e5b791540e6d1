"""The scheduler: fair turns, and whoever calls is served after one unit of work."""

import threading

import numpy as np
import pytest

from tests.ui.jobs import Gate, count, eventually, held, running
from ui.scheduler import Job
from ui.workload import NOTHING_NEW


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
    job.post(obeyed.set)
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
