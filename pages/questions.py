"""Readers' questions: doubts about the chapter in readers' own words, each answered by an experiment that runs here."""

import streamlit as st

from ui.frame import frame
from ui.questions.view import QuestionsView, answer_it, choose_card, further, next_card

with frame("questions", QuestionsView) as page:
    st.title(page.text("Readers' questions"))
    st.markdown(page.section("sentence"))
    choose_card(page)
    answer_it(page)
    further(page)
    next_card(page)
