"""What was predicted, in a link: the order of things survives, and a step back forgets nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import InvalidSetting
from lessons.log import MOST_EVENTS, Event, Log, read_log, write_log

SAID = st.one_of(st.just(""), st.from_regex(r"[a-z0-9_.\-]{1,24}", fullmatch=True))
EVENTS = st.lists(st.builds(Event, st.integers(1, 99), SAID), max_size=MOST_EVENTS)


@given(EVENTS)
def test_a_log_comes_back_as_it_was(events):
    log = Log(tuple(events))
    assert read_log(write_log(log)) == log


@given(EVENTS, st.integers(0, MOST_EVENTS))
def test_an_earlier_address_does_not_forget(events, kept):
    whole, earlier = Log(tuple(events)), Log(tuple(events[:kept]))
    assert earlier.joined(whole) == whole


def test_another_course_of_things_is_taken_as_the_link_says_it():
    said, other = Log((Event(1, "0.3"),)), Log((Event(1, "0.4"), Event(2, "")))
    assert said.joined(other) == said


def test_what_was_said_first_counts_and_the_rest_is_known():
    log = read_log("1p0.3~2s~1p0.29")
    assert log.first(1) == Event(1, "0.3")
    assert log.later(1) == (Event(1, "0.29"),)
    assert log.first(2) == Event(2, "")
    assert log.first(3) is None


@pytest.mark.parametrize("text", ["1x3", "p1", "0p1", "1p<b>", "~", "1p" + "9" * 25, "~".join(["1s"] * 61), "１p2"])
def test_a_foreign_log_is_refused(text):
    with pytest.raises(InvalidSetting):
        read_log(text)


def test_a_log_is_bounded():
    full = Log(tuple(Event(1, "a") for _each in range(MOST_EVENTS)))
    assert full.then(Event(2, "b")) == full
