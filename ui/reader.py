"""Who reads: the language of the experiment in this session, else the browser's."""

from __future__ import annotations

import streamlit as st

from ui.experiment.settings import LANGUAGES, Settings
from ui.text import Text


def reader() -> Text:
    """The words of the reader's language, also where a page broke before it knew its experiment."""
    settings: Settings | None = st.session_state.get("settings")
    return Text(settings.language if settings else browser_language())


def browser_language() -> str:
    """The browser's, where it is one of ours."""
    language = (st.context.locale or "").split("-")[0]
    return language if language in LANGUAGES else Settings().language
