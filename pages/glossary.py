"""Glossary: every term of the app in a few lines and where it is met, in the order in which they are needed."""

import streamlit as st

from ui.frame import frame
from ui.glossary import MET, met
from ui.text import sections

with frame("glossary") as page:
    st.title(page.text("Glossary"))
    for name, said in sections(page.settings.language, "glossary").items():
        where = f"  \n:small[:gray[{met(name, page.text)}]]" if name in MET else ""
        st.markdown(f"{said}{where}", width=820)
