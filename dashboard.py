"""The start page: what this is in three lines and one picture, and the way on."""

import streamlit as st

from ui.frame import frame, page_link
from ui.showcase import showcase

with frame("start") as page:
    _ = page.text

    st.title("Gradient Engine")
    st.markdown(page.section("sentence"))

    with st.container(key="onward"):
        page_link("training_loop", page, label=_("Watch it learn: the training loop"), icon=":material/play_arrow:")

    showcase(page)
