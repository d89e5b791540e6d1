"""The scene "input": ∂loss/∂x of an image at the run's weights, and the image moved along it (2.4.2, footnote 5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engines.gradients.input_check import check_input
from engines.gradients.input_gradient import InputLoss
from engines.gradients.input_walk import Path
from ui.chain_rule.input.check import check_view
from ui.chain_rule.input.controls import direction_controls, image_controls, untrained
from ui.chain_rule.input.looked import Looked, looked_at
from ui.chain_rule.input.numbers import chosen_pixel, pixel_fields, written_out
from ui.chain_rule.input.pictures import losses, probabilities, three_pictures
from ui.chain_rule.input.readings import found_told, gradient_told, looks_told, loss_told, moved_told
from ui.chain_rule.input.subject import Subject, known_choices, subject
from ui.frame import Page
from ui.parts.drawing import reading
from ui.parts.frozen_weights import Held, have_diverged, held_weights
from ui.text.names import class_names


def input_scene(page: Page) -> tuple[object, ...]:
    """Controls, the pictures, the way of the image, one pixel's numbers; returns whose code ran."""
    known_choices(page)
    names = class_names(page.text, page.data.class_names)
    st.markdown(page.text.section("chain_input", "sentence"))
    controls = st.container()  # drawn when the weights are there, for the step is known then
    held = held_weights(page)
    with controls:
        image_controls(page, names)
    if held is None or have_diverged(page, held):
        return ()
    chosen = subject(page)
    if (looked := looked_at(page, held, chosen)) is None:
        return ()
    with controls:
        untrained(page, held.state.step)
        direction_controls(page, names, looked.label)
    _pictures(page, held, looked, names)
    _numbers(page, held, chosen, looked)
    return InputLoss.recorded_in_pieces, Path, check_input


def _pictures(page: Page, held: Held, looked: Looked, names: Sequence[str]) -> None:
    _, move = page.text, page.view.i_move
    image = looked.walk.path.at(move / 100)
    left, right = st.columns([12, 8], gap="medium")
    with left:
        with st.container(key="input_pictures"):
            three_pictures(page, looked, image, chosen_pixel(page, looked), names)
            reading(gradient_told(looked, page.data.image_shape, _))
        with st.container(key="input_losses"):
            losses(page, looked, names)
            reading(loss_told(looked, move, names, _))
    with right:
        with st.container(key="input_probabilities"):
            probabilities(page, looked, names)
            reading(moved_told(looked, image, move, names, _))
        with st.container(key="input_found"):
            _found(page, looked, names)


def _found(page: Page, looked: Looked, names: Sequence[str]) -> None:
    """The smallest change found, and what the image looks like with it."""
    _ = page.text
    title = _("How small a change is enough?")
    st.space("small")
    st.markdown(f"**{title}**")
    reading(found_told(looked, names, _))
    if told := looks_told(looked, names, _):
        with st.container(key="input_looks"):
            reading(told)
    st.markdown(page.text.section("chain_input", "small"))


def _numbers(page: Page, held: Held, chosen: Subject, looked: Looked) -> None:
    """One pixel: its slope written out, and checked."""
    _, pixel = page.text, chosen_pixel(page, looked)
    st.subheader(_("One pixel, written out"))
    pixel_fields(page, pixel)
    if np.isfinite(looked.gradient).all():
        left, right = st.columns([12, 8], gap="medium")
        with left, st.container(key="input_written"):
            written_out(page, looked, pixel)
        with right, st.container(key="input_check"):
            check_view(page, held, chosen, looked, pixel)
