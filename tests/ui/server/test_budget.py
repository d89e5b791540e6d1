"""Memory: claimed before it is used, by session and for all, and given back by whoever forgets it."""

import math

import pytest

from tests.ui.small_jobs import count, eventually, post, running
from ui.jobs.job import Job
from ui.server.budget import Budget, OverBudget

MB = 1_000_000


def test_a_session_has_a_budget_and_the_process_another():
    budget = Budget(session=100 * MB, process=250 * MB)
    held = [budget.claim(name, "run", 90 * MB) for name in ("ada", "bob")]
    with pytest.raises(OverBudget, match=r"needs 11 MB.*may use 100 MB here, of which 10 MB are free"):
        budget.claim("ada", "race", 11 * MB)
    with pytest.raises(OverBudget, match=r"needs 80 MB.*share 250 MB, of which 70 MB are free"):
        budget.claim("eve", "run", 80 * MB)
    assert budget.claimed == sum(claim.size for claim in held) == 180 * MB


def test_a_claim_takes_the_place_of_the_one_before_and_a_refused_one_leaves_it():
    budget = Budget(session=100 * MB, process=1000 * MB)
    first = budget.claim("ada", "run", 90 * MB)
    with pytest.raises(OverBudget):
        budget.claim("ada", "run", 101 * MB)
    assert budget.claimed == 90 * MB
    second = budget.claim("ada", "run", 95 * MB)
    assert budget.claimed == 95 * MB
    first.release()
    assert budget.claimed == 95 * MB
    second.reduce(20 * MB)
    assert budget.claimed == 20 * MB


def test_what_is_forgotten_is_given_back():
    budget = Budget(session=100 * MB, process=100 * MB)
    claim = budget.claim("ada", "run", 100 * MB)
    del claim
    assert budget.claimed == 0
    budget.claim("bob", "run", 100 * MB)


def test_a_closed_job_gives_its_claim_back(scheduler):
    budget = Budget(session=100 * MB, process=100 * MB)
    job = scheduler.submit(Job(count()))
    job.claim = budget.claim("ada", "run", 100 * MB)
    job.close()
    assert budget.claimed == 0
    forgotten = scheduler.submit(Job(count()))
    forgotten.claim = budget.claim("ada", "run", 100 * MB)
    forgotten.start()
    del forgotten
    assert eventually(lambda: budget.claimed == 0)


# What a job drops while its connection is down


def make_job(sizes):
    content = {"initial": 1, "state": 2}

    def shrink():
        sizes.append(content.pop("initial"))
        return 20 * MB

    return Job(count(), lambda: dict(content), interval=0.0, shrink=shrink)


def test_a_job_without_a_connection_shrinks_and_grows_when_it_is_back(clock):
    budget, dropped = Budget(session=100 * MB, process=100 * MB), []
    with running(clock=clock, shrink_after=20.0) as scheduler:
        job = scheduler.submit(make_job(dropped))
        job.claim = budget.claim("ada", "run", 100 * MB)
        job.run(5)
        job.suspend()
        clock.now += 19.0
        post(job, lambda: None)
        assert eventually(lambda: job.snapshot is not None)
        assert dropped == []
        clock.now += 1.0
        post(job, lambda: None)  # the fake clock wakes nobody
        assert eventually(lambda: job.is_shrunk)
        assert (dropped, job.snapshot, budget.claimed) == ([1], None, 20 * MB)
        job.renew()
        assert eventually(lambda: job.snapshot is not None)
        assert (job.is_shrunk, job.units) == (False, 5)


def test_the_worker_wakes_by_itself_to_shrink_a_job():
    dropped = []
    with running(shrink_after=0.05) as scheduler:
        job = scheduler.submit(make_job(dropped))
        job.suspend()
        assert eventually(lambda: job.is_shrunk)
    assert dropped == [1]


def test_a_claim_grows_as_far_as_there_is_room():
    budget = Budget(session=100 * MB, process=150 * MB)
    claim, other = budget.claim("ada", "files", 10 * MB), budget.claim("bob", "run", 80 * MB)
    claim.grow(70 * MB)
    claim.grow(20 * MB)  # smaller than it is
    assert (claim.size, budget.claimed) == (70 * MB, 150 * MB)
    with pytest.raises(OverBudget):
        claim.grow(71 * MB)
    other.release()
    with pytest.raises(OverBudget):
        claim.grow(101 * MB)
    assert claim.size == 70 * MB


def test_what_can_be_done_without_leaves_room_for_those_who_come():
    """A crowd that has filled its past to the last byte would turn every newcomer's small run away."""
    budget = Budget(session=400, process=1000)
    kept = [budget.claim(f"visitor {number}", "past", 250, leave=0.25) for number in range(3)]
    with pytest.raises(OverBudget):
        budget.claim("visitor 3", "past", 1, leave=0.25)
    run = budget.claim("newcomer", "training", 250)
    assert budget.claimed == sum(claim.size for claim in [*kept, run]) == 1000
    with pytest.raises(OverBudget):
        budget.claim("visitor 4", "training", 1)


def test_without_a_limit_something_is_always_left():
    assert Budget(session=math.inf, process=math.inf).claim("ada", "past", 10**12, leave=0.25).size == 10**12
