"""A small table of numbers as HTML: there at once, as wide as its place, to be scrolled on a phone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.charts.markup import element, escaped
from ui.charts.numerals import with_minus
from ui.charts.palette import RIGHT, RIGHT_SYMBOL, WRONG, WRONG_SYMBOL


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw the texts."""
    st.markdown(table_html(header, rows), unsafe_allow_html=True)


def table_html(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The texts; a last cell that begins with ✓ or ✗ is a verdict and has its colour."""
    head = "".join(element("th", escaped(text)) for text in header)
    body = "".join(element("tr", "".join(element("td", _content(text)) for text in row)) for row in rows)
    return element("div", element("table", element("tbody", element("tr", head) + body)), class_="ge-table")


def _content(text: str) -> str:
    color, shown = {RIGHT_SYMBOL: RIGHT, WRONG_SYMBOL: WRONG}.get(text[:1]), escaped(with_minus(text))
    return element("b", shown, f"color:{color}") if color else shown
