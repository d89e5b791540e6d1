"""What came: the answer as the engine computes it, the prediction beside it, why, and what to change next."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from engines.errors import EngineError
from engines.questions import Answer
from lessons.inputs import Input
from lessons.steps import Lesson, Step
from lessons.words import sections, told
from ui.experiment.place import Place
from ui.page import Page
from ui.parts.answer import answer as computed
from ui.text import SOURCE_LANGUAGE


def say_answer(page: Page, place: Place, lesson: Lesson, step: Step) -> None:
    """The answer and its sentences; while it is computed, how far that is."""
    _, backend = page.text, page.settings.backend
    found: Answer | None = computed(
        page, "lesson", (step, backend), lambda: step.answered(backend), _("Computing the answer")
    )
    if found is not None:
        st.markdown(" ".join(_sentences(page, place, lesson, step, found)))


def _sentences(page: Page, place: Place, lesson: Lesson, step: Step, found: Answer) -> Iterator[str]:
    said = _said(place, step.input)
    yield f"**{_verdict(page, lesson, step, said, found.value)}**"
    for section in _reasons(lesson, step, said, found.value):
        yield told(lesson, page.settings.language, section, answer=found.value, **found.numbers)
    if change := told(lesson, page.settings.language, f"{step.name}_change"):
        yield f"\n\n{change}"


def _said(place: Place, how: Input) -> str | float | None:
    event = place.prediction
    if event is None or not event.said:
        return None
    try:
        return how.read(event.said)
    except EngineError:  # a link that somebody wrote by hand
        return None


def _verdict(page: Page, lesson: Lesson, step: Step, said: str | float | None, value: str | float) -> str:
    """What was said beside what it is."""
    _ = page.text
    told_said, told_value = (_written(page, lesson, step, each) for each in (said, value))
    if said is None:
        return _("The answer: {answer}.").format(answer=told_value)
    if said == value or told_said == told_value:
        return _("You said {said}, and so it is.").format(said=told_said)
    return _("You said {said}; it is {answer}.").format(said=told_said, answer=told_value)


def _written(page: Page, lesson: Lesson, step: Step, value: str | float | None) -> str:
    if isinstance(value, str):
        return f"“{sections(lesson, page.settings.language)[f'{step.name}_choice_{value}']}”"
    return "" if value is None else step.input.written(value)


def _reasons(lesson: Lesson, step: Step, said: str | float | None, value: str | float) -> Iterator[str]:
    """The sections that explain: why it is so, and where a wrong prediction comes from."""
    name = step.name
    of_this = f"{name}_why_{value}"
    yield of_this if of_this in sections(lesson, SOURCE_LANGUAGE) else f"{name}_why"
    if isinstance(value, str):
        if said is not None and said != value:
            yield f"{name}_if_{said}"
    elif isinstance(said, float) and not step.input.is_right(said, value):
        yield f"{name}_{'above' if said > value else 'below'}"
