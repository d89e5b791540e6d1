"""The bill of a gradient: two forward passes a weight, or one forward and one backward pass (chapter 2.4).

Operations are counted for one sample, with the squared error as loss; constants, copies and comparisons count nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engines.differentiation.counting import Tally, count
from engines.network import Network
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.runs.recipe import Recipe
from engines.stand_ins import Operations

_LARGEST = 3_000_000  # parameters whose operations are counted


def passes_for_gradient(*, recipe: Recipe, sizes: tuple[int, ...] = ()) -> InPieces[Answer]:
    """How many forward passes central differences need for the gradient of a network."""
    parameters = _network(recipe, sizes).parameter_count
    yield PIECE
    return Answer(2 * parameters, {"parameters": parameters, "forward": 2 * parameters, "one": 1})


def bill_ratio(*, recipe: Recipe, sizes: tuple[int, ...] = ()) -> InPieces[Answer]:
    """How many times as many operations central differences take as one forward and one backward pass."""
    network = _network(recipe, sizes)
    checked.whole("sizes", network.parameter_count, 1, _LARGEST)
    yield PIECE
    tally = _counted(network)
    central, reverse = tally.operations["central"], tally.operations["reverse"]
    return Answer(
        central / reverse,
        {
            "parameters": network.parameter_count,
            "central": central,
            "reverse": reverse,
            "forward": tally.value,
            "share": reverse / tally.value,
        },
    )


def backward_price(*, recipe: Recipe, sizes: tuple[int, ...] = ()) -> InPieces[Answer]:
    """How many forward passes' operations one forward and one backward pass take."""
    bill = yield from bill_ratio(recipe=recipe, sizes=sizes)
    return Answer(float(bill.numbers["share"]), bill.numbers)


def bill_growth(*, recipe: Recipe, narrower: tuple[int, ...], way: str) -> InPieces[Answer]:
    """How many times as many operations the gradient of the recipe's network takes as that of a narrower one: one
    weight at a time ("central"), or by one forward and one backward pass ("reverse")."""
    checked.choice("way", way, ("central", "reverse"))
    narrower = checked.many("narrower", narrower, 2)
    here = (yield from bill_ratio(recipe=recipe)).numbers
    there = (yield from bill_ratio(recipe=recipe, sizes=narrower)).numbers
    growth = {name: float(here[name]) / float(there[name]) for name in ("parameters", "central", "reverse")}
    return Answer(growth[way], {**growth, "here": here["parameters"], "there": there["parameters"]})


def _network(recipe: Recipe, sizes: tuple[int, ...]) -> Network:
    return Network(checked.many("sizes", sizes, 2)) if sizes else recipe.network(recipe.dataset())


def _counted(network: Network) -> Tally:
    x, target = np.ones((1, network.layer_sizes[0])), np.zeros((1, network.layer_sizes[-1]))

    def loss(engine: Operations, *tensors: Any) -> Any:
        weights = dict(zip(network.shapes, tensors, strict=True))
        y_pred = network.forward(engine, weights, x)
        return engine.sum(engine.power(engine.subtract(y_pred, target), 2))

    return count(loss, tuple(np.full(shape, 0.01) for shape in network.shapes.values()))
