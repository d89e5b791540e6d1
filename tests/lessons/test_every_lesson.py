"""Every lesson: its links open what they say, its words are there in each language, its answers are computed."""

import ast
import importlib
import math
import re
from dataclasses import fields
from pathlib import Path

import pytest

import lessons
from engines import questions
from engines.pieces import finished
from lessons.steps import Link
from lessons.words import sections, told
from ui.experiment.fitting import fitted
from ui.experiment.link import NoView
from ui.experiment.settings import LANGUAGES, Settings, from_query, hyperparameters_of
from ui.text.korean import Korean

ROOT = Path(__file__).parents[2]
STEPS = [(name, step.name) for name in lessons.names() for step in lessons.get(name).steps]
SEEDS = (1, 20)
PLACEHOLDER = re.compile(r"\{(\w+)")


def step_of(name, step):
    return lessons.get(name).step(step)


def view_of(page):
    """The view's class that the page's script gives to its frame."""
    tree = ast.parse((ROOT / ("dashboard.py" if page == "start" else f"pages/{page}.py")).read_text("utf-8"))
    imported = {
        alias.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    call = next(
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "frame"
    )
    if len(call.args) < 2:
        return NoView
    return getattr(importlib.import_module(imported[call.args[1].id]), call.args[1].id)


def number(text):
    """What a number means as it is written: with a percent sign, and with commas between the thousands."""
    value = float(text.rstrip("%").replace(",", ""))
    return value / 100 if text.endswith("%") else value


def keys_of(cls):
    return {spec.metadata["key"] for spec in fields(cls) if "key" in spec.metadata}


@pytest.fixture(scope="module")
def answers():
    """Each step's answer, computed once: (lesson, step, seed) → answer."""
    known = {}

    def answer(name, step, seed=None):
        key = (name, step, seed)
        if key not in known:
            asked = step_of(name, step)
            known[key] = finished((asked if seed is None else asked.of(seed)).answered())
        return known[key]

    return answer


def test_there_are_lessons_in_the_order_of_their_numbers():
    numbers = [lessons.get(name).number for name in lessons.names()]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 17


@pytest.mark.parametrize("name", lessons.names())
def test_a_lesson_is_one_page_long(name):
    lesson = lessons.get(name)
    assert 3 <= len(lesson.steps) <= 7
    assert 3 <= lesson.minutes <= 8
    assert len({step.name for step in lesson.steps}) == len(lesson.steps)


def test_the_short_way_takes_about_forty_minutes():
    way = [lessons.get(name) for name in lessons.names() if lessons.get(name).route]
    assert sorted(lesson.route for lesson in way) == list(range(1, len(way) + 1))
    assert 32 <= sum(lesson.minutes for lesson in way) <= 48


@pytest.mark.parametrize(("name", "step"), STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_link_opens_what_it_says(name, step, moment):
    link = getattr(step_of(name, step), moment)
    view, query = view_of(link.page), dict(link.query)
    settings, unreadable = from_query(Settings, query)
    _view, of_view = from_query(view, query)
    _fitted, unfit = fitted(settings)
    assert [*unreadable, *of_view, *unfit] == []
    rule = {"rate", "edits", *hyperparameters_of(settings.optimizer)}
    assert set(query) <= keys_of(Settings) | keys_of(view) | rule
    assert "lang" not in query


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_the_question_is_about_what_the_link_opens(name, step):
    asked = step_of(name, step)
    views = [(link, from_query(view_of(link.page), dict(link.query))[0]) for link in (asked.before, asked.after)]
    arguments = dict(asked.arguments)
    for field in {spec.name for spec in fields(views[1][1])} & arguments.keys():
        keys = {spec.name: spec.metadata["key"] for spec in fields(views[1][1]) if "key" in spec.metadata}
        shown = [getattr(view, field, None) for link, view in views if keys.get(field) in dict(link.query)]
        assert not shown or arguments[field] in shown, field


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_the_answer_is_computed_and_can_be_said(name, step, answers):
    asked, found = step_of(name, step), answers(name, step)
    if asked.input.is_choice:
        assert found.value in asked.input.choices
        return
    assert math.isfinite(found.value)
    assert asked.input.is_right(found.value, found.value)
    assert asked.input.is_right(number(asked.input.written(found.value)), found.value), (
        "not to be said as it is written"
    )
    if asked.input.kind == "point":
        low, high = asked.input.axis
        assert low <= found.value <= high
        assert any(asked.input.is_right(place, found.value) for place in asked.input.places)
        assert not all(asked.input.is_right(place, found.value) for place in asked.input.places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", lessons.names())
def test_words_are_all_there_and_none_besides(name, language):
    lesson, found = lessons.get(name), set(sections(lessons.get(name), language))
    needed, allowed = {"title", "summary"}, set()
    for step in lesson.steps:
        needed |= {step.name, f"{step.name}_ask"}
        choices = step.input.choices
        needed |= {f"{step.name}_choice_{choice}" for choice in choices}
        whys = {f"{step.name}_why_{choice}" for choice in choices}
        if f"{step.name}_why" not in found:
            needed |= whys or {f"{step.name}_why"}
        allowed |= {f"{step.name}_if_{choice}" for choice in choices} | whys
        allowed |= {f"{step.name}_{end}" for end in ("why", "above", "below", "change")}
    assert needed - found == set()
    assert found - needed - allowed == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_sentences_take_the_answer(name, step, language, answers):
    lesson, found = lessons.get(name), answers(name, step)
    for section, text in sections(lesson, language).items():
        if section == step or not section.startswith(f"{step}_"):
            continue
        if any(section == other or section.startswith(f"{other}_") for other in _longer(lesson, step)):
            continue
        filled = told(lesson, language, section, answer=found.value, **found.numbers)
        assert not re.search(r"\bnan\b|\binf\b", filled), filled
        if language == "ko":
            assert str(Korean(filled)) == filled
        assert set(PLACEHOLDER.findall(text)) <= {"answer", *found.numbers}


def _longer(lesson, step):
    return [other.name for other in lesson.steps if other.name != step and other.name.startswith(f"{step}_")]


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_a_student_has_a_question_that_can_be_answered(name, step, seed, answers):
    asked, found = step_of(name, step).of(seed), answers(name, step, seed)
    for link in (asked.before, asked.after):
        view, query = view_of(link.page), dict(link.query)
        assert from_query(Settings, query)[1] + from_query(view, query)[1] == []
    if asked.input.is_choice:
        assert found.value in asked.input.choices
    else:
        assert math.isfinite(found.value)
    for language in LANGUAGES:
        for section, text in sections(lessons.get(name), language).items():
            if section.startswith(f"{step}_why") or section in (f"{step}_above", f"{step}_below"):
                text.format(answer=found.value, **found.numbers)


def test_every_question_named_is_known():
    assert {step_of(*each).question for each in STEPS} <= set(questions.names())


def test_a_link_is_read_as_the_address_bar_has_it():
    assert Link.read("derivative?f=sin&p=-0.5") == Link("derivative", (("f", "sin"), ("p", "-0.5")))
