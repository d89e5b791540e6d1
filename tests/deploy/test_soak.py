"""Two minutes of `python -m benchmarks.soak` on two replicas: nothing is lost, left over or complained of.

How memory stands a long course only the whole soak tells: Streamlit keeps a session for longer than this lasts.
"""

import asyncio

import pytest

from benchmarks.sites import replicated
from benchmarks.soak import Plan, soak
from tests.pages.loops import run

PAGES = ("", "glossary", "for_teachers")  # cheap ones, which start nothing that stays
PLAN = Plan(seconds=45.0, sessions=8, warm_up=15.0, rest=13.0, visit=25.0, pause=2.5, seed=17, pages=PAGES)


@pytest.fixture(scope="module")
def outcome(balancer_program):
    async def course():
        async with replicated(2, pages=("", "training_loop")) as site:
            return await asyncio.wait_for(soak(site, PLAN), 500)

    return run(course())


def test_no_step_is_lost_and_no_page_breaks(outcome):
    assert outcome.report.faults == []
    assert sum(outcome.report.acts.values()) > 4 * PLAN.sessions  # they were busy
    assert outcome.report.steps > 1000


def test_nobody_complains_in_a_log(outcome):
    assert outcome.complaints == []


def test_nothing_is_left_open(outcome):
    assert outcome.left == [{}, {}]


def test_all_get_on_when_all_train(outcome):
    assert outcome.slowest > 0.2
    assert outcome.updates > 0
