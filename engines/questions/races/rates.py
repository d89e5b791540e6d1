"""The learning rate matters more than the rule: a race at rates that are given, and each rule at its best (2.4.3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engines import optimizers as registry
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.races.ranking import places
from engines.races.rate_curves import RateCurve, rate_curves, spread
from engines.races.rate_sweep import Conditions, Outcome, Run, Sweep
from engines.runs.recipe import Recipe

_MOST_STEPS, _MOST_IN_ALL = 2000, 20_000


def race_winner(
    *, recipe: Recipe, optimizers: tuple[str, ...], rates: tuple[float, ...], steps: int
) -> InPieces[Answer]:
    """From the same weights, through the same batches: which rule has the lowest test loss after so many steps."""
    racers = _racers(optimizers, rates)
    found = yield from _outcomes(recipe, racers, steps)
    told: dict[str, float | str] = {}
    for racer, place in zip(racers, _places([found[racer].loss for racer in racers]), strict=True):
        told |= {
            f"loss_{racer.name}": found[racer].loss,
            f"accuracy_{racer.name}": found[racer].accuracy,
            f"place_{racer.name}": place,
            f"rate_{racer.name}": racer.learning_rate,
        }
    return Answer(_lowest({racer.name: found[racer].loss for racer in racers}), told)


def best_rate(*, recipe: Recipe, optimizer: str, grid: tuple[float, ...], steps: int) -> InPieces[Answer]:
    """The learning rate, of those tried, at which an optimizer has the lowest test loss."""
    (curve,) = yield from _curves(recipe, (optimizer,), grid, steps)
    assert curve.best is not None
    losses, best = curve.median, curve.best
    return Answer(
        curve.tuned.learning_rate,
        {
            "loss": curve.lowest,
            "smaller": float(losses[best - 1]) if best else math.nan,
            "larger": float(losses[best + 1]) if best + 1 < len(losses) else math.nan,
            "tried": len(losses),
            "diverged": int(np.isinf(losses).sum()),
        },
    )


def tuned_winner(
    *, recipe: Recipe, optimizers: tuple[str, ...], grid: tuple[float, ...], steps: int
) -> InPieces[Answer]:
    """Which rule has the lowest test loss where each has the best of the rates tried."""
    curves = yield from _curves(recipe, optimizers, grid, steps)
    told: dict[str, float | str] = {}
    for curve, place in zip(curves, _places([curve.lowest for curve in curves]), strict=True):
        name = curve.racer.name
        told |= {f"loss_{name}": curve.lowest, f"rate_{name}": curve.tuned.learning_rate, f"place_{name}": place}
    apart = spread(curves)
    assert apart is not None
    return Answer(apart.lowest.racer.name, {**told, "spread": apart.between})


def ranks_changed(
    *,
    recipe: Recipe,
    optimizers: tuple[str, ...],
    rates: tuple[float, ...],
    grid: tuple[float, ...],
    steps: int,
) -> InPieces[Answer]:
    """How many rules have another place once each has the best of the rates tried instead of the one given."""
    racers = _racers(optimizers, rates)
    found = yield from _outcomes(recipe, racers, steps)
    losses = {racer.name: found[racer].loss for racer in racers}
    curves = yield from _curves(recipe, optimizers, grid, steps)
    best = {curve.racer.name: curve.lowest for curve in curves}
    before, after = _places(list(losses.values())), _places(list(best.values()))
    told: dict[str, float | str] = {"winner": _lowest(losses), "tuned": _lowest(best)}
    for name, was, now in zip(losses, before, after, strict=True):
        told |= {f"before_{name}": was, f"after_{name}": now}
    return Answer(sum(was != now for was, now in zip(before, after, strict=True)), told)


def _racers(names: tuple[str, ...], rates: tuple[float, ...]) -> list[Optimizer]:
    """The optimizers at their rates; their other hyperparameters are the usual ones."""
    known = registry.names()
    chosen = [checked.choice("optimizer", name, known) for name in checked.many("optimizers", names, 1, len(known))]
    found = checked.many("rates", rates, len(chosen), len(chosen))
    if len(set(chosen)) < len(chosen):
        raise InvalidSetting("Each optimizer takes part once.")
    return [
        registry.get(name)(learning_rate=checked.positive("rate", rate))
        for name, rate in zip(chosen, found, strict=True)
    ]


def _curves(
    recipe: Recipe, names: tuple[str, ...], grid: tuple[float, ...], steps: int
) -> InPieces[tuple[RateCurve, ...]]:
    """Each optimizer at every rate of the grid. Raises `InvalidSetting` where one diverges at every rate."""
    rates = tuple(sorted({checked.positive("rate", rate) for rate in checked.many("grid", grid, 2, 30)}))
    racers = _racers(names, (rates[0],) * len(names))
    tried = [replace(racer, learning_rate=rate) for racer in racers for rate in rates]
    found = yield from _outcomes(recipe, tried, steps)
    outcomes = {Run(racer, recipe.seed): outcome for racer, outcome in found.items()}
    curves = rate_curves(Sweep(tuple(racers), rates, (recipe.seed,), outcomes))
    for curve in curves:
        if curve.best is None:
            raise InvalidSetting("{name} diverges at every rate that is tried.", name=curve.racer.name)
    return curves


def _outcomes(recipe: Recipe, racers: list[Optimizer], steps: int) -> InPieces[Mapping[Optimizer, Outcome]]:
    """Test loss and accuracy after so many steps; ∞ where a loss is no longer a number."""
    steps = checked.whole("steps", steps, 1, min(_MOST_STEPS, _MOST_IN_ALL // len(racers)))
    data = recipe.dataset()
    first = recipe.first
    shared = Conditions(first.backend, recipe.network(data), data, steps, recipe.loss, first.batch_size, recipe.dtype)
    found = {}
    for racer in racers:
        trainer = shared.trainer(Run(racer, recipe.seed))
        made = Outcome(math.inf, math.nan)
        while trainer.steps < steps:
            if not math.isfinite((yield from trainer.step_in_pieces()).loss):
                break
            yield PIECE
        else:
            loss, accuracy = yield from trainer.evaluate_in_pieces()
            made = Outcome(loss, accuracy) if math.isfinite(loss) else made
        found[racer] = made
        yield PIECE
    return found


def _places(losses: list[float]) -> list[int]:
    """The place of each, 1 for the lowest loss; those that diverged share the last one."""
    known = places(losses)
    return [1 + sum(map(math.isfinite, losses)) if place is None else place for place in known]


def _lowest(losses: Mapping[str, float]) -> str:
    return min(losses, key=lambda name: losses[name])
