"""The app's full address, as the browser has it: for links that leave it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import streamlit as st

from ui.navigation import PAGES

_CLOUDS_FRAME = "/~/+"  # Streamlit Community Cloud shows the app in a frame of that address


def site() -> str:
    """Where the app's start page is, with a slash at the end; "/" where the browser does not say."""
    url = (st.context.url or "").rstrip("/")
    base, _slash, last = url.rpartition("/")
    is_page = last in PAGES and last != "start"
    return f"{(base if is_page else url).removesuffix(_CLOUDS_FRAME)}/"


def full_link(page: str, query: Mapping[str, str] | str) -> str:
    """The link to a page of the app."""
    search = query if isinstance(query, str) else urlencode(query, quote_via=quote)
    return f"{site()}{'' if page == 'start' else page}{'?' if search else ''}{search}"
