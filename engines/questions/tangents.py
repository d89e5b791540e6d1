"""How good the linear approximation is: its error shrinks faster than ε (chapter 2.4.1)."""

from __future__ import annotations

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.slopes import tangent_prediction


def tangent_error_shrinks(*, function: str, point: float, epsilon: float, smaller: float) -> InPieces[Answer]:
    """How many times smaller the error of f(p) + ε·f′(p) is at the smaller ε."""
    errors = []
    for step in (epsilon, smaller):
        found = yield from tangent_prediction(function=function, point=point, epsilon=step)
        errors.append(abs(float(found.numbers["error"])))
    if not min(errors):
        raise InvalidSetting("The tangent has no error here.")
    large, small = errors
    return Answer(large / small, {"large": large, "small": small, "times": epsilon / smaller})
