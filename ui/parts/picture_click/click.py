"""Where a picture of the page was clicked: pictures inside an element of the class `CLASS`, whichever was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
import streamlit.components.v2

from ui.failures import guarded

CLASS = "ge-clickable"
_clicks = st.components.v2.component(
    "gradient_engine_picture_click", html="<i hidden></i>", js=(Path(__file__).parent / "click.js").read_text("utf-8")
)


def picture_clicks(key: str, clicked: Callable[[float, float], None]) -> None:
    """Listen to them: `clicked` gets how far from the left and from the top, each from 0 to 1."""

    def reported() -> None:
        if said := st.session_state[key].get("at"):
            clicked(min(max(float(said["x"]), 0.0), 1.0), min(max(float(said["y"]), 0.0), 1.0))

    _clicks(key=key, data={}, on_at_change=guarded(reported))
