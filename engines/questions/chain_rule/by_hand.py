"""The chain rule by hand and by the machine: all gradients of 2-2-1 in one backward pass (chapter 2.4.4)."""

from __future__ import annotations

import math

from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.exercises import draw
from engines.chain_rule.homework import quantity
from engines.chain_rule.scalar_net import ACTIVATIONS, PARAMETERS, solve
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.chain_rule.ways import way_passes
from engines.questions.common import checked
from engines.random_streams import Stream, generator

_LAST = 2**31 - 1


def machine_passes(*, exercise: int, activation: str = "relu") -> InPieces[Answer]:
    """How many passes reverse mode takes for the gradient of every parameter of that exercise's network.

    `factors` are those of all the chains multiplied out one by one, `difference` is how far the products are from
    what the passes give.
    """
    exercise = checked.whole("exercise", exercise, 0, _LAST)
    checked.choice("activation", activation, ACTIVATIONS)
    solution = solve(draw(generator(exercise, Stream.HOMEWORK), activation), NumpyBackend())
    chains = {name: [part.value for part in quantity(f"d{name}", solution).parts] for name in PARAMETERS}
    apart = max(abs(math.prod(chain) - solution.gradients[name]) for name, chain in chains.items())
    found = yield from way_passes(inputs=len(chains), outputs=1, way="reverse")
    told = {"gradients": len(chains), "factors": sum(map(len, chains.values())), "difference": apart}
    return Answer(found.value, {**found.numbers, **told})
