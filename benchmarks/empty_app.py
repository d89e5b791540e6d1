"""The smallest Streamlit app that does what ours does: a title, and a fragment that runs twice a second and is empty.

    streamlit run benchmarks/empty_app.py

What it costs is Streamlit's; the other benchmarks measure it beside ours.
"""

import streamlit as st

st.title("Empty")


@st.fragment(run_every=0.5)
def nothing() -> None:
    """An update with nothing in it."""


nothing()
