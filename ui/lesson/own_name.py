"""An assignment begins with a name: from it follow the seed and the numbers."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engines.errors import EngineError
from lessons.assignment import LONGEST_NAME, read_assignment
from ui.experiment.place import Place, read_student
from ui.failures import guarded
from ui.lesson.ways import go, way, way_out
from ui.page import Page
from ui.text import counted

_KEY, _WRONG = "lesson.name", "lesson.nameless"


def ask_name(page: Page, place: Place) -> None:
    """What this is, and the field for a name; the first question follows."""
    _ = page.text
    count = len(read_assignment(place.assignment))
    with st.container(key="lesson-strip", border=True):
        with st.container(key="lesson-ways", horizontal=True, vertical_alignment="center"):
            told = counted(_, "An assignment of one question", "An assignment of {count} questions", count)
            st.markdown(f"**{told.format(count=count)}**")
            way(way_out(page.settings), _("Leave"), icon=":material/close:")
        with st.container(key="lesson-text"):
            st.markdown(_("Everybody has numbers of their own: they follow from the name."))
            row = st.form("lesson.name.form", border=False).container(horizontal=True, vertical_alignment="bottom")
            with row:
                st.text_input(_("Your name"), key=_KEY, max_chars=LONGEST_NAME, width=190)
                st.form_submit_button(_("Begin"), type="primary", on_click=guarded(lambda: _begin(page, place)))
            if wrong := st.session_state.pop(_WRONG, None):
                st.error(wrong)


def _begin(page: Page, place: Place) -> None:
    _ = page.text
    try:
        name = read_student(st.session_state.get(_KEY) or "")
    except EngineError as error:
        st.session_state[_WRONG] = _.error(error)
        return
    if not name:
        st.session_state[_WRONG] = _("Type your name first.")
        return
    go(replace(place, student=name, question=1), page.settings)
