"""An assignment is made: questions of lessons are chosen, and out comes one link, to be copied or scanned."""

from __future__ import annotations

import re

import streamlit as st

import lessons
from lessons.assignment import MOST_STEPS, Steps, read_assignment, write_assignment
from lessons.steps import Lesson, Step
from lessons.words import sections
from ui.browser.site import full_link
from ui.failures import guarded
from ui.page import Page
from ui.parts.copied import copy_link
from ui.parts.qr import qr_code
from ui.text import counted

_KEY = "view.pick"


def assignment(page: Page) -> None:
    """The questions to choose from, and the link of those chosen."""
    _ = page.text
    _questions(page)
    steps = read_assignment(page.view.pick)
    if not steps:
        st.caption(_("No question is chosen yet."))
        return
    told = counted(_, "One question, about {minutes} min", "{count} questions, about {minutes} min", len(steps))
    st.markdown(f"**{told.format(count=len(steps), minutes=minutes(steps))}**")
    st.markdown("\n".join(f"1. {_label(page, lesson, step)}" for lesson, step in steps))
    link = full_link("start", {"assignment": page.view.pick})
    label = _("Link of the assignment")
    copy_link(link, label, _)
    st.link_button(_("Try it yourself"), link, icon=":material/open_in_new:")
    qr_code(link, _("QR code: {what}").format(what=label), _)


def minutes(steps: Steps) -> int:
    """About how long they take: a question has its share of its lesson's time."""
    return max(1, round(sum(lesson.minutes / len(lesson.steps) for lesson, _step in steps)))


def _questions(page: Page) -> None:
    """All questions of all lessons in one field, in which one can search; they come in the order of the choice."""
    _ = page.text
    every = {
        write_assignment(((lesson, step),)): _plain(_label(page, lesson, step))
        for lesson in map(lessons.get, lessons.names())
        for step in lesson.steps
    }
    st.session_state[_KEY] = [write_assignment((each,)) for each in read_assignment(page.view.pick)]
    st.multiselect(
        _("Questions of the assignment, {most} at most").format(most=MOST_STEPS),
        list(every),
        format_func=lambda code: every.get(code, ""),
        max_selections=MOST_STEPS,
        key=_KEY,
        on_change=guarded(lambda: _choose(page, every)),
    )


def _choose(page: Page, every: dict[str, str]) -> None:
    known = [code for code in st.session_state[_KEY] if code in every][:MOST_STEPS]
    page.change(pick=write_assignment(tuple(each for code in known for each in read_assignment(code))))


def _label(page: Page, lesson: Lesson, step: Step) -> str:
    words = sections(lesson, page.settings.language)
    return f"{lesson.number} · {words['title']}: {words[f'{step.name}_ask']}"


def _plain(text: str) -> str:
    """Without the marks of code and formulas, which a list of choices shows as they are."""
    return re.sub(r"[`$]", "", text)
