"""The browser's address while a run goes on: its step is written there without a step in the browser's history.

Setting Streamlit's query parameters from a fragment would add one each time, and what a script writes into the address
Streamlit does not see: it would send its own old query after a reconnection. So the browser writes what the server has
made, to the byte, and says so by a button that nobody sees; then Streamlit is told the same, which changes nothing
any more.
"""

from __future__ import annotations

import json
import time
from urllib.parse import urlencode

import streamlit as st

from ui import failures

EVERY = 3.0  # seconds between two addresses of a run that goes on
_PATIENCE = 5.0  # after which an address that the browser did not write is forgotten


def told() -> tuple[dict[str, str], ...]:
    """What the browser may think its address is: what Streamlit was told last, and what it is being told."""
    state = st.session_state
    return tuple(state[name] for name in ("address.known", "address.sent") if name in state)


def is_told(query: dict[str, str]) -> None:
    """Streamlit itself has been given this query, or has sent it."""
    st.session_state["address.known"] = query
    st.session_state.pop("address.sent", None)


def news(query: dict[str, str], every: float = 0.0) -> str:
    """A script for the browser, if this is another address than the last one; at most every so many seconds."""
    state, now = st.session_state, time.monotonic()
    since = now - state.get("address.at", 0.0)
    if query == state.get("address.known") or since < every or ("address.sent" in state and since < _PATIENCE):
        return ""
    state["address.sent"], state["address.at"] = query, now
    search = json.dumps(urlencode(query)).replace("<", "\\u003c")
    return f"window.gradientEngine?.address({search});"


def acknowledgement() -> None:
    """The button that the browser presses when it has written the address, in a fragment of its own."""

    @st.fragment
    def written() -> None:
        with failures.survived("picture", "address"):
            if st.button("⟳", key="address.written") and (query := st.session_state.pop("address.sent", None)):
                st.query_params.from_dict(query)
                st.session_state["address.known"] = query

    written()
