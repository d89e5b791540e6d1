"""The Gradient tensors page from its controls down: four tensors, then one closer look to choose."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from ui.experiment.link import change_view
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_tensors.audit import audit_view
from ui.gradient_tensors.controls import parameter_label, source_line, tensors_controls
from ui.gradient_tensors.entry import entry_view
from ui.gradient_tensors.maps import four_maps, steepest
from ui.gradient_tensors.settings import Chosen
from ui.gradient_tensors.sweep_and_cost import cost_view, sweep_view
from ui.parts import widgets
from ui.parts.frozen_weights import Held, held_weights


def tensors_view(page: Page) -> None:
    """Everything between the page's sentence and its code."""
    _ = page.text
    names = list(page.settings.make_network(page.data.features, page.data.classes).shapes)
    _known_parameter(page, names)
    controls = st.container()  # drawn when the weights are there, for the step is known then
    held = held_weights(page)
    with controls:
        tensors_controls(page, names)
    if held is None:
        return
    if held.strays == "diverged" or not (held.state.is_finite and math.isfinite(held.loss)):
        _diverged(page, held)
        return
    chosen = _chosen(page, held)
    source_line(page, held)
    after = four_maps(page, held, chosen)
    widgets.segments("scene", _("Closer look"), scene_labels(_))
    _draw(page, held, chosen, after)


def scene_labels(_: Callable[[str], str]) -> dict[str, str]:
    """The closer looks, by their name in the link."""
    return {
        "entry": _("One entry"),
        "audit": _("Gradient audit"),
        "sweep": _("How far a step may go"),
        "cost": _("What it costs"),
    }


def _draw(page: Page, held: Held, chosen: Chosen, after: float | None) -> None:
    scene = st.session_state.view.scene
    if scene == "entry":
        entry_view(page, held, chosen)
    elif scene == "sweep":
        sweep_view(page, held, after)
    else:
        {"audit": audit_view, "cost": cost_view}[scene](page, held)


def _known_parameter(page: Page, names: list[str]) -> None:
    """A parameter that this network does not have gives way to the first layer's weights."""
    _, view = page.text, st.session_state.view
    if view.tensor not in names:
        text = _("This network has no parameter {name}; it has {names}. Instead it is {instead}.")
        st.warning(text.format(name=view.tensor, names=", ".join(names), instead=names[0]), icon="🔗")
        change_view(tensor=names[0])


def _chosen(page: Page, held: Held) -> Chosen:
    """The chosen entry of the chosen parameter; the steepest one where none is, or none such."""
    _, view = page.text, st.session_state.view
    if view.entry is None or view.entry[0] != view.tensor:
        return steepest(held, view.tensor)
    chosen, shape = Chosen(*view.entry), held.parameters[view.tensor].shape
    if all(index < count for index, count in zip(chosen.index, shape, strict=True)):
        return chosen
    instead = steepest(held, view.tensor)
    text = _("{name} has the shape {shape}: no entry {index}. Instead it is the steepest, {instead}.")
    st.warning(
        text.format(
            name=parameter_label(view.tensor, _),
            shape=shape,
            index=list(chosen.index),
            instead=list(instead.index),
        ),
        icon="🔗",
    )
    change_view(entry=None)
    return instead


def _diverged(page: Page, held: Held) -> None:
    _ = page.text
    text = _("At step {step:,} the weights or the loss are no longer finite: there is no gradient to look at.")
    st.error(text.format(step=held.state.step), icon="💥")
    st.button(_("Fresh weights"), on_click=guarded(change_view), kwargs={"at": 0}, key="fresh_weights")
