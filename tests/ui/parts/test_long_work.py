"""Long work on a page: progress, cancel, failure, and results that all sessions share."""

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.small_jobs import watch_when_at_rest
from ui.parts.long_work import results
from ui.server.results import Results


def script(identity, units, pause, fails=False, first=None):
    import time
    from types import SimpleNamespace

    import streamlit as st

    from engines.errors import InvalidSetting
    from ui.parts.long_work import long_work
    from ui.text import Text

    def work():
        st_made.append(identity)
        for unit in range(units):
            time.sleep(pause)
            if fails and unit == 1:
                raise InvalidSetting("not with {value}", value=unit)
            yield SimpleNamespace(share=(unit + 1) / units, value=(identity, unit + 1))

    st_made = st.session_state.setdefault("made", [])
    page = SimpleNamespace(text=Text("en"))
    first = first and SimpleNamespace(share=0.0, value=first)
    long_work(page, "count", identity, work, "Counting", lambda so_far: st.markdown(f"at {so_far.value}"), first)


@pytest.fixture(autouse=True)
def _empty_results():
    results.clear()


def open_script(*arguments, **options):
    return AppTest.from_function(script, args=arguments, kwargs=options, default_timeout=30).run()


def run_until(app, condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert condition()
    return app


def test_short_work_is_there_at_once_without_a_progress_bar():
    app = open_script("a", 3, 0.0)
    assert [block.value for block in app.markdown] == ["at ('a', 3)"]
    assert not app.button


def test_long_work_shows_how_far_it_is_and_then_the_result():
    app = open_script("b", 40, 0.02)
    assert app.button(key="count.cancel")
    run_until(app, lambda: not app.button)
    assert [block.value for block in app.markdown] == ["at ('b', 40)"]


def test_work_that_ends_while_its_page_is_drawn_shows_its_result(monkeypatch):
    watch_when_at_rest(monkeypatch)
    app = open_script("i", 30, 0.02)
    assert not app.button
    assert [block.value for block in app.markdown] == ["at ('i', 30)"]


def test_what_is_known_before_is_drawn_until_there_is_a_record():
    app = open_script("h", 3, 0.6, first="nothing yet")
    assert [block.value for block in app.markdown] == ["at nothing yet"]
    run_until(app, lambda: not app.button)
    assert [block.value for block in app.markdown] == ["at ('h', 3)"]


def test_a_result_is_computed_once_for_all_sessions():
    first = open_script("c", 3, 0.0)
    second = open_script("c", 3, 0.0)
    assert first.session_state["made"] == ["c"]
    assert second.session_state["made"] == []
    assert [block.value for block in second.markdown] == ["at ('c', 3)"]


def test_another_identity_begins_anew():
    app = open_script("d", 1000, 0.01)
    job = app.session_state["work.count"][1]
    app.args = ("e", 3, 0.0)
    app._script_path = AppTest.from_function(script, args=app.args)._script_path
    app.run()
    assert job.closed
    assert [block.value for block in app.markdown] == ["at ('e', 3)"]


def test_cancelled_work_says_so_and_can_begin_again():
    app = open_script("f", 60, 0.02)
    app.button(key="count.cancel").click().run()
    assert app.session_state["work.count"][1].state == "cancelled"
    assert "Cancelled: Counting" in app.caption[0].value
    assert results().get(("count", "f")) is None
    app.button(key="count.again").click().run()
    run_until(app, lambda: not app.button)
    assert app.session_state["made"] == ["f", "f"]
    assert results().get(("count", "f")).share == 1


def test_failed_work_says_why():
    app = open_script("g", 3, 0.0, fails=True)
    assert not app.exception
    assert app.error[0].value == "not with 1"
    assert app.button(key="count.again")


def test_only_so_many_results_are_kept():
    kept = Results(most_bytes=9500)
    kept.put("a", np.zeros(250))  # 2,000 bytes and a little
    kept.put("b", np.ones(250))
    kept.put("d", np.ones(250))
    kept.put("e", np.ones(250))
    assert kept.get("a") is not None  # asked for: "b" is the older one now
    kept.put("c", np.full(250, 3.0))
    assert kept.get("b") is None
    assert (kept.get("a")[0], kept.get("c")[0]) == (0, 3)
    assert 8000 < kept.held < 9500


def test_a_result_that_weighs_too_much_is_not_kept_for_everybody():
    kept = Results(most_bytes=100_000)
    kept.put("small", np.zeros(1000))
    kept.put("large", np.zeros(5000))
    assert kept.get("small") is not None
    assert kept.get("large") is None
    kept.put("small", np.zeros(2000))  # in its place, not beside it
    assert 16_000 < kept.held < 17_000
