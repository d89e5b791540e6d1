"""Three pictures of one shape beside each other: the image, ∂loss/∂x, the image moved; a click chooses a pixel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engines.gradients.input_walk import PERCENTS
from ui.chain_rule.input.looked import Looked
from ui.charts.chain_rule.input_probabilities import input_probabilities_chart, input_probabilities_frame
from ui.charts.chain_rule.input_walk import input_walk_chart, input_walk_frame
from ui.charts.images import digit_png, image_tag, png
from ui.charts.markup import element, escaped
from ui.charts.palette import MAGENTA, full_colour, signed_rgba
from ui.frame import Page
from ui.parts.drawing import chart
from ui.parts.picture_click.click import CLASS, picture_clicks

_WIDTH = 164  # of one picture, in pixels


def three_pictures(page: Page, looked: Looked, image: np.ndarray, pixel: int, names: Sequence[str]) -> None:
    """x, the heat map of the gradient, and `image` (features,), with a ring around the chosen pixel."""
    _, shape, x = page.text, page.data.image_shape, looked.walk.path.x
    gradient = looked.gradient.reshape(shape)
    slope = _("∂loss/∂x, with class {name}").format(name=names[looked.loss.label])
    moved = _("x, moved by {move} %").format(move=f"{page.view.i_move:+d}")
    pictures = [
        _figure("x", digit_png(x, shape), _("The image"), shape, pixel, "#FFFFFF"),
        _figure(slope, png(signed_rgba(gradient, full_colour(gradient))), slope, shape, pixel),
        _figure(moved, digit_png(image, shape), moved, shape, pixel, "#FFFFFF"),
    ]
    row = f"display:grid;grid-template-columns:repeat(3,minmax(0,{_WIDTH}px));gap:0.6rem;align-items:end"
    st.markdown(element("div", "".join(pictures), row, CLASS), unsafe_allow_html=True)
    picture_clicks("input.click", lambda across, down: _clicked(page, across, down))


def probabilities(page: Page, looked: Looked, names: Sequence[str]) -> None:
    """Two bars a class."""
    walk, at = looked.walk, place(page.view.i_move)
    before, after = (walk.outcomes.probabilities[k] for k in (place(0), at))
    chart(page, input_probabilities_frame(names, before, after), input_probabilities_chart, tuple(names))


def losses(page: Page, looked: Looked, names: Sequence[str]) -> None:
    """The loss along the way."""
    _, walk = page.text, looked.walk
    label = "" if walk.found is None else _("answer: {name}").format(name=names[walk.found.answer])
    chart(page, input_walk_frame(walk, page.view.i_move, label), input_walk_chart, page.settings.loss)


def place(move: int) -> int:
    """Where the step of so many percent stands among the steps of a walk."""
    return int(np.flatnonzero(move == PERCENTS)[0])


def _figure(title: str, data: bytes, alt: str, shape: tuple[int, int], pixel: int, ground: str = "") -> str:
    (height, width), (row, column) = shape, divmod(pixel, shape[1])
    frame = f"outline:1px solid rgba(128, 128, 128, 0.38);background:{ground or 'transparent'}"
    ring = (
        f"position:absolute;pointer-events:none;box-sizing:border-box;border:2px solid {MAGENTA};"
        f"left:{100 * column / width:.3f}%;top:{100 * row / height:.3f}%;"
        f"width:{100 / width:.3f}%;height:{100 / height:.3f}%;min-width:7px;min-height:7px"
    )
    image = image_tag(data, alt, _WIDTH, round(_WIDTH * height / width), frame)
    inner = element("div", image + element("i", "", ring), "position:relative;width:fit-content;max-width:100%")
    caption = element("div", escaped(title), "font-size:0.85rem;margin-bottom:0.2rem")
    return element("div", caption + inner)


def _clicked(page: Page, across: float, down: float) -> None:
    height, width = page.data.image_shape
    row, column = min(int(down * height), height - 1), min(int(across * width), width - 1)
    page.change(i_pixel=row * width + column)
