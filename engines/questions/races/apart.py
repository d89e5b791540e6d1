"""How far apart rules end that race at given rates: what the choice of the rule is worth there (chapter 2.4.3)."""

from __future__ import annotations

import math

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.races.rates import race_winner
from engines.runs.recipe import Recipe


def race_spread(
    *, recipe: Recipe, optimizers: tuple[str, ...], rates: tuple[float, ...], steps: int, one_rate: float = 0.0
) -> InPieces[Answer]:
    """How many times the lowest test loss of a race the highest is; of `one_rate` for all of them too, if it is given.

    Raises `InvalidSetting` where one of them diverges.
    """
    lowest, highest = yield from _ends(recipe, optimizers, rates, steps)
    told = {"lowest": lowest, "highest": highest}
    if one_rate:
        low, high = yield from _ends(recipe, optimizers, (one_rate,) * len(optimizers), steps)
        told |= {"one_rate": one_rate, "one_rate_spread": high / low}
    return Answer(highest / lowest, told)


def _ends(
    recipe: Recipe, optimizers: tuple[str, ...], rates: tuple[float, ...], steps: int
) -> InPieces[tuple[float, float]]:
    """The lowest and the highest loss."""
    race = yield from race_winner(recipe=recipe, optimizers=optimizers, rates=rates, steps=steps)
    losses = [float(race.numbers[f"loss_{name}"]) for name in optimizers]
    if not math.isfinite(max(losses)) or min(losses) <= 0:
        raise InvalidSetting("One of them has no loss to compare: it diverged, or its loss is 0.")
    return min(losses), max(losses)
