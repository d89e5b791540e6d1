"""The live network's scene: the session's run at its present weights, any test image, the pass taken apart (2.4.4)."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engines import backends, optimizers
from engines.chain_rule.edges import downstream
from engines.chain_rule.terms import terms
from engines.costs.analysis_memory import recorded_bytes
from engines.pieces import PIECE, InPieces
from engines.recording import Graph
from ui.chain_rule.walk.rows import Pictures, pictures_in_pieces
from ui.chain_rule.walk.view import chain_graph
from ui.charts.numerals import number
from ui.experiment.link import change
from ui.experiment.readers import whole
from ui.failures import guarded
from ui.frame import Page
from ui.parts import widgets
from ui.parts.answer import answer
from ui.parts.drawing import reading
from ui.parts.frozen_weights import Held, have_diverged, held_weights, take_present_weights
from ui.text import Text
from ui.text.optimizer_names import optimizer_name
from ui.text.plain import plain


def network_scene(page: Page) -> tuple[object, ...]:
    """Controls, the source of the weights, the walk over the recorded pass; returns whose code ran."""
    _known_image(page)
    controls = st.container()  # drawn when the weights are there, for the step is known then
    held = held_weights(page)
    with controls:
        _controls(page)
    if held is None:
        return ()
    _source(page, held)
    if have_diverged(page, held):
        return ()
    if (recorded := _recorded(page, held)) is None:
        return ()
    (graph, small), settings, _ = recorded, page.settings, page.text
    chain_graph(page, backends.get(settings.backend), graph, "network", page.data.image_shape, small)
    with st.container(key="network_sizes"):
        reading(f"{update_told(settings.optimizer, _)} {sizes_told(graph, _)}".strip())
        _vanishing(page)
    return downstream, terms


def update_told(optimizer: str, _: Text) -> str:
    """What the chosen optimizer does with the gradients that arrive: only plain SGD subtracts them as they are."""
    if optimizer == "sgd":
        return _("Plain SGD, chosen for this run, subtracts each of these gradients times the learning rate.")
    label = optimizer_name(optimizers.get(optimizer), _)
    told = _("{optimizer}, chosen for this run, turns these gradients into its step by a rule of its own.")
    return told.format(optimizer=label)


def sizes_told(graph: Graph, _: Text) -> str:
    """How the gradient's size changes from the last layer's weights to the first layer's, where there are three."""
    norms = {n.name: float(np.linalg.norm(n.gradient)) for n in graph if n.name[0] == "W" and n.gradient is not None}
    first, last = "W1", f"W{len(norms)}"
    if len(norms) < 3 or not (norms.get(last) and np.isfinite([norms[first], norms[last]]).all()):
        return ""
    ratio = norms[first] / norms[last]
    told = _(
        "From {last} down to {first} the norm of the gradient goes from {above} to {below}: {ratio} times as large."
    )
    shown = {name: number(value) for name, value in (("above", norms[last]), ("below", norms[first]), ("ratio", ratio))}
    return told.format(first=first, last=last, **shown)


def _vanishing(page: Page) -> None:
    """The chain rule's most famous consequence, and the experiment that shows it."""
    _ = page.text
    st.markdown(page.section("vanishing"))
    label = _("Six sigmoid layers with small initial weights")
    st.button(label, key="network.vanishes", icon=":material/trending_down:", on_click=_let_vanish, args=(page,))


@guarded
def _let_vanish(page: Page) -> None:
    change(**_VANISHES)
    page.change(way="backward", node=None, edge=0, entry=None)


_VANISHES = {"hidden": (32,) * 6, "activation": "sigmoid", "initialization": "small"}


def _controls(page: Page) -> None:
    """Which weights, which images, the run's present weights."""
    _, last = page.text, len(page.data.y_test) - 1
    with st.container(horizontal=True, vertical_alignment="bottom", key="network_controls"):
        widgets.number("image", _("first test image (0 … {last})").format(last=last), _, whole(0, last), width=180)
        widgets.number("images", _("number of images"), _, width=140)
        widgets.number("at", _("weights after training step"), _, width=190)
        take_present_weights(page)


def _recorded(page: Page, held: Held) -> tuple[Graph, Pictures] | None:
    """The pass over the chosen images and its pictures, made once; None while that is under way, which is shown."""
    _, view, settings, data = page.text, page.view, page.settings, page.data
    chosen, network = slice(view.image, view.image + view.images), held.f.network

    def record() -> InPieces[tuple[Graph, Pictures]]:
        trainer = settings.make_trainer(data, parameters=held.parameters)
        yield PIECE
        graph = yield from trainer.record_pass_in_pieces(data.x_test[chosen], data.y_test[chosen])
        return graph, (yield from pictures_in_pieces(graph, data.image_shape))

    known = held.once("recorded pass", (view.image, view.images), dict)
    if known.get("graph") is None:
        known["graph"] = answer(
            page,
            "network.pass",
            (held.identity, view.image, view.images),
            record,
            _("Recording the pass"),
            at_once=held.is_light,
            size=recorded_bytes(network, view.images, settings.dtype),
        )
    return known["graph"]


def _source(page: Page, held: Held) -> None:
    """Which weights and images these are, and whether the link gives them again."""
    _, view, data = page.text, page.view, page.data
    labels = data.y_test[view.image : view.image + view.images]
    names = plain(", ".join(str(data.class_names[label]) for label in labels))
    words = _("Weights after step {step:,}. True label of what is shown: {names}.").format(
        step=held.state.step, names=names
    )
    st.caption(words)


def _known_image(page: Page) -> None:
    """An image beyond the test set gives way to the first one."""
    _, view, count = page.text, page.view, len(page.data.y_test)
    if view.image >= count:
        text = _(
            "The test set has {count:,} images, counted from 0: there is no image {image}. Image 0 is shown instead."
        )
        st.warning(text.format(count=count, image=view.image), icon="🔗")
        page.change(image=0)
