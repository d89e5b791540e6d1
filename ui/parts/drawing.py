"""How a page draws: a chart whose spec is built once, and the one-line reading under a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from engines.syntax import source
from ui.charts.lecture import enlarged
from ui.charts.markup import caption
from ui.charts.spec import spec
from ui.frame import Page
from ui.text import Text

AnyChart = alt.Chart | alt.LayerChart


def chart(
    page: Page,
    frame: Any,
    make: Callable[..., AnyChart],
    *arguments: Any,
    datasets: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Draw `make(text, *arguments)` over the rows of `frame`; `options` go to `st.vega_lite_chart`.

    The arguments are hashable: for equal ones the spec is the same object, and only data travels to the browser.
    A chart whose parts change at different times takes its rows from `datasets` by name, two at least, and no frame.
    """
    made = spec_for(page, make, *arguments)
    if datasets:
        made = {**made, "datasets": {name: as_columns(rows) for name, rows in datasets.items()}}
    return st.vega_lite_chart(as_columns(frame), made, width="stretch", **options)


def as_columns(frame: Any) -> Any:
    """The columns of a DataFrame as Arrow has them: Streamlit would look through each of them, and take ten times as
    long. Anything else is left as it is."""
    if not isinstance(frame, pd.DataFrame):
        return frame
    return pa.table({str(name): pa.array(column, from_pandas=True) for name, column in frame.items()})


def reading(text: str) -> None:
    """One line computed from the data, under its picture; it serves a screen reader too."""
    st.markdown(caption(text), unsafe_allow_html=True)


def code_that_ran(page: Page, parts: Sequence[Any]) -> None:
    """The source of the objects that computed what the page shows, behind one click; nothing where there are none."""
    if not parts:
        return
    with st.expander(page.text("The code that ran"), icon=":material/code:"):
        for part in parts:
            st.code(source(part))


def spec_for(page: Page, make: Callable[..., AnyChart], *arguments: Any) -> dict[str, Any]:
    """The spec of `make(text, *arguments)` in the page's language and, in a lecture, in its sizes."""
    draw = lecture_spec if page.settings.lecture else drawn_spec
    return draw(page.text.language, make, *arguments)


@lru_cache(maxsize=512)
def lecture_spec(language: str, make: Callable[..., AnyChart], *arguments: Any) -> dict[str, Any]:
    """The spec as it is read from row ten."""
    return enlarged(drawn_spec(language, make, *arguments))


@lru_cache(maxsize=512)
def drawn_spec(language: str, make: Callable[..., AnyChart], *arguments: Any) -> dict[str, Any]:
    """The spec of `make(text, *arguments)`; for equal arguments the same object."""
    return spec(make(Text(language), *arguments))
