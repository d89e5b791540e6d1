"""A click on a mistake: its image is opened in the Chain rule page, or laid on the drawing pad."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
import streamlit.components.v2

from ui.failures import guarded
from ui.frame import Page
from ui.navigation import lead_to, query_of
from ui.training_loop.mistakes.album import Image, image_of
from ui.training_loop.pad.drawings import Drawing, drawings
from ui.training_loop.pad.sheet import PICTURE as PAD
from ui.training_loop.pad.sheet import Sheet, lay, put

_KEY = "mistakes.opened"
_OF_ANOTHER = ("node", "way", "edge", "entry", "open", "i_drawing", "i_pixel")  # what was looked at in another image
_clicks = st.components.v2.component(
    "gradient_engine_mistake_click",
    html="<i hidden></i>",
    js=(Path(__file__).parent / "opening.js").read_text("utf-8"),
)


def images_open(page: Page) -> None:
    """Listen to clicks on the figures' buttons."""

    def clicked() -> None:
        if said := st.session_state[_KEY].get("opened"):
            opened(page, str(said.get("to")), str(said.get("image")))

    _clicks(key=_KEY, data={}, on_opened_change=guarded(clicked))


def opened(page: Page, to: str, key: str) -> None:
    """Open the image of that key in "chain" or in "pad"; what no figure says is none."""
    if (image := image_of(key)) is None:
        return
    own = {drawing.number: drawing for drawing in drawings(page.settings.data)}
    drawing = own.get(image.number) if image.is_drawn else None
    if drawing is None and (image.is_drawn or image.number >= len(page.data.y_test)):
        return  # it has been removed by now, or the data are others
    if to == "pad":
        _lay_on_pad(page, image, drawing)
    elif to == "chain":
        lead_to("chain_rule", _chain_query(page, image))


def _lay_on_pad(page: Page, image: Image, drawing: Drawing | None) -> None:
    """A drawing comes as it was drawn, so that it can be gone on with; what was an image, as that."""
    if drawing is None:
        put(page.data.x_test[image.number], int(page.data.y_test[image.number]))
    elif drawing.strokes:
        lay(Sheet(drawing.data, drawing.strokes, label=drawing.label))
        page.change(picture=PAD)
    else:
        put(drawing.x, drawing.label)


def _chain_query(page: Page, image: Image) -> dict[str, str]:
    """The live network's scene at a test image, the input's at a drawing; both with the run's present weights."""
    query = {key: said for key, said in query_of("chain_rule", page.settings).items() if key not in _OF_ANOTHER}
    if image.is_drawn:
        return query | {"scene": "input", "i_drawing": str(image.number), "step": "now"}
    return query | {"scene": "network", "image": str(image.number), "images": "1", "step": "now"}
