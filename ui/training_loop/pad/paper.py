"""The sheet in the browser: a component of our own that draws, undoes, clears, and tells the server at each pen-up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.components.v2

from engines.drawing.raster import pen_width
from engines.drawing.strokes import MOST_POINTS, MOST_STROKES, UNITS, read_strokes, write_strokes
from ui.charts.images import digit_png, in_base64
from ui.failures import guarded
from ui.frame import Page
from ui.training_loop.pad.drawings import remove
from ui.training_loop.pad.sheet import Sheet, draw

KEY, _RELAID = "pad.paper", "pad.relaid"
_FOLDER = Path(__file__).parent
_HTML = """
<div class="paper"><img alt=""><canvas role="img"></canvas></div>
<div class="row">
  <button class="undo"><i aria-hidden="true">undo</i><b></b></button>
  <button class="clear"><i aria-hidden="true">delete</i><b></b></button>
</div>
"""
_paper = st.components.v2.component(
    "gradient_engine_pad",
    html=_HTML,
    css=(_FOLDER / "pad.css").read_text("utf-8"),
    js=(_FOLDER / "pad.js").read_text("utf-8"),
)


def paper(page: Page, shown: Sheet) -> bool:
    """Draw the sheet. In a fragment: a pen-up runs it, after the session's sheet has been changed.

    Returns whether more has changed than the strokes: the sheet was cleared, or a cross on the page has taken a drawing
    out of the learner's test set.
    """
    _paper(
        key=KEY,
        data=_data(page, shown, page.data.image_shape),
        on_drawn_change=guarded(_drawn),
        on_removed_change=guarded(_removed),
    )
    return st.session_state.pop(_RELAID, False)


def _data(page: Page, shown: Sheet, shape: tuple[int, int]) -> dict[str, Any]:
    _ = page.text
    words = {"sheet": _("A sheet to draw on"), "undo": _("Undo"), "clear": _("Clear")}
    picture = shown.pixels is not None and f"data:image/png;base64,{in_base64(digit_png(shown.pixels, shape))}"
    return {
        "version": shown.version,
        "strokes": write_strokes(shown.strokes),
        "picture": picture or "",
        "shape": shape,
        "pen": pen_width(shape),
        "units": UNITS,
        "strokesMost": MOST_STROKES,
        "pointsMost": MOST_POINTS,
        "words": words,
    }


def _drawn() -> None:
    if said := st.session_state[KEY].get("drawn"):
        draw(read_strokes(said["strokes"]), is_cleared=bool(said["cleared"]))
        st.session_state[_RELAID] = bool(said["cleared"])


def _removed() -> None:
    if said := st.session_state[KEY].get("removed"):
        remove(int(said["number"]))
        st.session_state[_RELAID] = True
