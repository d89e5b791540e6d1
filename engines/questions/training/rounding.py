"""One run, computed twice: how far rounding drives two backends, or two precisions, apart (chapter 2.4)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from engines import backends
from engines.checks import DTYPES
from engines.comparison.agreement import QUANTITIES, Agreement, compare, steps_per_decade
from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.records import last
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe

_MOST = 1000


def difference_after(
    *, recipe: Recipe, steps: int, other: str = "torch", quantity: str = "weights"
) -> InPieces[Answer]:
    """The largest relative difference after so many steps; `other` is a backend or a precision."""
    made = yield from _compared(recipe, steps, other)
    return Answer(*_difference(made, quantity))


def difference_course(
    *, recipe: Recipe, steps: int, other: str = "torch", quantity: str = "weights"
) -> InPieces[Answer]:
    """Whether that difference "grows" exponentially, or "stays" about as small as rounding."""
    made = yield from _compared(recipe, steps, other)
    difference, told = _difference(made, quantity)
    return Answer("grows" if math.isfinite(told["tenfold"]) else "stays", {**told, "difference": difference})


def first_difference(*, recipe: Recipe, steps: int, other: str = "torch") -> InPieces[Answer]:
    """The first step at which loss, gradients or weights are not the same to the last bit."""
    made = yield from _compared(recipe, steps, other)
    first = _first(made)
    if first < 0:
        raise InvalidSetting("For {steps} steps both are the same to the last bit.", steps=steps)
    relative = {quantity: float(_course(made, quantity)[first]) for quantity in QUANTITIES}
    differing = [quantity for quantity in QUANTITIES if relative[quantity]]
    largest = max(relative, key=lambda quantity: relative[quantity])
    return Answer(first, {"difference": relative[largest], "quantity": ", ".join(differing)})


def _compared(recipe: Recipe, steps: int, other: str) -> InPieces[Agreement]:
    """The recipe's run under the conditions it began with, and its counterpart, step by step."""
    steps = checked.whole("steps", steps, 1, _MOST)
    run = replace(recipe, edits=(), step=0)
    checked.choice("other", other, (*backends.names(), *DTYPES))
    counterpart = (
        replace(run, dtype=other) if other in DTYPES else replace(run, first=replace(run.first, backend=other))
    )
    if counterpart == run:
        raise InvalidSetting("The run itself is computed in {other}: choose another one.", other=other)
    trainers = {}
    for name, each in (("run", run), ("other", counterpart)):
        trainers[name] = yield from trained(each, 0)
    made = yield from last(compare(trainers, steps + 1), Agreement)
    if made.stops:
        first = min(stop.step for stop in made.stops.values())
        raise InvalidSetting("The run breaks down at step {step}: from there on its loss is no number.", step=first)
    return made


def _course(made: Agreement, quantity: str) -> np.ndarray:
    return made.of("other", quantity, "relative")


def _difference(made: Agreement, quantity: str) -> tuple[float, dict[str, float]]:
    course = _course(made, checked.choice("quantity", quantity, QUANTITIES))
    last, tenfold = float(course[-1]), steps_per_decade(course)
    return last, {
        "decades": math.log10(last) if last else -math.inf,
        "roundoff": made.roundoff,
        "first": _first(made),
        "tenfold": math.nan if tenfold is None else tenfold,
    }


def _first(made: Agreement) -> int:
    """The first step with any difference, −1 if there is none."""
    differing = np.flatnonzero(made.differences.any(axis=(0, 1, 2)))
    return int(differing[0]) if differing.size else -1
