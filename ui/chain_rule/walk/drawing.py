"""A recorded graph as a drawing: which boxes there are and where they stand (chapter 2.4.4).

Tensors of a network are grouped by layer, and a layer that is not open is one box. What is in the boxes is said
in `graph_rows.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engines.network import layer_number
from engines.recording import Graph
from ui.charts.chain_rule.layered import Layout, layered

LOSS = 0  # the group of what comes after the layers
_LEAST_LANES = 3


@dataclass(frozen=True)
class Box:
    """One box: its node, or all nodes of a layer that is not open; `index` is the node that stands for it."""

    index: int
    members: tuple[int, ...]
    row: int
    x: float
    layer: int | None

    @property
    def is_layer(self) -> bool:
        return len(self.members) > 1


class Drawing:
    """The boxes of a graph, with these layers open (None: as many as can be seen at once)."""

    def __init__(self, graph: Graph, is_open: Callable[[int], bool] = lambda layer: True) -> None:
        self.graph, self.layers = graph, layers(graph)
        self.pictured = any(node.value.ndim for node in graph)
        self._members = self._grouped(is_open)
        self._of = {index: box for box, members in enumerate(self._members) for index in members}
        self._rows = self._levels()

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """From box to box; two if an operation takes a tensor twice."""
        return tuple(
            (self._of[source], self._of[node.index])
            for node in self.graph
            for source in node.inputs
            if self._of[source] != self._of[node.index]
        )

    @cached_property
    def layout(self) -> Layout:
        if self.layers:  # the operations stand under each other, parameters and labels beside them
            return Layout(
                np.array([float(self._beside(members)) for members in self._members]), ((),) * len(self.edges)
            )
        leaves = [box for box, members in enumerate(self._members) if not self.graph[members[-1]].inputs]
        return layered(self._rows, self.edges, leaves)

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        shift = (self.lanes - 1 - self.layout.x.max()) / 2
        return tuple(
            Box(members[-1], members, row, float(x) + shift, self.layers.get(members[-1]))
            for members, row, x in zip(self._members, self._rows, self.layout.x, strict=True)
        )

    @property
    def lanes(self) -> float:
        return 2 if self.layers else max(_LEAST_LANES, float(self.layout.x.max()) + 1)

    @property
    def rows(self) -> int:
        return max(self._rows) + 1

    def box_of(self, index: int) -> Box:
        return self.boxes[self._of[index]]

    def _grouped(self, is_open: Callable[[int], bool]) -> list[tuple[int, ...]]:
        """The nodes of each box, in the order of the pass."""
        closed: dict[int, list[int]] = {}
        members: list[list[int]] = []
        for node in self.graph:
            layer = self.layers.get(node.index)
            if not layer or is_open(layer):
                members.append([node.index])
            elif layer in closed:
                closed[layer].append(node.index)
            else:
                closed[layer] = [node.index]
                members.append(closed[layer])
        return [tuple(part) for part in members]

    def _beside(self, members: tuple[int, ...]) -> bool:
        node = self.graph[members[-1]]
        return not node.inputs and self.layers.get(node.index) is not None

    def _levels(self) -> list[int]:
        """The row of each box: an operation under all that it takes, a leaf just above (or beside) its first use."""
        levels = [0] * len(self._members)
        for index, _node in sorted((members[-1], box) for box, members in enumerate(self._members)):
            box = self._of[index]
            sources = {self._of[s] for member in self._members[box] for s in self.graph[member].inputs} - {box}
            above = [levels[source] for source in sources if not self._is_side(source)]
            if self.graph[index].inputs:
                levels[box] = 1 + max(above, default=-1 if self.layers else 0)
        for box, members in enumerate(self._members):
            users = [self._of[node.index] for node in self.graph if members[-1] in node.inputs]
            if not self.graph[members[-1]].inputs and users:
                levels[box] = max(0, min(levels[user] for user in users) - (not self._is_side(box)))
        return levels

    def _is_side(self, box: int) -> bool:
        return bool(self.layers) and self._beside(self._members[box])


def layers(graph: Graph) -> dict[int, int]:
    """The layer of each node of a network, `LOSS` for what comes after the last one; empty for other graphs.

    W1 and b1 belong to layer 1, with the operations that take them and the activation that follows.
    """
    found: dict[int, int] = {}
    for node in graph:
        if node.operation == "parameter" and node.value.ndim and re.fullmatch(r"[Wb]\d+", node.name):
            found[node.index] = layer_number(node.name)
    if not found:
        return {}
    for node in graph:
        if node.inputs:
            taken = [found[source] for source in node.inputs if not graph[source].inputs and source in found]
            before = [found[source] for source in node.inputs if source in found]
            after = any(graph[source].gradient is None or found.get(source) == LOSS for source in node.inputs)
            found[node.index] = LOSS if after else (taken or before)[0]
            found |= {source: LOSS for source in node.inputs if graph[source].gradient is None}
    return found
