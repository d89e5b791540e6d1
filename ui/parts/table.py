"""A small table of numbers as HTML: there at once, as wide as its place, to be scrolled on a phone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.charts.markup import element, escaped
from ui.charts.palette import RIGHT, RIGHT_SYMBOL, WRONG, WRONG_SYMBOL

_CELL = (
    "padding:0.3rem 0.5rem 0.3rem 0;text-align:left;white-space:nowrap;"
    "border:0 solid rgba(128, 128, 128, 0.3);border-bottom-width:1px"
)
_TABLE = "width:100%;font-size:0.875rem;font-variant-numeric:tabular-nums;border-collapse:collapse"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw the texts."""
    st.markdown(table_html(header, rows), unsafe_allow_html=True)


def table_html(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The texts; a last cell that begins with ✓ or ✗ is a verdict and has its colour."""
    head = "".join(element("th", escaped(text), f"{_CELL};font-weight:400;opacity:0.75") for text in header)
    body = "".join(element("tr", "".join(element("td", _content(text), _CELL) for text in row)) for row in rows)
    return element("div", element("table", element("tbody", element("tr", head) + body), _TABLE), "overflow-x:auto")


def _content(text: str) -> str:
    color = {RIGHT_SYMBOL: RIGHT, WRONG_SYMBOL: WRONG}.get(text[:1])
    return element("b", escaped(text), f"color:{color}") if color else escaped(text)
