"""The four tensors of one update, W0, gradient(f)(W0), step · gradient and W1, drawn alike and clicked alike."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui.charts.markup import caption, element, escaped
from ui.frame import Page
from ui.gradient_tensors.axes import signs
from ui.gradient_tensors.clicks import clickable_cells
from ui.gradient_tensors.pictures import Picture, drawn_tensors
from ui.gradient_tensors.settings import Chosen
from ui.gradient_tensors.step import loss_after_step, step_reading
from ui.parts.answer import answer
from ui.parts.drawing import reading
from ui.parts.frozen_weights import Held

_SOON_DRAWN = 50_000  # numbers: their pictures are made at once


def four_maps(page: Page, held: Held, chosen: Chosen) -> float | None:
    """The four pictures side by side, and what the step does to the loss; returns f(W1), if it is known."""
    for place, (column, (tensor, image)) in enumerate(zip(st.columns(4), _pictures(page, held), strict=False)):
        with column:
            shape = escaped(f" {tensor.shape}") if place < 2 else ""
            title = element(
                "div", element("b", escaped(tensor.title)) + shape, class_="ge-title", style="min-height: 3.2em"
            )
            st.markdown(title, unsafe_allow_html=True)
            if image:
                st.markdown(image, unsafe_allow_html=True)
            else:
                clickable_cells(page, tensor, chosen, f"map{place}")
            st.markdown(caption(tensor.scale), unsafe_allow_html=True)
    st.space("small")
    st.markdown(caption(signs(page, held)), unsafe_allow_html=True)
    if (after := loss_after_step(page, held)) is not None:
        reading(step_reading(page, held, after))
    st.space("small")
    return after


def _pictures(page: Page, held: Held) -> list[tuple[Picture, str | None]]:
    """The four tensors, each with its image unless its cells are drawn; none while they are made, which is shown."""
    _, view = page.text, page.view
    as_images = view.drawn == "images" and view.tensor == "W1" and page.data.image_shape
    asked = view.tensor, view.size, as_images
    known = held.once("maps", (asked, _.language), dict)
    if "maps" not in known:
        made = answer(
            page,
            "tensors.maps",
            (held.identity, asked, _.language),
            partial(drawn_tensors, held, *asked, _),
            _("Drawing the tensors"),
            at_once=held.parameters[view.tensor].size < _SOON_DRAWN,
        )
        if made is None:
            return []
        known["maps"] = made
    return known["maps"]
