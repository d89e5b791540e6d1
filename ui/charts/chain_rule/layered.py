"""Places for the nodes of a graph in rows, few edges crossing: the layered drawing of Sugiyama and others (1981).

An edge that passes a row by gets a bend there, which takes part as if it were a node: so no edge runs behind one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SWEEPS, _LIGHT = 12, 0.02


class Layout(NamedTuple):
    """x of each node, in units of the least distance of two in a row, and each edge's bends as (x, row)."""

    x: NDArray[np.float64]
    bends: tuple[tuple[tuple[float, int], ...], ...]


def layered(levels: Sequence[int], edges: Sequence[tuple[int, int]], light: Collection[int] = ()) -> Layout:
    """Nodes in the rows that `levels` says; edges lead from a row to any later one. Nodes in `light` give way.

    >>> layered([0, 0, 1], [(0, 2), (1, 2)]).x
    array([0. , 1. , 0.5])
    """
    level, chains = list(levels), []
    for start, end in edges:
        bends = list(range(len(level), len(level) + max(0, levels[end] - levels[start] - 1)))
        level += range(levels[start] + 1, levels[end])
        chains.append([start, *bends, end])
    neighbours = _neighbours(len(level), chains)
    rows = [[node for node in range(len(level)) if level[node] == row] for row in range(max(level, default=-1) + 1)]
    x = _ordered(rows, neighbours, np.array(level))
    weight = np.array([_LIGHT if node in light else 1.0 for node in range(len(level))])
    for _sweep in range(_SWEEPS):
        for row in [*rows, *reversed(rows)]:
            wanted = np.array(
                [np.average(x[near], weights=weight[near]) if (near := neighbours[n]) else x[n] for n in row]
            )
            x[row] = _spaced(wanted, weight[row])
    x -= x.min(initial=np.inf) if len(x) else 0
    return Layout(x[: len(levels)], tuple(tuple((float(x[n]), level[n]) for n in chain[1:-1]) for chain in chains))


def _neighbours(count: int, chains: Sequence[Sequence[int]]) -> list[list[int]]:
    """The nodes that each one is joined to, above or below."""
    found: list[list[int]] = [[] for _ in range(count)]
    for chain in chains:
        for start, end in pairwise(chain):
            found[start].append(end)
            found[end].append(start)
    return found


def _ordered(rows: list[list[int]], neighbours: list[list[int]], level: NDArray) -> NDArray[np.float64]:
    """Each row in the order of the means of its neighbours in the row before, downwards and upwards in turn."""
    place = np.zeros(len(level))
    for row in rows:
        place[row] = np.arange(len(row)) - len(row) / 2
    for sweep in range(_SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for row in rows[::step]:
            before = {node: [n for n in neighbours[node] if level[n] == level[node] - step] for node in row}
            row.sort(key=lambda node: np.mean(place[before[node]]) if before[node] else place[node])
            place[row] = np.arange(len(row)) - len(row) / 2
    return place


def _spaced(wanted: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest places in this order that are at least 1 apart (weighted least squares): too close ones are pooled.

    (The pool-adjacent-violators algorithm of isotonic regression, on places shifted left by their numbers.)
    """
    pools: list[tuple[float, float, int]] = []  # mean of the places, their weight, how many
    for number, (place, own) in enumerate(zip(wanted, weight, strict=True)):
        mean, total, count = place - number, own, 1
        while pools and pools[-1][0] >= mean:
            before, more, others = pools.pop()
            mean, total = (mean * total + before * more) / (total + more), total + more
            count += others
        pools.append((mean, total, count))
    places = np.arange(len(wanted), dtype=np.float64)
    return places + np.repeat([mean for mean, *_ in pools], [count for *_, count in pools])
