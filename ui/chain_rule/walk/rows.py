"""What the boxes and arrows of a recorded graph show while a walk goes through it (chapter 2.4.4).

Values appear on the way forward, gradients on the way back; the arrows at the node where the walk stands are lit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from engines.pieces import MANY_NUMBERS, PIECE, InPieces, finished
from engines.recording import Graph, Node
from ui.chain_rule.walk.drawing import Box, Drawing
from ui.chain_rule.walk.position import Position
from ui.charts.chain_rule.graph import HALF_HEIGHT, HALF_WIDTH, MARGIN, NUMBERS, WORDS
from ui.charts.chain_rule.thumbnails import thumbnail
from ui.charts.numerals import number
from ui.charts.rows import Rows, frame

Pictures = Mapping[tuple[int, str], str]  # data URIs by node and "value" or "gradient"


def label(node: Node) -> str:
    """The node's name as its box shows it: a constant has none."""
    return "" if node.operation == "constant" else node.name


def pictures(graph: Graph, image_shape: tuple[int, int] | None = None) -> Pictures:
    """Small pictures of each node's value and gradient, (index, "value" or "gradient") → data URI."""
    return finished(pictures_in_pieces(graph, image_shape))


def pictures_in_pieces(graph: Graph, image_shape: tuple[int, int] | None = None) -> InPieces[Pictures]:
    """A piece for each large tensor."""
    found = {}
    for node in graph:
        shape = image_shape if image_shape and node.value.shape == (1, image_shape[0] * image_shape[1]) else None
        for what, values in (("value", node.value), ("gradient", node.gradient)):
            if values is not None and values.size > 1 and values.dtype.kind == "f":
                found[node.index, what] = thumbnail(values, shape)
                if 10 * values.size > MANY_NUMBERS:
                    yield PIECE
    return found


def graph_frame(drawing: Drawing, place: Position, small: Pictures, layer_name: Callable[[int], str]) -> pd.DataFrame:
    """The rows of the chart for a walk that stands there; `small` are the pictures, `layer_name` names a group."""
    parts: list[Rows] = [*_groups(drawing, layer_name)]
    for number_, (start, end) in enumerate(drawing.edges):
        parts += _edge(drawing, place, number_, start, end)
    for box in drawing.boxes:
        parts += _box(drawing, place, box, small, layer_name)
    return frame(parts, NUMBERS, WORDS)


def _groups(drawing: Drawing, layer_name: Callable[[int], str]) -> list[Rows]:
    rows: dict[int, list[int]] = {}
    for box in drawing.boxes:
        if box.layer is not None:
            rows.setdefault(box.layer, []).append(box.row)
    parts: list[Rows] = []
    for layer, found in rows.items():
        top, bottom = min(found) - 0.48, max(found) + 0.48
        parts.append({"series": "group", "x": -0.49, "x2": drawing.lanes - 0.52 + MARGIN, "y": top, "y2": bottom})
        middle = {"x": drawing.lanes - 0.52 + MARGIN / 2, "y": (top + bottom) / 2}
        parts.append({"series": "group name", **middle, "label": layer_name(layer)})
    return parts


def _edge(drawing: Drawing, place: Position, edge: int, start: int, end: int) -> list[Rows]:
    """The line with its bends, and the arrow: at its lower end forward, at its upper end where a gradient goes."""
    above, below = drawing.boxes[start], drawing.boxes[end]
    back = place.way == "backward"
    reached = place.node in (place.at, *above.members)
    is_active = place.at in below.members and reached and (not back or drawing.graph[above.index].gradient is not None)
    twins = [n for n, pair in enumerate(drawing.edges) if pair == (start, end)]
    apart = 0.3 * (twins.index(edge) - (len(twins) - 1) / 2)
    if above.row == below.row:  # a parameter beside its operation
        points, kind = [(above.x - HALF_WIDTH, above.row), (below.x + HALF_WIDTH, below.row)], "triangle-left"
        kind = "triangle-right" if back else kind
    else:
        shift = above.x - drawing.layout.x[start]
        bends = [
            (x + shift, row + side) for x, row in drawing.layout.bends[edge] for side in (-HALF_HEIGHT, HALF_HEIGHT)
        ]
        out, into = above.row + HALF_HEIGHT, below.row - HALF_HEIGHT
        lean = 0.22 * np.clip(above.x - below.x, -1, 1)
        points = [(above.x + apart, out), *bends, (below.x + apart + lean, into)]
        kind = "triangle-up" if back else "triangle-down"
    state = "active" if is_active else "done"
    x, y = np.array(points, float).T
    tip = points[0] if back else points[-1]
    line = {"series": "edge", "x": x, "y": y, "order": np.arange(len(points)), "edge": f"{edge:03}", "state": state}
    return [line, {"series": "arrow", "x": tip[0], "y": tip[1], "kind": kind, "state": state}]


def _box(drawing: Drawing, place: Position, box: Box, small: Pictures, layer_name: Callable[[int], str]) -> list[Rows]:
    node, graph = drawing.graph[box.index], drawing.graph
    has_value, has_gradient = place.has_value(node), place.has_gradient(graph, box.index) and node.gradient is not None
    state = "now" if place.node in box.members else "done" if has_value else "waiting"
    here = {"x": box.x, "y": float(box.row), "node": box.index, "state": state}
    name = layer_name(box.layer or 0) if box.is_layer else label(node)
    corners = {"x": box.x - HALF_WIDTH, "x2": box.x + HALF_WIDTH}
    corners |= {"y": box.row - HALF_HEIGHT, "y2": box.row + HALF_HEIGHT}
    shown = {"value": has_value, "gradient": has_gradient}
    parts: list[Rows] = [
        {"series": "box", **here, **corners, "kind": node.operation, "label": name, "tip": _shape(node.value)}
    ]
    kind = "pictured" if (box.index, "value") in small else ""
    numbers = _numbers(node, shown)
    if drawing.pictured:  # there is room for two lines
        lines = [name, _shape(node.value) if node.value.size > 1 else " · ".join(filter(None, numbers))]
    else:
        lines = [name, *numbers] if name else [*filter(None, numbers)]
    for order, line in enumerate(lines):
        y = box.row + 0.235 * (order - (len(lines) - 1) / 2)
        parts.append({"series": "text" if order or not name else "name", **here, "y": y, "label": line, "kind": kind})
    for side, what, x in (("left", "value", box.x - 0.44), ("right", "gradient", box.x + 0.44)):
        if shown[what] and (box.index, what) in small:
            parts.append({"series": f"picture {side}", **here, "x": x, "url": small[box.index, what]})
    return parts


def _numbers(node: Node, shown: Mapping[str, bool]) -> list[str]:
    """The value and, under it, the gradient of a single number, as far as they are known."""
    value = number(float(node.value.reshape(-1)[0])) if shown["value"] else ""
    if not shown["gradient"] or node.gradient is None:
        return [value, ""]
    return [value, f"∂ {number(float(node.gradient.reshape(-1)[0]))}"]


def _shape(values: np.ndarray) -> str:
    return str(values.shape).replace(",)", ")") if values.ndim else ""
