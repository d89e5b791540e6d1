"""The experiment in this browser session and in its URL, kept the same.

The experiment is one `Settings` value in the session, beside it what the page alone chooses (its *view*).
Widgets start from them and their callbacks write both, and the URL; a page adopts a URL that is not the one a
page last wrote: a link, the back button, the first visit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from engines.errors import EngineError
from ui.experiment import load_data
from ui.settings import LANGUAGES, Problem, Settings, from_query, to_query

_ON_ITS_WAY_SECONDS = 2.0


@dataclass(frozen=True)
class NoView:
    """The view of a page that has nothing of its own to choose."""


def adopt(view_class: type) -> tuple[Settings, Any, list[Problem]]:
    """Settings, the page's view, and what in the URL could not be used."""
    state, query = st.session_state, st.query_params.to_dict()
    if "settings" in state and _is_ours(query) and isinstance(state.view, view_class):
        return state.settings, state.view, []
    language = state.settings.language if "settings" in state else _browser_language()
    settings, problems = _fitted(*from_query(Settings, query, language=language))
    view, more = from_query(view_class, query)
    _store(settings, view)
    return settings, view, [*problems, *more]


def _is_ours(query: dict[str, str]) -> bool:
    """Whether a page wrote this URL: last, or just before.

    A run that was on its way when a callback wrote a new URL still carries the one before: no link was opened.
    """
    state = st.session_state
    on_its_way = query == state.written_before and time.monotonic() - state.written_at < _ON_ITS_WAY_SECONDS
    return query == state.written or on_its_way


def change(**values: Any) -> None:
    """Change the experiment, and the URL with it. For widgets' callbacks."""
    _store(replace(st.session_state.settings, **values), st.session_state.view)


def change_view(**values: Any) -> None:
    """Change what this page alone chooses, and the URL with it. For widgets' callbacks."""
    _store(st.session_state.settings, replace(st.session_state.view, **values))


def _store(settings: Settings, view: Any) -> None:
    query = to_query(settings) | to_query(view)
    if query != st.session_state.get("written"):
        st.session_state.written_before = st.session_state.get("written")
        st.session_state.written_at = time.monotonic()
    st.session_state.settings, st.session_state.view, st.session_state.written = settings, view, query
    st.query_params.from_dict(query)


def _fitted(settings: Settings, problems: list[Problem]) -> tuple[Settings, list[Problem]]:
    """A batch larger than the data falls back to the default."""
    try:
        samples = len(load_data(settings.data).y_train)
    except EngineError:
        return settings, problems  # without the data nothing is trained
    if settings.batch_size <= samples:
        return settings, problems
    standard = Settings().batch_size
    error = EngineError("the data has only {samples} training samples", samples=samples)
    too_large = Problem("batch", str(settings.batch_size), error, str(standard))
    return replace(settings, batch_size=standard), [*problems, too_large]


def _browser_language() -> str:
    language = (st.context.locale or "").split("-")[0]
    return language if language in LANGUAGES else Settings().language
