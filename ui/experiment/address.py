"""The browser's address while a run goes on: its step is written there without a step in the browser's history.

Setting Streamlit's query parameters from a fragment would add one each time, and what a script writes into the address
Streamlit does not see: it would send its own old query after a reconnection. So the browser writes what the server has
made, to the byte, and says so by a button that nobody sees; then Streamlit is told the same, which changes nothing
any more.
"""

from __future__ import annotations

import html
import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from ui import failures
from ui.experiment.session import is_at_rest
from ui.experiment.settings import without_run

EVERY = 2.0  # seconds between two addresses of a run that goes on
_ON_ITS_WAY = 2.0  # seconds that a run of the page, asked for before, may take to come
_WITH_A_STEP = 30.0  # the same of an address that says a step, which no page's own link does: on a slow line, say
_MOST_EARLIER = 20  # addresses that a session remembers
_PATIENCE = 5.0  # after which an address that the browser did not write is forgotten


def on_its_way(query: dict[str, str]) -> float:
    """For how many seconds the browser may still ask with a query that has been replaced."""
    return _WITH_A_STEP if "trained" in query else _ON_ITS_WAY


def told(whenever: bool = False) -> tuple[dict[str, str], ...]:
    """What the browser may think its address is: what Streamlit was told last, and what it is being told.

    And what that replaced lately, or `whenever` that was.
    """
    state, now = st.session_state, time.monotonic()
    earlier = [query for query, until in state.get("address.earlier", []) if whenever or now < until]
    return (*earlier, *(state[name] for name in ("address.known", "address.sent") if name in state))


def is_told(query: dict[str, str]) -> None:
    """Streamlit itself has been given this query, or has sent it; what it had before may be on its way still."""
    _replaced("address.known", "address.sent")
    st.session_state["address.known"] = query


def _replaced(*names: str) -> None:
    """These addresses are no longer true; a browser may have them for a while."""
    state, now = st.session_state, time.monotonic()
    before = [(each, now + on_its_way(each)) for name in names if (each := state.pop(name, None)) is not None]
    state["address.earlier"] = [*state.get("address.earlier", []), *before][-_MOST_EARLIER:]


def news(query: dict[str, str], every: float = 0.0) -> str:
    """A script for the browser, if this is another address than the last one; at most every so many seconds.

    While the run goes on, one that is on its way is waited for. What comes to rest says where all the same:
    of two updates that wait to be sent, Streamlit sends the later one alone, and the script in the other is lost.
    """
    state, now = st.session_state, time.monotonic()
    since = now - state.get("address.at", 0.0)
    awaited = bool(every) and "address.sent" in state and since < _PATIENCE
    if query == state.get("address.known") or since < every or awaited:
        return ""
    _replaced("address.sent")
    state["address.sent"], state["address.at"] = query, now
    return _script(query)


def unanswered(query: dict[str, str]) -> str:
    """The script that the browser has not answered yet, if it tells an earlier step of the same address.

    A run of the page takes away what the one just before it has drawn, and that may not have reached the browser. Where
    it has, the same script does nothing more.
    """
    sent = st.session_state.get("address.sent")
    return _script(sent) if sent and without_run(sent) == without_run(query) else ""


def _script(query: dict[str, str]) -> str:
    search = json.dumps(urlencode(query)).replace("<", "\\u003c")
    return f"window.gradientEngine?.address({search});"


def acknowledgement(present: Callable[[], dict[str, str]]) -> None:
    """The button that the browser presses when it has written the address, in a fragment of its own.

    What the address is to say by then, by `present`, may be another one already.
    """

    @st.fragment
    def written() -> None:
        with failures.survived("picture", "address"):
            if st.button("⟳", key="address.written") and (query := st.session_state.get("address.sent")):
                st.query_params.from_dict(query)
                is_told(query)
                if script := news(present(), 0.0 if is_at_rest() else EVERY):
                    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
            known = html.escape(urlencode(st.session_state.get("address.known", {})))
            st.html(f'<i class="ge-address" data-told="{known}"></i>')

    written()
