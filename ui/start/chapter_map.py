"""The start page's map of the chapter: of each page its picture, its question, and the way there."""

from __future__ import annotations

import streamlit as st

from ui.frame import Page
from ui.navigation import LESSONS, numbered, page_link
from ui.start.sketches import sketch

_IN_A_ROW = 4


def chapter_map(page: Page) -> None:
    """A card for each page of the chapter, in its order."""
    for first in range(0, len(LESSONS), _IN_A_ROW):
        row = LESSONS[first : first + _IN_A_ROW]
        for column, name in zip(st.columns(_IN_A_ROW), row, strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(page, name)


def _card(page: Page, name: str) -> None:
    st.html(sketch(name))
    st.caption(numbered(name, page.text))
    page_link(name, page.settings, page.text.section("thread", f"question_{name}"), icon=":material/arrow_forward:")
