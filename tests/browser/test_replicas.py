"""Two replicas behind HAProxy: a learner's page outlives the one that served it."""

import os
import re
import signal
import time
import urllib.request
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, patiently, steps, wait_for_rest, wait_for_steps, wait_until_done
from tests.browser.server import running_replicas

LINK = "/training_loop?lang=en&tempo=fast&hidden=16"
PATIENCE = 600
BACK = "The connection was lost. The run is back at step"


@pytest.fixture(scope="module")
def replicas(balancer_program):
    with running_replicas(2) as replicas:
        yield replicas


@pytest.fixture(autouse=True)
def all_serve(replicas):
    """Whatever the test before has done to them."""
    eventually(lambda: replicas.tend() or replicas.are_up(), "all serve again")


def eventually(holds, what, every=0.1):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(every)


@contextmanager
def learner(chromium, replicas, pages=1):
    """Tabs of one browser at the Training loop, and the replica that serves them."""
    before, context = replicas.counts(), chromium.new_context()
    tabs = [context.new_page() for _ in range(pages)]
    for tab in tabs:
        open_at(tab, replicas.address, LINK, "Training loop")
        expect(tab.locator("[data-steps]")).to_be_attached()
        wait_until_done(tab)
    now = [0, 0]

    def settled():
        now[:] = (after - earlier for after, earlier in zip(replicas.counts(), before, strict=True))
        return sorted(now) == [0, pages]

    eventually(settled, "each tab keeps one connection, all of them the same replica")
    try:
        yield tabs, now.index(pages)
    finally:  # or they would keep newcomers away from their replica after a failure
        context.close()


def play(page, more_than):
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than)


def pause(page):
    """The step where it rests, and the name of its state, once the address says so."""
    wait_until_done(page)  # what Play has asked for is still being drawn
    page.get_by_role("button", name="Pause").click()
    reached = wait_for_rest(page)
    page.wait_for_function(f"new URLSearchParams(location.search).get('trained') === '{reached}'")
    wait_until_done(page)
    return reached, state(page)


def state(page):
    line = page.get_by_text(re.compile(r"State [0-9a-f]{8}: the link of this page leads here"))
    expect(line).to_be_visible()
    return re.search("State ([0-9a-f]{8})", line.inner_text())[1]


def written_unheard(page):
    """The step that the address says, when Streamlit has not heard of it: it would ask with an earlier one."""
    page.evaluate("""document.addEventListener("click", (event) => {
        if (event.target.closest(".st-key-address-written")) event.stopImmediatePropagation()
    }, true)""")
    step = "Number(new URLSearchParams({}).get('trained'))"
    heard, says = step.format("document.querySelector('.ge-address').dataset.told"), step.format("location.search")
    page.wait_for_function(f"{says} > {heard} && {says} > 100")
    return int(page.evaluate(says))


def wait_until_back(page):
    patiently(page, lambda: expect(page.get_by_text(BACK)).to_be_visible(timeout=30_000))


def first_click_is_heard(page):
    reached = steps(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", str(reached + 1))


def newcomers(replicas, count=6):
    """The cookies that newcomers are given."""
    given = set()
    for _ in range(count):
        with urllib.request.urlopen(replicas.address, timeout=PATIENCE) as answer:
            given.add(answer.headers["Set-Cookie"].partition(";")[0])
    return given


def both_get_newcomers(replicas):
    """One that has just started gets its share little by little."""
    eventually(lambda: len(newcomers(replicas)) == 2, "both get newcomers", every=1)


def test_pages_of_a_killed_replica_are_back_at_their_steps_on_the_other(replicas, chromium, record_testsuite_property):
    """One trains and one is at rest; nobody reloads them."""
    with learner(chromium, replicas, pages=2) as ([live, resting], index):
        play(resting, 300)
        reached, name = pause(resting)
        play(live, 500)
        known = written_unheard(live)

        killed = time.monotonic()
        replicas.kill(index)
        wait_for_steps(live, known - 1)
        wait_until_back(live)
        record_testsuite_property("seconds_until_the_live_page_is_back", time.monotonic() - killed)
        wait_until_back(resting)
        record_testsuite_property("seconds_until_both_pages_are_back", time.monotonic() - killed)
        assert steps(live) == known
        assert (steps(resting), state(resting)) == (reached, name)
        assert replicas.counts()[index] == 0
        wait_until_done(resting)
        first_click_is_heard(resting)


def test_a_rolling_restart_loses_no_run(replicas, chromium):
    with learner(chromium, replicas) as ([one], first), learner(chromium, replicas) as ([other], second):
        assert {first, second} == {0, 1}
        play(one, 300)
        play(other, 500)
        runs = {page: pause(page) for page in (one, other)}
        processes = [server.pid for server in replicas.servers]
        replicas.restart()
        assert not set(processes) & {server.pid for server in replicas.servers}
        for page, (reached, name) in runs.items():
            wait_until_back(page)
            wait_until_done(page)
            assert (steps(page), state(page)) == (reached, name)
            first_click_is_heard(page)


def test_one_that_is_stopped_or_dead_gets_no_newcomers(replicas):
    both_get_newcomers(replicas)
    stopped = replicas.servers[0]
    stopped.send_signal(signal.SIGSTOP)
    try:
        eventually(lambda: not replicas.are_quick()[0], "it is seen not to answer")
        [there] = newcomers(replicas)
    finally:
        stopped.send_signal(signal.SIGCONT)
    eventually(replicas.are_up, "it answers again")
    both_get_newcomers(replicas)
    os.kill(stopped.pid, signal.SIGKILL)
    assert newcomers(replicas) == {there}
    eventually(lambda: replicas.states()[0] == "DOWN", "it is seen to be dead")
    assert newcomers(replicas) == {there}
