"""The card of a node: its formula, its local derivative, and upstream × local = downstream with the numbers (2.4.4)."""

from __future__ import annotations

import streamlit as st

from engines.backends.base import Backend
from engines.chain_rule.edges import Contribution, arriving, downstream
from engines.chain_rule.terms import terms
from engines.operations import OPERATIONS
from engines.recording import Graph, Node
from ui.chain_rule.tex import operands_renamed, tex
from ui.chain_rule.walk.drawing import layers
from ui.chain_rule.walk.open_tensor import entry_fields, known_entry, open_tensor, written_shape
from ui.chain_rule.walk.position import Position
from ui.chain_rule.walk.rows import label
from ui.chain_rule.walk.words import layer_name
from ui.chain_rule.walk.written_out import sum_of_uses, written_out
from ui.charts.markup import element, escaped
from ui.failures import guarded
from ui.frame import Page

LETTERS = "pqt"  # the operands in the formulas


def card(page: Page, backend: Backend, graph: Graph, here: Position, image_shape: tuple[int, int] | None) -> None:
    """What there is to see at the node, in the pass that the walk is in."""
    node = graph[here.node]
    with st.container(border=True, key="walk_card"):
        _head(page, node, layers(graph).get(node.index))
        if not node.inputs:
            _leaf(page, backend, graph, node, here, image_shape)
        elif here.way == "forward":
            _forward(page, backend, graph, node, image_shape)
        else:
            _backward(page, backend, graph, node, image_shape)


def _head(page: Page, node: Node, layer: int | None) -> None:
    """Its name and shape, what it is, and in which layer of a network."""
    _ = page.text
    kinds = {"parameter": _("trainable parameter"), "input": _("input"), "constant": _("constant number")}
    name = f"{node.name}{shape(node)}"
    is_said = node.name.startswith(node.operation)
    operation = _("operation") if is_said else _("operation {name}").format(name=node.operation)
    kind = kinds.get(node.operation, operation)
    if layer:
        kind = f"{kind} · {layer_name(layer, _)}"
    st.markdown(
        element("div", element("b", escaped(name)) + escaped(f" · {kind}"), "margin-bottom:0.5rem"),
        unsafe_allow_html=True,
    )


def _forward(page: Page, backend: Backend, graph: Graph, node: Node, image_shape: tuple[int, int] | None) -> None:
    """The formula with its operands, the result, and the local derivatives that the way back will need."""
    _ = page.text
    st.latex(operands_renamed(OPERATIONS[node.operation].formula))
    _operands(graph, node)
    open_tensor(page, {"value": (_("value y"), node.value)}, None, image_shape)
    parts = downstream(backend, graph, node.index)
    if parts:
        st.markdown(_("Its local derivatives, needed on the way back:"))
    for part in parts:
        number = f" = {tex(terms(backend, graph, part, ())[0].local)}" if part.value.ndim == 0 else ""
        st.latex(_derivative(LETTERS[part.position], part.local) + number)


def _backward(page: Page, backend: Backend, graph: Graph, node: Node, image_shape: tuple[int, int] | None) -> None:
    """One edge out of the node: the rule, the shapes, the chosen entry written out, the tensors to open."""
    _ = page.text
    parts = downstream(backend, graph, node.index)
    if not parts:
        st.markdown(_("Nothing is passed on from here: nothing below is differentiated."))
        return
    part = _chosen_edge(page, graph, parts)
    letter = LETTERS[part.position]
    with st.container(horizontal=True, horizontal_alignment="center", gap="small"):  # two lines where it is narrow
        for formula in (operands_renamed(part.rule), _derivative(letter, part.local)):
            st.latex(formula, width="content")
    _operands(graph, node)
    st.markdown(_shapes(page, graph, part))
    entry = known_entry(page, part.value)
    if part.value.ndim:
        entry_fields(page, part.value.shape, entry)
    written_out(page, backend, graph, part, entry)
    sum_of_uses(page, backend, graph, part.input, entry)
    tensors = {
        "downstream": (_("downstream {letter}").format(letter=f"{letter}̄"), part.value),
        "upstream": (_("upstream ȳ"), part.upstream),
        "value": (_("value y"), node.value),
    }
    open_tensor(page, tensors, entry, image_shape if graph[part.input].name == "x" else None)


def _leaf(
    page: Page, backend: Backend, graph: Graph, node: Node, here: Position, image_shape: tuple[int, int] | None
) -> None:
    """A tensor that nothing was computed for: its value, and on the way back its gradient with where it came from."""
    _ = page.text
    tensors = {"value": (_("value"), node.value)}
    known = node.gradient if here.way == "backward" else None
    entry = known_entry(page, node.value if known is None else known)
    if here.way == "forward":
        st.markdown(_("A leaf of the graph: given, not computed."))
    elif node.gradient is None:
        st.markdown(_("No gradient: nothing is differentiated with respect to it."))
    else:
        tensors = {"gradient": (_("gradient"), node.gradient), **tensors}
        parts = arriving(backend, graph, node.index)
        names = ", ".join(label(graph[part.output]) for part in parts)
        st.markdown(_("Its gradient arrives from: {names}.").format(names=names))
        if node.gradient.ndim:
            entry_fields(page, node.gradient.shape, entry)
        for part in parts:
            written_out(page, backend, graph, part, entry)
        sum_of_uses(page, backend, graph, node.index, entry)
    open_tensor(page, tensors, entry, image_shape if node.name == "x" else None)


def _chosen_edge(page: Page, graph: Graph, parts: tuple[Contribution, ...]) -> Contribution:
    """The edge to look at; a choice where the operation takes two differentiable tensors."""
    _, edges = page.text, {part.position: part for part in parts}
    chosen = page.view.edge if page.view.edge in edges else min(edges)
    if len(edges) > 1:
        st.session_state["walk.edge"] = chosen
        st.segmented_control(
            _("Operand"), list(edges), key="walk.edge", required=True, on_change=_edge_chosen, args=(page,),
            format_func=lambda position: _("to {name}").format(
                name=f"{LETTERS[position]} = {label(graph[edges[position].input]) if position in edges else ''}"
            ),
            label_visibility="collapsed",
        )  # fmt: skip
    return edges[chosen]


@guarded
def _edge_chosen(page: Page) -> None:
    if (edge := st.session_state["walk.edge"]) in (0, 1):
        page.change(edge=edge, entry=None)


def _operands(graph: Graph, node: Node) -> None:
    """What a and b are here, and y, with their shapes or, if they are numbers, their values."""
    names = [f"{letter} = {_named(graph[source])}" for letter, source in zip(LETTERS, node.inputs, strict=False)]
    names.append(f"y = {_named(node)}")
    st.markdown(element("div", escaped("  ·  ".join(names)), "opacity:0.85"), unsafe_allow_html=True)


def _named(node: Node) -> str:
    name = label(node)
    if node.value.ndim:
        return name + shape(node)
    value = f"{float(node.value):.6g}"
    return f"{name} = {value}" if name else value


def _derivative(letter: str, local: str) -> str:
    local = operands_renamed(local)
    return local if "partial" in local else rf"\frac{{\partial y}}{{\partial {letter}}} = {local}"


def _shapes(page: Page, graph: Graph, part: Contribution) -> str:
    """upstream (1, 10) × local → downstream (1, 32); for numbers the three numbers."""
    _ = page.text
    if part.value.ndim or part.upstream.ndim:
        text = _("upstream ȳ {upstream} × local derivative → downstream {downstream}, same shape as {name}:")
        return text.format(
            upstream=written_shape(part.upstream), downstream=written_shape(part.value), name=label(graph[part.input])
        )
    return _("upstream × local derivative = downstream:")


def shape(node: Node) -> str:
    """Its shape in brackets, nothing for a single number."""
    return f" {written_shape(node.value)}" if node.value.ndim else ""
