"""Exercises for the 2-2-1 network: random, but with numbers that are good to reckon with (chapter 2.4.4).

Both hidden units are alive and away from relu's corner; no factor of a chain is 0, 1 or −1, and no two are alike,
so that a forgotten one shows in the result.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.homework import chain
from engines.chain_rule.scalar_net import ScalarNet, Solution, solve

_SIZES = (0.5, 1.5, 2.5, 3.0)  # of x1, x2, v1 and v2, each once
_WEIGHTS, _BIASES, _TARGETS = (0.5, 1.0, 1.5, 2.0), (0.5, 1.0, 1.5), (0.0, 1.0, 2.0, 3.0)
_TRIES = 10_000
_REACH = {"relu": (0.5, 4.0), "tanh": (0.2, 1.2), "sigmoid": (0.2, 2.0)}  # of |z|, a saturated unit teaches little


def draw(rng: np.random.Generator, activation: str) -> ScalarNet:
    """A network and its sample, the same for the same generator."""
    for _try in range(_TRIES):
        net = _candidate(rng, activation)
        if _in_reach(net) and _tells(solve(net, NumpyBackend())):
            return net
    raise RuntimeError("no exercise found")


def _candidate(rng: np.random.Generator, activation: str) -> ScalarNet:
    def signed(sizes: tuple[float, ...], count: int) -> Any:
        return tuple(float(size) for size in rng.choice(sizes, count) * rng.choice([-1.0, 1.0], count))

    x1, x2, v1, v2 = (float(size) for size in rng.permutation(_SIZES) * rng.choice([-1.0, 1.0], 4))
    w, b, (c,), (y,) = signed(_WEIGHTS, 4), signed(_BIASES, 2), signed(_BIASES, 1), signed(_TARGETS, 1)
    return ScalarNet((x1, x2), w, b, (v1, v2), c, y + 0.0, activation)


def _in_reach(net: ScalarNet) -> bool:
    """Whether no unit is dead, at a corner or saturated."""
    low, high = _REACH[net.activation]
    reached = [sum(net.x[i] * net.w[2 * i + j] for i in (0, 1)) + net.b[j] for j in (0, 1)]
    if net.activation == "relu":
        return all(low <= z <= high for z in reached)
    return all(low <= abs(z) <= high for z in reached)


def _tells(solution: Solution) -> bool:
    """Whether each forgotten factor would show; relu's slope is 1 and never does."""
    return abs(solution.values["residual"]) <= 5 and all(
        _distinct([part.value for part in chain(name, solution) if "relu" not in part.name])
        for name in ("w11", "w21", "w12", "w22", "v1", "v2")
    )


def _distinct(values: list[float]) -> bool:
    sizes = [0.0, 1.0, *map(abs, values)]
    return all(abs(a - b) > 0.05 for a, b in itertools.combinations(sizes, 2))
