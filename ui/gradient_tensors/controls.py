"""The row of controls of the Gradient tensors page: whose weights, which parameter, how long a step."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engines.gradients.audit import Entry
from engines.network import layer_number
from ui.experiment.session import held_experiment
from ui.frame import Page
from ui.gradient_tensors.settings import SIZES
from ui.parts import widgets
from ui.parts.fields import number_field
from ui.parts.frozen_weights import Held, forget, live_run, read_step, take_present_weights
from ui.text import Translate


def tensors_controls(page: Page, names: list[str], held: Held | None) -> None:
    """Training step, the button that copies the live run, parameter, step size, cells or images."""
    _, view = page.text, page.view
    with st.container(horizontal=True, vertical_alignment="bottom", key="tensors_controls"):
        _step_field(page)
        widgets.select("tensor", _("Parameter W"), {name: parameter_label(name, _) for name in names}, width=150)
        widgets.slider("size", _("step of the update"), SIZES, width=240)
        if view.tensor == "W1" and page.data.image_shape:
            labels = {"cells": _("matrix"), "images": _("columns as images")}
            widgets.segments("drawn", _("show W as"), labels, show_label=True)


def _step_field(page: Page) -> None:
    _ = page.text
    typed = partial(_typed, page)
    number_field(_("weights after training step"), page.view.at, "view.at", read_step, typed, _, width=180)


def _typed(page: Page, step: int | None) -> None:
    forget()  # where the link says this step already, the weights are another one's
    page.change(at=step)


def parameter_label(name: str, _: Translate) -> str:
    """What the network calls W2 is here the W of layer 2: the chapter's W1 is W0 after a step."""
    return _("layer {layer} · {letter}").format(layer=layer_number(name), letter=name[0])


def entry_label(entry: Entry, _: Translate) -> str:
    """An entry of any layer: "layer 1 · W[12, 5]"."""
    return parameter_label(entry.parameter, _) + str(list(entry.index))


def source_line(page: Page, held: Held) -> None:
    """Which weights these are, whether the link gives them again, and the way to the live run's present ones."""
    if not held_experiment():
        st.caption(_source(page, held))
        return
    words, button = st.columns([2, 1], vertical_alignment="center")
    words.caption(_source(page, held))
    with button:
        take_present_weights(page, width="stretch")


def _source(page: Page, held: Held) -> str:
    _ = page.text
    words = [_("Weights after step {step:,}, and the batch of {n} that comes next.")]
    experiment = live_run(page)
    if experiment and experiment.run.trainer.steps != held.state.step:
        words.append(_("The run is at step {now:,}."))
    now = experiment.run.trainer.steps if experiment else 0
    return " ".join(words).format(step=held.state.step, n=len(held.f.x), now=now)
