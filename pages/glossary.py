"""Glossary: every term of the app in a line or two, in the order in which they are needed."""

import streamlit as st

from ui.frame import frame
from ui.text import sections

with frame("glossary") as page:
    st.title(page.text("Glossary"))
    st.markdown(page.section("sentence"))
    for name in sections(page.settings.language, "glossary"):
        if name != "sentence":
            st.markdown(page.text.term(name), width=820)
