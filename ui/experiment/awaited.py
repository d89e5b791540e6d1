"""Own data that a link, a recipe or a kept run names and this session lacks: what waits for them, and where.

The name of such data is their hash. So whether what is brought later is what was meant, the name alone tells.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from ui.server import private

_AWAITED = "data.awaited"


class Awaited(NamedTuple):
    """The data set's name, perhaps with few of its training images, and the link that needs it: page and query."""

    data: str
    page: str
    query: dict[str, str]

    @property
    def is_here(self) -> bool:
        return private.find(self.data) is not None


def wait_for(data: str, page: str, query: dict[str, str]) -> None:
    """That page cannot be drawn without those data; its link is kept until they are here, or nobody wants them."""
    st.session_state[_AWAITED] = Awaited(data, page, dict(query))


def awaited() -> Awaited | None:
    """What the session's last such link waits for."""
    return st.session_state.get(_AWAITED)


def wait_no_more() -> None:
    st.session_state.pop(_AWAITED, None)
