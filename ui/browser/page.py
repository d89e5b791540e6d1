"""What is said to the browser besides the page: its language, looks, and what Streamlit's fields and buttons lack."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).with_name("page.js").read_text("utf-8")


def tell_browser(language: str) -> None:
    """The page's language, for screen readers, hyphens and fonts; and `page.js`, which runs once."""
    with st.container(key="browser"):
        said = f"document.documentElement.lang = {json.dumps(language)};"
        st.html(f"<script>{said}\n{_SCRIPT}</script>", unsafe_allow_javascript=True)
