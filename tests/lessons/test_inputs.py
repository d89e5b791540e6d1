"""What counts as right, and what can be said at all."""

import math

import pytest

from engines.errors import InvalidLesson, InvalidSetting
from lessons.inputs import Input, read_input


@pytest.mark.parametrize(
    ("how", "said", "answer", "right"),
    [
        (Input("number", tolerance=0.1), 0.4, 0.5, True),
        (Input("number", tolerance=0.1), 0.39, 0.5, False),
        (Input("number", relative=0.1), 45.0, 50.0, True),
        (Input("number", relative=0.1), 44.0, 50.0, False),
        (Input("number", relative=0.1), -45.0, 50.0, False),
        (Input("number", whole=True), 5.0, 5.0, True),
        (Input("number", whole=True), 4.0, 5.0, False),
        (Input("point", decades=0.5, log=True), 3e-8, 1e-8, True),
        (Input("point", decades=0.5, log=True), 4e-8, 1e-8, False),
        (Input("choice", choices=("up", "down")), "up", "up", True),
        (Input("choice", choices=("up", "down")), "up", "down", False),
        (Input("number", tolerance=0.1), 1.0, math.inf, False),
    ],
)
def test_what_is_right(how, said, answer, right):
    assert how.is_right(said, answer) is right


def test_places_on_an_axis():
    assert Input("point", axis=(-1.0, 1.0), stops=5, tolerance=1).places == [-1, -0.5, 0, 0.5, 1]
    assert Input("point", axis=(1e-4, 1.0), stops=5, log=True, decades=1).places == [1e-4, 1e-3, 1e-2, 0.1, 1]


@pytest.mark.parametrize("text", ["", "left", "nan", "inf", "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidSetting):
        Input("number", tolerance=1).read(text)


def test_only_choices_can_be_chosen():
    assert Input("choice", choices=("a", "b")).read("b") == "b"
    with pytest.raises(InvalidSetting):
        Input("choice", choices=("a", "b")).read("c")


@pytest.mark.parametrize(
    "data",
    [
        {"input": "number"},
        {"input": "choice", "choices": ["a"]},
        {"input": "curve", "choices": ["a", "b", "c"]},
        {"input": "guess", "tolerance": 1.0},
    ],
)
def test_an_input_that_cannot_be_answered_is_refused(data):
    with pytest.raises(InvalidLesson):
        read_input(dict(data))
