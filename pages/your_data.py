"""Your data: images of one's own, seen and corrected before anything is trained on them."""

import streamlit as st

from ui.frame import frame
from ui.own_data.view import your_data

with frame("your_data") as page:
    st.title(page.text("Your data"))
    st.markdown(page.section("sentence"))
    your_data(page)
    st.markdown(page.section("chapter"), width=820)
