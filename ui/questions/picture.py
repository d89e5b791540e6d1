"""The picture or the table under a verdict."""

from __future__ import annotations

import streamlit as st

from engines.readers.answer import ReadersAnswer, Row
from ui.charts.legend import legend
from ui.charts.numerals import typeset
from ui.charts.palette import style
from ui.charts.questions.lines import readers_chart, readers_frame, scale_of
from ui.frame import Page
from ui.parts.drawing import chart
from ui.parts.table import table


def picture(page: Page, card: str, answer: ReadersAnswer) -> None:
    """The answer's curves in one small picture, or its rows in a table."""
    if answer.rows:
        table(page.section(f"header_{card}").split(" | "), [_row(page, card, row) for row in answer.rows])
    if answer.curves:
        labels = tuple(page.section(f"curve_{card}_{line.name}") for line in answer.curves)
        if len(labels) > 1:
            lines = [(label, style(number)) for number, label in enumerate(labels)]
            st.markdown(legend(lines), unsafe_allow_html=True)
        titles = page.section(f"x_{card}"), page.section(f"y_{card}")
        frame = readers_frame(answer.curves, labels, answer.logarithmic)
        scales = tuple(
            scale_of(frame[axis], axis in answer.logarithmic, answer.shares and axis == "y") for axis in "xy"
        )
        chart(page, frame, readers_chart, labels, titles, scales)


def _row(page: Page, card: str, row: Row) -> list[str]:
    name = page.section(f"row_{card}_{row.name}") if isinstance(row.name, str) else typeset(row.name)
    return [name, *(typeset(value, 4) for value in row.values)]
