"""The start page's lessons: a card each, with its picture; the short way through the chapter, or all of them."""

from __future__ import annotations

import streamlit as st

import lessons
from lessons.steps import Lesson
from lessons.words import sections
from ui.experiment.link import known_place
from ui.experiment.place import Place
from ui.experiment.settings import to_query
from ui.lesson.ways import goal, way
from ui.page import Page
from ui.parts.answer import answer
from ui.start.lesson_sketches import lesson_sketches
from ui.text import counted

_IN_A_ROW = 4
_NO_PICTURE_YET = '<div class="ge-sketch" style="aspect-ratio: 2"></div>'  # so that nothing moves when it comes
_SHORT, _ALL = "short", "all"


def lesson_cards(page: Page) -> None:
    """The choice of the way, and a card for each of its lessons."""
    _ = page.text
    every = [lessons.get(name) for name in lessons.names()]
    if not every:
        return
    short = sorted((lesson for lesson in every if lesson.route), key=lambda lesson: lesson.route)
    labels = {
        _SHORT: _("The short way: {lessons} lessons, about {minutes} minutes").format(
            lessons=len(short), minutes=sum(lesson.minutes for lesson in short)
        ),
        _ALL: _("All {lessons} lessons").format(lessons=len(every)),
    }
    chosen = st.segmented_control(
        _("Lessons"),
        list(labels),
        format_func=lambda key: labels.get(key, ""),
        default=_SHORT,
        required=True,
        wrap=True,
        key="lessons.way",
        label_visibility="collapsed",
    )
    pictures = answer(page, "sketches", "sketches", lesson_sketches, _("Drawing the lessons' pictures")) or {}
    _rows(page, every if chosen == _ALL else short, pictures)


def _rows(page: Page, shown: list[Lesson], pictures: dict[str, str]) -> None:
    for first in range(0, len(shown), _IN_A_ROW):
        for column, lesson in zip(st.columns(_IN_A_ROW), shown[first : first + _IN_A_ROW], strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(page, lesson, pictures.get(lesson.name, ""))


def _card(page: Page, lesson: Lesson, picture: str) -> None:
    """Picture, title as the way in, what it is about, how long it takes."""
    _, words = page.text, sections(lesson, page.settings.language)
    st.html(picture or _NO_PICTURE_YET)
    title = f"{lesson.number} · {words['title']}"
    begun = Place(lesson=lesson.name).came_from("start", to_query(page.settings))
    way(goal(known_place(begun) or begun, page.settings), title, icon=":material/school:")
    minutes = counted(_, "{n} minute", "{n} minutes", lesson.minutes).format(n=lesson.minutes)
    st.caption(f"{words['summary']} · {minutes}")
