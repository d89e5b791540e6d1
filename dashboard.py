"""The start page: what this is in three lines, a network that learns to read, the lessons, the map of the chapter."""

import streamlit as st

from ui.frame import frame
from ui.navigation import page_link
from ui.start.chapter_map import chapter_map
from ui.start.lesson_cards import lesson_cards
from ui.start.showcase import showcase

with frame("start") as page:
    _ = page.text

    st.title("Gradient Engine")
    st.markdown(page.section("sentence"))

    with st.container(key="onward"):
        label = _("Watch it learn: the training loop")
        page_link("training_loop", page.settings, label, icon=":material/play_arrow:")

    showcase(page)

    st.subheader(_("Lessons: predict, run, see"))
    st.markdown(page.section("lessons"))
    lesson_cards(page)

    st.subheader(_("Just look around: the chapter, question by question"))
    chapter_map(page)
