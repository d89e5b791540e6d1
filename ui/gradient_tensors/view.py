"""The Gradient tensors page from its controls down: four tensors, then one closer look to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.frame import Page
from ui.gradient_tensors.audit import audit_view
from ui.gradient_tensors.clicks import steepest
from ui.gradient_tensors.controls import parameter_label, source_line, tensors_controls
from ui.gradient_tensors.entry import entry_beside, entry_view
from ui.gradient_tensors.maps import four_maps
from ui.gradient_tensors.settings import Chosen, TensorsSettings
from ui.gradient_tensors.sweep_and_cost import cost_view, sweep_view
from ui.parts.frozen_weights import Held, have_diverged, held_weights
from ui.parts.scenes import Scene, choose_scene


class Looked(NamedTuple):
    """What the closer looks look at: the weights, an entry, and the loss after the page's step if it is known."""

    held: Held
    chosen: Chosen
    after: float | None


SCENES = {
    "entry": Scene("One entry", lambda page, at: entry_view(page, at.held, at.chosen)),
    "audit": Scene("Gradient audit", lambda page, at: audit_view(page, at.held)),
    "sweep": Scene("How far a step may go", lambda page, at: sweep_view(page, at.held, at.after)),
    "cost": Scene("What it costs", lambda page, at: cost_view(page, at.held)),
}


@dataclass(frozen=True)
class TensorsView(TensorsSettings):
    """Which closer look, and the choices of all of them."""

    scene: str = parameter("entry", "scene", one_of(lambda: SCENES))


def tensors_view(page: Page) -> None:
    """Everything between the page's sentence and its code."""
    _ = page.text
    names = list(page.settings.make_network(page.data.features, page.data.classes).shapes)
    _known_parameter(page, names)
    controls = st.container()  # drawn when the weights are there, for the step is known then
    held = held_weights(page)
    with controls:
        tensors_controls(page, names, held)
    if held is None:
        return
    if have_diverged(page, held):
        return
    chosen = _chosen(page, held)
    source_line(page, held)
    after = _maps(page, held, chosen)
    choose_scene(page, SCENES, _("Closer look"))
    with st.container(key="closer_look"):
        SCENES[page.view.scene].draw(page, Looked(held, chosen, after))


def _maps(page: Page, held: Held, chosen: Chosen) -> float | None:
    """The tensors; beside them what the clicked entry does to the loss, where that is the closer look."""
    if page.view.scene != "entry":
        with st.container(key="tensors_maps"):
            return four_maps(page, held, chosen)
    left, right = st.columns([9, 5], gap="medium")
    with left, st.container(key="tensors_maps"):
        after = four_maps(page, held, chosen)
    with right, st.container(key="entry_beside"):
        entry_beside(page, held, chosen)
    return after


def _known_parameter(page: Page, names: list[str]) -> None:
    """A parameter that this network does not have gives way to the first layer's weights."""
    _, view = page.text, page.view
    if view.tensor not in names:
        text = _("This network has no parameter {name}; it has {names}. {instead} was taken instead.")
        st.warning(text.format(name=view.tensor, names=", ".join(names), instead=names[0]), icon="🔗")
        page.change(tensor=names[0])


def _chosen(page: Page, held: Held) -> Chosen:
    """The chosen entry of the chosen parameter; the steepest one where none is, or none such."""
    _, view = page.text, page.view
    if view.entry is None or view.entry[0] != view.tensor:
        return steepest(held, view.tensor)
    chosen, shape = Chosen(*view.entry), held.parameters[view.tensor].shape
    if all(index < count for index, count in zip(chosen.index, shape, strict=True)):
        return chosen
    instead = steepest(held, view.tensor)
    text = _("{name} has the shape {shape}: there is no entry {index}. The steepest one, {instead}, was taken instead.")
    st.warning(
        text.format(
            name=parameter_label(view.tensor, _),
            shape=shape,
            index=list(chosen.index),
            instead=list(instead.index),
        ),
        icon="🔗",
    )
    page.change(entry=None)
    return instead
