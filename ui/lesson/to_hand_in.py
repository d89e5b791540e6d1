"""The link to hand in: at an assignment's end, and before it where somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lessons.answers import Value, shown
from lessons.handed_in import query_to_hand_in
from ui.browser.site import full_link
from ui.experiment.place import Place
from ui.failures import guarded
from ui.page import Page
from ui.parts.answer import answer, known
from ui.parts.copied import copy_link
from ui.text import Text, counted
from ui.text.plain import plain

_ASKED = "lesson.to_hand_in"  # for which assignment and name


def hand_in_button(page: Page, place: Place) -> None:
    """In an assignment a way to its end, also before its last question is answered."""
    if place.assignment and not _is_shown(place):
        _ = page.text
        looks: Any = {"type": "tertiary", "icon": ":material/upload:"}
        st.button(_("Hand in"), key="lesson.hand_in", on_click=guarded(partial(_ask, place)), **looks)


def _ask(place: Place) -> None:
    st.session_state[_ASKED] = place.course


def to_hand_in(page: Page, place: Place) -> None:
    """The link, when the last question is answered or it was asked for; and what is not answered yet."""
    if not (place.assignment and _is_shown(place)):
        return
    _ = page.text
    with st.container(key="hand-in", border=True):
        if left := [number for number in range(1, len(place.steps) + 1) if place.log.first(number) is None]:
            st.markdown(_left(left, _))
        answers = _shown(page, place)
        if answers is not None:
            told = _("{name}, this is your link to hand in. It holds your name, your predictions and the answers.")
            st.markdown(told.format(name=f"**{plain(place.student)}**"))
            link = full_link("start", query_to_hand_in(place, answers, page.settings))
            copy_link(link, _("Link to hand in"), _)


def _is_shown(place: Place) -> bool:
    is_end = place.question >= len(place.steps) and place.prediction is not None
    return is_end or st.session_state.get(_ASKED) == place.course


def _left(left: list[int], _: Text) -> str:
    told = counted(
        _,
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
