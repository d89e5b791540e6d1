"""The rows of controls of the scene "input": which image, whose weights; in which direction, and how far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import streamlit as st

from engines.gradients.input_walk import PERCENTS
from ui.chain_rule.input.subject import drawn_images, first_of_each_class
from ui.experiment.readers import whole
from ui.failures import guarded
from ui.frame import Page
from ui.parts import widgets
from ui.parts.fields import number_field
from ui.parts.frozen_weights import take_present_weights

_FIRST, _TO, _DRAWN = "input.first", "input.to", "input.drawing"
_AWAY = -1
_TRAINED = 300  # steps after which most networks here are sure of most images


def image_controls(page: Page, names: Sequence[str]) -> None:
    """Any image of the test set, or the first of a class; the training step of the weights."""
    _, last = page.text, len(page.data.y_test) - 1
    with st.container(horizontal=True, vertical_alignment="bottom", key="input_controls"):
        label, chosen = _("test image (0 … {last})").format(last=last), partial(_image_chosen, page)
        number_field(label, page.view.image, "input.image", whole(0, last), chosen, _, width=160)
        _first_of_a_class(page, names)
        _a_drawing(page, names)
        widgets.number("at", _("weights after training step"), _, width=190)
        take_present_weights(page)


def direction_controls(page: Page, names: Sequence[str], label: int) -> None:
    """Away from the image's class or towards one, and the step along the gradient."""
    _ = page.text
    away = {_AWAY: _("away from {name}").format(name=names[label])}
    labels = away | {k: _("towards {name}").format(name=name) for k, name in enumerate(names)}
    st.session_state[_TO] = _AWAY if page.view.i_to is None else page.view.i_to
    with st.container(horizontal=True, vertical_alignment="bottom", key="input_direction"):
        st.selectbox(
            _("Move the image"), list(labels), format_func=lambda to: labels.get(to, ""), key=_TO,
            on_change=guarded(lambda: _turned(page, len(names))), width=220,
        )  # fmt: skip
        with st.container(width=460):
            widgets.slider(
                "i_move", _("Step: how far the steepest pixel is pushed"), PERCENTS.tolist(), "{:+d} %".format
            )


def untrained(page: Page, step: int) -> None:
    """Before the first step there is little to see: the way to weights that have learned."""
    if step:
        return
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="center", key="input_untrained"):
        told = _("No training step has been made yet: the network has learned nothing.")
        st.caption(told, width="content")
        label = _("Weights after {step} steps").format(step=_TRAINED)
        st.button(label, key="input.trained", on_click=guarded(lambda: page.change(at=_TRAINED)))


def _first_of_a_class(page: Page, names: Sequence[str]) -> None:
    _, first = page.text, first_of_each_class(page.data.y_test)
    at = {image: label for label, image in first.items()}
    st.session_state[_FIRST] = None if page.view.i_drawing is not None else at.get(page.view.image)
    st.selectbox(
        _("or the first of class"), list(first), format_func=lambda label: names[label], key=_FIRST, index=None,
        placeholder="–", on_change=guarded(lambda: _chosen(page, first)), width=160,
    )  # fmt: skip


def _a_drawing(page: Page, names: Sequence[str]) -> None:
    """The drawings of the pad, where there are any."""
    _, known = page.text, {drawn.number: drawn for drawn in drawn_images(page)}
    if not known:
        return
    st.session_state[_DRAWN] = page.view.i_drawing
    st.selectbox(
        _("or a drawing"), list(known)[::-1], key=_DRAWN, index=None, placeholder="–", width=160,
        format_func=lambda number: f"{number} · {names[known[number].label]}" if number in known else "",
        on_change=guarded(lambda: _drawing_chosen(page, known)),
    )  # fmt: skip


def _drawing_chosen(page: Page, known: Collection[int]) -> None:
    number = st.session_state[_DRAWN]
    page.change(i_drawing=number if number in known else None, i_pixel=None)


def _chosen(page: Page, first: dict[int, int]) -> None:
    if (label := st.session_state[_FIRST]) in first:
        page.change(image=first[label], i_drawing=None, i_pixel=None)


def _image_chosen(page: Page, image: int) -> None:
    page.change(image=image, i_drawing=None, i_pixel=None)


def _turned(page: Page, classes: int) -> None:
    if -1 <= (to := st.session_state[_TO]) < classes:
        page.change(i_to=None if to == _AWAY else to, i_pixel=None)
