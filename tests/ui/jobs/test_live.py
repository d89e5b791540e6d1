"""Live runs in Streamlit: each session has its own jobs, which stop and go on with its connection."""

import gc
import sys
import threading

import pytest
import torch
from streamlit.runtime import caching
from streamlit.testing.v1 import AppTest

from tests.ui.small_jobs import count, eventually, watch_when_at_rest
from ui.jobs import live, process
from ui.jobs.scheduler import Job, Scheduler


def page():
    """A page with one job; `renew` and `every` come from the session's state."""
    import itertools

    import streamlit as st

    from ui.jobs import live
    from ui.jobs.scheduler import Job

    live.present()
    job = live.attach("count", lambda: Job(itertools.count()), renew=st.session_state.get("renew", False))
    st.session_state["job"] = job
    shown = job.state
    st.button("Start", on_click=job.start)
    st.button("Pause", on_click=job.pause)
    st.button("Three", on_click=job.start, kwargs={"units": 3})
    st.button("Drop", on_click=live.drop, args=("count",))
    st.caption(shown)
    live.watch(job, shown, lambda: st.write(f"{job.units} {job.state}"))


@pytest.fixture
def app():
    app = AppTest.from_function(page).run()
    assert not app.exception
    yield app
    app.session_state["job"].close()


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app.session_state["job"]


def test_a_session_finds_its_job_again(app):
    job = press(app, "Start")
    assert app.run().session_state["job"] is job
    assert job.state == "running"
    assert eventually(lambda: job.units > 0)
    assert press(app, "Pause") is job
    assert app.markdown[0].value == f"{job.units} paused"
    assert job.snapshot == job.units - 1


def test_two_sessions_never_share_a_job(app):
    other = AppTest.from_function(page).run()
    job, others = press(app, "Three"), other.session_state["job"]
    assert job is not others
    assert eventually(lambda: job.state == "paused")
    assert (job.units, others.units) == (3, 0)
    others.close()


def test_a_job_that_stops_while_its_page_is_drawn_leaves_no_button_for_a_running_one(app, monkeypatch):
    watch_when_at_rest(monkeypatch)
    press(app, "Three")
    assert app.caption[0].value == "paused"
    assert app.markdown[0].value == "3 paused"


def test_a_replaced_job_is_closed(app):
    first = press(app, "Start")
    app.session_state["renew"] = True
    second = app.run().session_state["job"]
    assert first.closed
    assert (second.state, second.closed) == ("paused", False)


def test_a_closed_or_dropped_job_is_made_anew(app):
    first = app.session_state["job"]
    first.close()
    second = app.run().session_state["job"]
    third = press(app, "Drop")
    assert len({first, second, third}) == 3
    assert second.closed
    assert not third.closed


def test_the_connection_takes_all_jobs_along(app):
    job = press(app, "Start")
    caching.clear_session_resource_cache("test session id")  # what Streamlit does when the connection drops
    assert job.state == "suspended"
    job.do(lambda: None)
    units = job.units
    app.run()
    assert job.state == "running"
    assert eventually(lambda: job.units > units)


def test_a_script_that_outlives_its_connection_wakes_no_job(scheduler):
    presence = live.Presence(lambda: False)
    job = scheduler.submit(Job(count()))
    job.start()
    presence.welcome(job)
    presence.drop()
    presence.welcome(job, renew=True)
    assert job.state == "suspended"
    live.Presence(lambda: True).welcome(job)
    assert job.state == "running"


@pytest.mark.parametrize("connected", [True, False])
def test_only_a_session_without_a_connection_is_gone(scheduler, connected):
    job = scheduler.submit(Job(count()))
    presence = live.Presence(lambda: connected)
    presence.welcome(job)
    presence.drop()
    assert job.lease.is_abandoned(patience=0.0) is not connected


def test_warm_up_is_done_once_and_leaves_one_thread():
    process._warm_up.clear()
    torch.set_num_threads(2)
    done, threads = [], []
    for _ in range(2):
        process.warm_up(lambda: done.append(1))
    assert process._warm_up(()).wait(30)
    assert process.is_warm()
    worker = threading.Thread(target=lambda: threads.append(torch.get_num_threads()))
    worker.start()
    worker.join(10)
    assert (done, threads) == ([1], [1])
    assert gc.get_freeze_count() > 0
    assert sys.getswitchinterval() == pytest.approx(0.001)


def dying_page():
    """The worker dies while the page is drawn: before what is live is drawn for the first time."""
    import itertools

    import streamlit as st

    from ui.jobs import live
    from ui.jobs.scheduler import Job

    live.present()
    job = live.attach("count", lambda: Job(itertools.count()))
    st.session_state["job"] = job
    job.start()
    st.session_state["kill"]()
    live.watch(job, job.state, lambda: st.write(f"{job.units}"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_is_live_revives_a_worker_that_is_gone(monkeypatch):
    def leave(self):
        raise SystemExit

    def kill():
        worker = live.scheduler()._worker
        with monkeypatch.context() as broken:
            broken.setattr(Scheduler, "_next_turn", leave)
            worker.join(5)
            assert not worker.is_alive()

    app = AppTest.from_function(dying_page)
    app.session_state["kill"] = kill
    app.run()
    assert not app.exception
    job = app.session_state["job"]
    done = job.units
    assert eventually(lambda: job.units > done)
    job.close()


def test_only_the_jobs_of_the_page_that_starts_again_are_closed(scheduler):
    presence, jobs = live.Presence(lambda: True), [scheduler.submit(Job(count())) for _ in range(3)]
    presence.turn_to("first")
    presence.welcome(jobs[0], renew=True)
    presence.turn_to("second")
    presence.welcome(jobs[1], renew=True)
    presence.welcome(jobs[0])
    presence.close_page()
    assert [job.closed for job in jobs] == [False, True, False]
