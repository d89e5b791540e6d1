"""What a link asks of a graph that the graph lacks: said once; of one's own changes nothing need be said (2.4.4)."""

from __future__ import annotations

import streamlit as st

_READ = "walk.link_was_read"


def fallen_back(text: str) -> None:
    """Say it if this session has just been opened by a link: later it is only that another graph has come."""
    if _READ not in st.session_state:
        st.warning(text, icon="🔗")


def link_was_read() -> None:
    """From now on the learner's own clicks have led here."""
    st.session_state[_READ] = True
