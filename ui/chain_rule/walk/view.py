"""The walk over a recorded graph: its controls, the graph, and the card of the node where it stands (2.4.4)."""

from __future__ import annotations

import streamlit as st

from engines.backends.base import Backend
from engines.chain_rule.edges import forward_order
from engines.recording import Graph
from ui.chain_rule.walk.card import card
from ui.chain_rule.walk.drawing import LOSS, Drawing
from ui.chain_rule.walk.fallback import fallen_back, link_was_read
from ui.chain_rule.walk.position import Position, begins_at, neighbour, position_at
from ui.chain_rule.walk.rows import Pictures, graph_frame, pictures
from ui.chain_rule.walk.settings import MAX_LAYERS, WAYS
from ui.chain_rule.walk.words import layer_name, notation, told
from ui.charts.chain_rule.graph import CLICKED, graph_chart
from ui.failures import guarded, survived
from ui.frame import Page
from ui.parts.drawing import chart, reading

_STYLE = """@media (min-width: 641px) {{ .st-key-walk_card {{ min-height: {height}px; }} }}
[data-testid="stMain"]::before {{ box-shadow: none !important; }}"""
# the page itself has the focus after a click on nothing: whoever then walks by the arrow keys needs no frame round it
_CARD, _SMALL_CARD = 590, 360  # pixels that most cards need: what follows them seldom moves
_ALL_OPEN = 3  # layers: of more only the one where the walk stands is open, unless told otherwise


@st.fragment
def chain_graph(
    page: Page,
    backend: Backend,
    graph: Graph,
    key: str,
    image_shape: tuple[int, int] | None = None,
    small: Pictures | None = None,
) -> None:
    """Walk over the graph: one row of controls, the drawing beside the card of the present node.

    `key` names the graph; `image_shape` says that the network's input is an image; `small` are the nodes' pictures,
    where they are made already.
    """
    with survived("picture", f"walk.{key}"):
        _walk(page, backend, graph, key, image_shape, small)


def _walk(
    page: Page, backend: Backend, graph: Graph, key: str, image_shape: tuple[int, int] | None, small: Pictures | None
) -> None:
    if not forward_order(graph):
        _ = page.text
        st.markdown(_("Nothing is computed here: the result is the input itself."))
        return
    st.html(f"<style>{_STYLE.format(height=_CARD if any(n.value.ndim for n in graph) else _SMALL_CARD)}</style>")
    _known_node(page, graph)
    here = position_at(graph, page.view.node, page.view.way)
    drawing = Drawing(graph, lambda layer: layer in _open_layers(page, graph, here))
    _controls(page, graph, here, drawing)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        _draw(page, drawing, here, key, _pictures(drawing, image_shape) if small is None else small)
        reading(told(drawing, here, page.text))
        if here.way == "backward":
            st.caption(notation(page.text))
    with right:
        card(page, backend, graph, here, image_shape)
    link_was_read()


def _controls(page: Page, graph: Graph, here: Position, drawing: Drawing) -> None:
    """Back and next (the arrow keys too), which pass, and which layers are open."""
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom", key="walk_controls"):
        _step(page, _("Back"), graph, here, -1, "Left", ":material/arrow_back:")
        _step(page, _("Next node"), graph, here, 1, "Right", ":material/arrow_forward:")
        labels = {"forward": _("Forward pass"), "backward": _("Backward pass")}
        st.session_state["walk.way"] = here.way
        st.segmented_control(
            _("Pass"), WAYS, format_func=lambda way: labels.get(way, ""), required=True, key="walk.way",
            on_change=_way_chosen, args=(page, here, graph), label_visibility="collapsed",
        )  # fmt: skip
        found = sorted(set(drawing.layers.values()) - {LOSS})
        if len(found) > 1:
            st.session_state["walk.layers"] = [layer for layer in found if layer in _open_layers(page, graph, here)]
            st.pills(
                _("Open layers"), found, selection_mode="multi", key="walk.layers", on_change=_layers_chosen,
                args=(page, tuple(found)), format_func=lambda layer: layer_name(layer, _),
                label_visibility="collapsed",
            )  # fmt: skip


def _step(page: Page, text: str, graph: Graph, here: Position, distance: int, shortcut: str, icon: str) -> None:
    target = neighbour(graph, here, distance)
    st.button(
        text, key=f"walk.{distance:+}", shortcut=shortcut, icon=icon, on_click=_go, args=(page, target),
        disabled=target is None,
    )  # fmt: skip


def _draw(page: Page, drawing: Drawing, here: Position, key: str, small: Pictures) -> None:
    _, name = page.text, f"walk.{key}"
    frame = graph_frame(drawing, here, small, lambda layer: layer_name(layer, _))
    described = _("The recorded graph: each tensor is a box, and arrows lead to what is computed from it")
    chart(
        page, frame, graph_chart, drawing.lanes, drawing.rows, drawing.pictured, bool(drawing.layers), described,
        key=name, on_select=guarded(lambda: _clicked(page, name, drawing, here)), selection_mode=CLICKED,
    )  # fmt: skip


def _pictures(drawing: Drawing, image_shape: tuple[int, int] | None) -> Pictures:
    """The small pictures, made once for each graph: the session keeps those of the last one."""
    if not drawing.pictured:
        return {}
    graph, made = st.session_state.get("walk.pictures", (None, {}))
    if graph is not drawing.graph:
        made = pictures(drawing.graph, image_shape)
        st.session_state["walk.pictures"] = drawing.graph, made
    return made


def _open_layers(page: Page, graph: Graph, here: Position) -> tuple[int, ...]:
    chosen = page.view.layers
    if chosen is not None:
        return chosen
    found = Drawing(graph).layers
    count = len(set(found.values()) - {LOSS})
    return tuple(range(1, MAX_LAYERS + 1)) if count <= _ALL_OPEN else (found.get(here.at, LOSS),)


def _known_node(page: Page, graph: Graph) -> None:
    """A node that the graph lacks gives way to the first one: with a word if a link says it."""
    _, node = page.text, page.view.node
    if node is not None and node >= len(graph):
        text = _(
            "This graph has {count} nodes, counted from 0: there is no node {node}. The first one is shown instead."
        )
        fallen_back(text.format(node=node, count=len(graph)))
        page.change(node=None, entry=None)


@guarded
def _go(page: Page, target: tuple[str, int] | None) -> None:
    if target is not None:
        page.change(way=target[0], node=target[1], edge=0, entry=None)


@guarded
def _way_chosen(page: Page, here: Position, graph: Graph) -> None:
    if (way := st.session_state["walk.way"]) in WAYS:
        page.change(way=way, node=begins_at(graph, here), edge=0, entry=None)


@guarded
def _layers_chosen(page: Page, found: tuple[int, ...]) -> None:
    page.change(layers=tuple(layer for layer in st.session_state["walk.layers"] or () if layer in found))


def _clicked(page: Page, name: str, drawing: Drawing, here: Position) -> None:
    """A box was clicked: the walk goes there; a closed layer opens."""
    points = st.session_state[name].selection.get(CLICKED, [])
    if not points:
        return
    index = int(points[0].get("node", -1))
    if not 0 <= index < len(drawing.graph):
        return
    box = drawing.box_of(index)
    opened = (
        {"layers": tuple(sorted({*_open_layers(page, drawing.graph, here), box.layer or 0}))} if box.is_layer else {}
    )
    page.change(node=index, edge=0, entry=None, **opened)
