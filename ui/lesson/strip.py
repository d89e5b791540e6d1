"""The strip over a page while a lesson lasts: what to look at, what will come, what came, and the way on."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lessons.steps import Lesson, Step
from lessons.words import sections, told
from ui.experiment.link import present_place
from ui.experiment.place import Place
from ui.lesson.answered import say_answer
from ui.lesson.ask import ask
from ui.lesson.own_name import ask_name
from ui.lesson.to_hand_in import hand_in_button, to_hand_in
from ui.lesson.ways import goal, way, way_out
from ui.page import Page
from ui.text.plain import plain


def strip(page: Page) -> None:
    """Draw it, if there is a lesson; what would give the answer away is covered until then."""
    place = present_place()
    if (present := place.present) is None:
        if place.assignment:
            ask_name(page, place)
        return
    _, (lesson, step) = page.text, present
    words = sections(lesson, page.settings.language)
    with st.container(key="lesson-strip", border=True):
        _ways(page, place, lesson, words)
        with st.container(key="lesson-text"):
            st.markdown(told(lesson, page.settings.language, step.name))
            if page.name != (step.after if place.prediction else step.before).page:
                way(goal(place, page.settings), _("Back to the page of this step"), icon=":material/undo:")
            elif place.prediction is None:
                ask(page, place, step, words)
            else:
                say_answer(page, place, lesson, step)
    to_hand_in(page, place)
    if place.prediction is None and page.name == step.before.page:
        _curtain(page, step)


def _ways(page: Page, place: Place, lesson: Lesson, words: Mapping[str, str]) -> None:
    """The title, where one is, and the ways back, on and out."""
    _, count = page.text, len(place.steps)
    with st.container(key="lesson-ways", horizontal=True, vertical_alignment="center"):
        where = _("{at} of {count}").format(at=place.question, count=count)
        st.markdown(" · ".join([f"**{words['title']}**", where, *filter(None, [plain(place.student)])]))
        settings = page.settings
        if place.question > 1:
            way(goal(place.at(place.question - 1), settings), _("Back"), icon=":material/arrow_back:")
        if place.question < count:
            way(goal(place.at(place.question + 1), settings), _("Next"), icon=":material/arrow_forward:")
        way(goal(place, settings), _("As it was"), icon=":material/restart_alt:")
        hand_in_button(page, place)
        way(way_out(settings), _("Leave"), icon=":material/close:")


def _curtain(page: Page, step: Step) -> None:
    """Cover parts of the page, for screen readers too. They keep their place, so that nothing jumps when it rises."""
    if not step.curtain:
        return
    _ = page.text
    covered = ", ".join(f".st-key-{name.replace('.', '-')}" for name in step.curtain)
    inside = ", ".join(f".st-key-{name.replace('.', '-')} *" for name in step.curtain)
    said = _("Covered until you have predicted").replace("'", "’")
    st.html(
        f"<style>{covered} {{ visibility: hidden; position: relative; }} {inside} {{ visibility: hidden !important; }}"
        f":is({covered})::after {{ content: '{said}'; visibility: visible; }}</style>"
    )
