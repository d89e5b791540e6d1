"""The chain rule by hand on 2-2-1: the numbers that the homework asks for (chapter 2.4.4)."""

from __future__ import annotations

from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.exercises import draw
from engines.chain_rule.homework import ANSWERS, quantity
from engines.chain_rule.scalar_net import ACTIVATIONS, solve
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.random_streams import Stream, generator

_LAST = 2**31 - 1


def homework_entry(*, exercise: int, name: str, activation: str = "relu") -> InPieces[Answer]:
    """A value of the forward pass, such as "z1", or a gradient, such as "dw11", of that exercise."""
    exercise = checked.whole("exercise", exercise, 0, _LAST)
    checked.choice("name", name, ANSWERS)
    checked.choice("activation", activation, ACTIVATIONS)
    solution = solve(draw(generator(exercise, Stream.HOMEWORK), activation), NumpyBackend())
    yield PIECE
    sought = quantity(name, solution)
    told = dict(solution.values) | {f"d{leaf}": gradient for leaf, gradient in solution.gradients.items()}
    told |= {"slope_1": solution.slopes[0], "slope_2": solution.slopes[1]}
    return Answer(sought.value, {**told, "factors": len(sought.parts) if name[0] == "d" else 0})
