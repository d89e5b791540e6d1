"""Where a walk over a recorded graph stands, in words (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterable

from engines.chain_rule.edges import backward_order, forward_order
from ui.chain_rule.walk.drawing import LOSS, Drawing
from ui.chain_rule.walk.position import Position
from ui.chain_rule.walk.rows import label
from ui.charts.numerals import number
from ui.text import Text


def told(drawing: Drawing, here: Position, _: Text) -> str:
    """Which operation the pass is at, and what it takes or passes on."""
    return (_forward if here.way == "forward" else _backward)(drawing, here, _)


def _forward(drawing: Drawing, here: Position, _: Text) -> str:
    order = forward_order(drawing.graph)
    return _("Forward, operation {number} of {count}: {name} is computed from {sources}.").format(
        number=order.index(here.at) + 1,
        count=len(order),
        name=_names(drawing, [here.at], _),
        sources=_names(drawing, drawing.graph[here.at].inputs, _),
    )


def _backward(drawing: Drawing, here: Position, _: Text) -> str:
    graph, order = drawing.graph, backward_order(drawing.graph)
    below = [source for source in graph[here.at].inputs if graph[source].gradient is not None]
    passed = _("Backward, operation {number} of {count}: {name} passes the gradient on to {sources}.").format(
        number=order.index(here.at) + 1,
        count=len(order),
        name=_names(drawing, [here.at], _),
        sources=_names(drawing, below, _) or "–",
    )
    leaves = [node.index for node in graph if not node.inputs and node.gradient is not None]
    done = [label(graph[index]) for index in leaves if here.has_gradient(graph, index)]
    known = _("Leaves whose gradient is known by now: {names}.").format(names=", ".join(dict.fromkeys(done)) or "–")
    return f"{passed} {known}"


def _names(drawing: Drawing, indices: Iterable[int], _: Text) -> str:
    """The nodes' names, each once; of one inside a closed box with the layer that the box shows."""
    return ", ".join(dict.fromkeys(_name(drawing, index, _) for index in indices))


def _name(drawing: Drawing, index: int, _: Text) -> str:
    """A constant is called by its value."""
    node, box = drawing.graph[index], drawing.box_of(index)
    name = label(node) or number(float(node.value))
    return f"{name} ({layer_name(box.layer, _)})" if box.is_layer and box.layer else name


def layer_name(layer: int, _: Text) -> str:
    return _("layer {layer}").format(layer=layer) if layer != LOSS else _("loss")


def notation(_: Text) -> str:
    return _(
        "A bar marks the gradient of the result with respect to a tensor: ȳ arrives from above, p̄ and q̄ are passed on "
        "down to the operands p and q. In the boxes it is written ∂."
    )
