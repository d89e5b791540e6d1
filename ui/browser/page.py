"""What is said to the browser besides the page: its language, looks, and what Streamlit's fields and buttons lack."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import streamlit as st

from ui.charts.markup import escaped
from ui.experiment import address

_FOLDER = Path(__file__).parent
_SELDOM = timedelta(days=1)  # a browser's timers hold 24 of them
ICON = _FOLDER / "icon.svg"  # Streamlit would look an emoji up in a list that takes 50 ms to import
_ONCE = "".join(
    (_FOLDER / name).read_text("utf-8") for name in ("page.js", "address.js", "focus.js", "live.js", "copy.js")
)
_SCRIPT = f"if (!window.gradientEngine) {{\n{_ONCE}\n}}"
_STYLE, _LECTURE_STYLE = ((_FOLDER / name).read_text("utf-8") for name in ("page.css", "lecture.css"))


def tell_browser(language: str, lecture: bool) -> None:
    """The looks; the page's language, for screen readers, hyphens and fonts; and the two scripts, which run once."""
    st.html(f"<style>{_STYLE}{_LECTURE_STYLE if lecture else ''}</style>")
    with st.container(key="browser"):
        said = f"document.documentElement.lang = {json.dumps(language)};"
        session = f"window.gradientEngine.isOf({json.dumps(_session())});"
        st.html(f"<script>{said}\n{_SCRIPT}\n{session}</script>", unsafe_allow_javascript=True)
        st.html(f'<i class="ge-run" data-run="{_run()}"></i>')
        _come_back()


def _session() -> str:
    """A name by which the browser tells this session from another one."""
    return st.session_state.setdefault("browser.session", secrets.token_hex(4))


def _run() -> int:
    """A number of this run of a page: where the browser finds it, fields that were left before have been read."""
    st.session_state["browser.run"] = st.session_state.get("browser.run", 0) + 1
    return st.session_state["browser.run"]


def if_lost(said: str) -> str:
    """HTML of a sentence that shows only where the page lost its connection, and a session that knew nothing of it has
    drawn it again; not where somebody has opened or reloaded it."""
    return f'<span class="ge-lost" style="display: none">{escaped(said)} </span>'


@st.fragment(run_every=_SELDOM)
def _come_back() -> None:
    """Draws nothing. When a lost connection is back, Streamlit asks for the page again if there is something on it that
    is run every so many seconds, however many. Without that, a page at rest would stay dead on another server, and
    swallow the first click.
    """


def tell_address(present: Callable[[], dict[str, str]]) -> None:
    """What the address is to say when the page has been drawn."""
    with st.container(key="address"):
        query = present()
        if script := address.news(query) or address.unanswered(query):
            st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
        address.acknowledgement(present)
