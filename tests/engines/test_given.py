"""What is said of any object: short, on one line, and by nothing that the object may refuse."""

import pickle

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from engines import given
from engines.errors import LONGEST, InvalidSetting
from tests.engines.nasty import DRAWN, NAMES, OBJECTS

SPECS = ("{v}", "{v!r}", "{v!s}", "{v:,}", "{v:g}", "{v:,.2f}")


@pytest.mark.parametrize("name", NAMES)
def test_any_object_is_shown_in_a_line(name):
    assert 0 < len(given.shown(OBJECTS[name])) <= given.LONGEST
    kept = given.bounded(OBJECTS[name])
    assert type(kept) in (str, given.Shown) or kept is OBJECTS[name]
    for spec in SPECS[:2]:
        error = InvalidSetting(
            "A template of a usual length, with " + spec + " and some words after it.", v=OBJECTS[name]
        )
        assert len(str(error)) <= LONGEST
        assert str(error).isprintable()
        assert str(error).endswith("after it.")
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (InvalidSetting, str(error))


@drawn(DRAWN)
def test_what_is_drawn_is_shown_in_a_line(value):
    assert 0 < len(given.shown(value)) <= given.LONGEST


@pytest.mark.parametrize("name", ["a million digits", "refuses", "verbose", "whole that refuses", "in itself"])
@pytest.mark.parametrize("spec", SPECS)
def test_what_is_described_takes_every_format(spec, name):
    assert spec.format(v=given.bounded(OBJECTS[name]))


@pytest.mark.parametrize(
    "value",
    [
        [64, 32, 10],
        (3,),
        (),
        [],
        {},
        {"a": (1, 2)},
        "relu",
        3,
        -1.5,
        None,
        True,
        np.float32(2),
        dict,
        [[1, 2], [3]],
        {1},
    ],
    ids=repr,
)
def test_what_is_short_is_shown_as_it_is(value):
    assert given.shown(value) == repr(value)
    assert f"{given.bounded(value)!r}" == repr(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (10**1_000_000, "a whole number of about 1,000,000 digits"),
        (ValueError("reason."), "reason"),
        (MemoryError(), "MemoryError"),
        (np.zeros((2, 3), np.float32), "an array of float32, shape (2, 3)"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]"),
        (OBJECTS["faceless"], "an object of the type Faceless"),
    ],
    ids=["digits", "error", "error without words", "array", "list", "faceless"],
)
def test_what_is_not_is_described(value, said):
    assert given.shown(value) == said


def test_numbers_keep_their_formats():
    error = InvalidSetting("{count:,} of {limit:g} at {rate:.2f}", count=12345, limit=0.5, rate=np.float64(0.125))
    assert str(error) == "12,345 of 0.5 at 0.12"


def test_long_values_are_cut_and_the_words_after_them_stay():
    error = InvalidSetting("Not {a!r}, nor {b!r}, nor {c!r}: choose another.", a="a" * 999, b="b" * 999, c="c" * 999)
    assert len(str(error)) <= LONGEST
    assert str(error).endswith("…': choose another.")


@pytest.mark.parametrize(
    ("value", "number", "whole"),
    [(3, 3.0, 3), (np.int8(3), 3.0, 3), (0.5, 0.5, None), (np.float16(0.5), 0.5, None), (10**400, None, 10**400)]
    + [(other, None, None) for other in (True, np.True_, "3", None, float("nan"), 1j, np.complex128(1))]
    + [(other, None, None) for other in (np.timedelta64(3), np.array(3), [3])],
    ids=repr,
)
def test_numbers(value, number, whole):
    assert given.number(value) == number
    assert given.whole(value) == whole


@drawn(st.text())
def test_plain_text_is_itself(words):
    assert given.text(words) == words
