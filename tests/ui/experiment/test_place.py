"""A place in a lesson: it comes back from a link as it was, and a foreign link changes nothing."""

from dataclasses import replace

import pytest

import lessons
from lessons.log import Event, Log
from ui.experiment.place import Place
from ui.experiment.settings import from_query, to_query

NAME = lessons.names()[0]
STEP = lessons.get(NAME).steps[0].name


def test_a_place_comes_back_from_its_link():
    place = Place(lesson=NAME, question=2, log=Log((Event(1, "0.5"),)), own="derivative?lang=en&f=exp")
    assert from_query(Place, to_query(place)) == (place, [])
    assert place.origin.page == "derivative"
    assert dict(place.origin.query) == {"lang": "en", "f": "exp"}


def test_outside_a_lesson_a_link_says_nothing_of_one():
    assert to_query(Place()) == {}
    assert not Place().is_open
    assert Place().present is None


def test_the_answer_is_covered_until_something_is_said():
    place = Place(lesson=NAME)
    assert place.prediction is None
    assert place.predicted("0.5").prediction == Event(1, "0.5")
    assert place.predicted("").prediction == Event(1, "")
    assert place.predicted("0.5").at(2).prediction is None


def test_what_was_said_first_counts():
    place = Place(lesson=NAME).predicted("0.5").predicted("0.7")
    assert place.prediction.said == "0.5"
    assert [event.said for event in place.log.later(1)] == ["0.7"]


def test_a_question_beyond_the_last_is_the_last():
    steps = lessons.get(NAME).steps
    assert Place(lesson=NAME, question=99).present[1] == steps[-1]
    assert Place(lesson=NAME, question=99).within.question == len(steps)
    assert Place(lesson=NAME, question=2).within.question == 2
    assert Place().within == Place()


def test_an_assignment_needs_a_name_and_has_its_own_numbers():
    assignment = f"{NAME}.{STEP}"
    nobody = Place(assignment=assignment)
    assert nobody.is_open
    assert nobody.present is None
    seeds = {dict(replace(nobody, student=name).present[1].after.query)["seed"] for name in ("Ana", " ana", "Ben")}
    assert len(seeds) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"lesson": "00_none"},
        {"assignment": "00_none.x"},
        {"assignment": f"{NAME}.none"},
        {"assignment": "-".join([f"{NAME}.{STEP}"] * 13)},
        {"question": "0"},
        {"did": "<script>"},
        {"student": "x" * 61},
    ],
)
def test_a_foreign_link_is_told_and_changes_nothing(query):
    place, problems = from_query(Place, query)
    assert place == Place()
    assert [problem.key for problem in problems] == list(query)


def test_where_one_came_from_is_bounded():
    assert Place().came_from("start", {"edits": "1" * 400}).own == ""
    assert from_query(Place, {"own": "x" * 401})[0].own == ""
