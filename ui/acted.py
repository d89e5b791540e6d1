"""Whether what asked for this run of the page was a visitor's click, or a change of a control, on the page itself."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_ACTED = "acted"


def act() -> None:
    """A control's callback is called; one in a fragment asks for no run of the page."""
    run = get_script_run_ctx()
    if run is not None and not run.fragment_ids_this_run:
        st.session_state[_ACTED] = True


def has_acted() -> bool:
    """Says it once."""
    return st.session_state.pop(_ACTED, False)
