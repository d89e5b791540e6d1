"""The link to hand in: at an assignment's end, and before it where somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lessons.answers import Value, shown
from lessons.handed_in import query_to_hand_in
from ui.browser.site import full_link
from ui.experiment.place import Place
from ui.failures import guarded
from ui.page import Page
from ui.parts.answer import answer, known
from ui.parts.copied import copy_link
from ui.text import counted
from ui.text.plain import plain

_ASKED = "lesson.to_hand_in"  # for which assignment and name


def to_hand_in(page: Page, place: Place) -> None:
    """In an assignment: the link, when the last question is answered or it was asked for; before, a way to ask."""
    if not (place.assignment and place.student):
        return
    _ = page.text
    left = [number for number in range(1, len(place.steps) + 1) if place.log.first(number) is None]
    is_asked = st.session_state.get(_ASKED) == place.course
    is_last = place.question >= len(place.steps) and place.prediction is not None
    if not (is_asked or is_last):
        ask = guarded(lambda: st.session_state.update({_ASKED: place.course}))
        st.button(_("Hand in"), key="lesson.hand_in", type="tertiary", icon=":material/upload:", on_click=ask)
        return
    if left:
        st.markdown(_left(page, left))
    answers = _shown(page, place)
    if answers is not None:
        link = full_link("start", query_to_hand_in(place, answers, page.settings))
        told = _("{name}, this is your link to hand in. It holds your name, your predictions and the answers.")
        st.markdown(told.format(name=f"**{plain(place.student)}**"))
        copy_link(link, _("Link to hand in"), _)


def _left(page: Page, left: list[int]) -> str:
    told = counted(
        page.text,
        "Question {numbers} is not answered yet.",
        "{count} questions are not answered yet: {numbers}.",
        len(left),
    )
    return told.format(count=len(left), numbers=", ".join(map(str, left)))


def _shown(page: Page, place: Place) -> Mapping[int, Value] | None:
    """The answers as the app has shown them; those that it does not have any more are computed again."""
    _, backend, steps, log = page.text, page.settings.backend, place.steps, place.log
    told = {
        number: found.value
        for number, (_lesson, step) in enumerate(steps, start=1)
        if log.first(number) and (found := known("lesson", (step, backend))) is not None
    }
    open_ones = {event.place for event in log.events if event.place <= len(steps)} - told.keys()
    identity = (place.course, tuple(sorted(told | dict.fromkeys(open_ones))), backend)
    return answer(
        page,
        "hand_in",
        identity,
        lambda: shown(steps, log, backend, told),
        _("Computing the answers"),
        at_once=not open_ones,
    )
