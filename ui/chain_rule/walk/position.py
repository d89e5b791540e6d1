"""A walk over a recorded graph: every operation forward, then every one backward (chapter 2.4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from engines.chain_rule.edges import backward_order, forward_order, uses
from engines.recording import Graph, Node


@dataclass(frozen=True)
class Position:
    """Where a walk stands: the node looked at, and the operation that the forward or backward pass is at."""

    node: int
    at: int
    way: str

    def has_value(self, node: Node) -> bool:
        return self.way == "backward" or not node.inputs or node.index <= self.at

    def has_gradient(self, graph: Graph, index: int) -> bool:
        """Whether everything that comes down to the node has arrived."""
        return self.way == "backward" and all(user >= self.at for user, _position in uses(graph, index))


def steps(graph: Graph) -> tuple[tuple[str, int], ...]:
    """All steps of the walk in order, (way, operation)."""
    forward = tuple(("forward", index) for index in forward_order(graph))
    return (*forward, *(("backward", index) for index in backward_order(graph)))


def position_at(graph: Graph, node: int | None, way: str) -> Position:
    """The position at that node; a leaf is looked at when the pass is at its use: its first, for its gradient its last.

    None is where the pass begins.
    """
    order = forward_order(graph) if way == "forward" else backward_order(graph)
    if node is None:
        return Position(order[0], order[0], way)
    if node in order:
        return Position(node, node, way)
    users = [user for user in order if node in graph[user].inputs]
    return Position(node, min(users, default=order[0]), way)


def begins_at(graph: Graph, here: Position) -> int | None:
    """The node of a pass that is chosen anew: it begins at its first operation (None); a leaf looked at stays."""
    return None if graph[here.node].inputs else here.node


def neighbour(graph: Graph, here: Position, distance: int) -> tuple[str, int] | None:
    """The step so many before or after this one, None beyond the walk's ends."""
    walk = steps(graph)
    number = walk.index((here.way, here.at)) + distance
    return walk[number] if 0 <= number < len(walk) else None
