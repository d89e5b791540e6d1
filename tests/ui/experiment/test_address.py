"""The address of a run that goes on and comes to rest, as the browser is told it."""

import pytest
import streamlit as st

from ui.experiment import address


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session's state, and a clock that stands still unless told otherwise."""
    state, now = {}, [100.0]
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(address.time, "monotonic", lambda: now[0])
    return now


def at(step):
    return {"lang": "en", "trained": str(step)}


def test_while_a_run_goes_on_an_address_on_its_way_is_waited_for(session):
    assert 'address("lang=en&trained=1")' in address.news(at(1), every=3.0)
    session[0] += 3.5
    assert address.news(at(9), every=3.0) == ""
    session[0] += 2.0  # it has got lost, then
    assert "trained=9" in address.news(at(9), every=3.0)


def test_a_run_that_comes_to_rest_says_where_though_another_address_is_on_its_way(session):
    """The script of an update may never be sent, and a page at rest has no further one."""
    address.news(at(1), every=3.0)
    session[0] += 0.5
    assert "trained=4" in address.news(at(4))
    assert "trained=4" in address.news(at(4))  # until the browser has said that it knows
    address.is_told(at(4))
    assert address.news(at(4)) == ""


def test_an_address_that_was_overtaken_is_still_no_link(session):
    """The browser may have written the first one, and ask for a run with it."""
    address.news(at(1), every=3.0)
    address.news(at(4))
    assert set(map(str, address.told())) >= {str(at(1)), str(at(4))}
    session[0] += 60.0
    assert at(1) not in address.told()
    assert at(1) in address.told(whenever=True)
