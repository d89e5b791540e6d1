"""What a run's recent past and its probes say: at most one finding, with its numbers and a remedy.

The order matters. Exact causes come first; then data; then steps that are too short to get anywhere, of all weights or
of the first layer's; then steps that are too long. A run that stands still though its weights move, neither too far nor
too little, may only be waiting: there is no finding then, unless its network is too narrow for anything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines.optimizers.base import Optimizer
from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.probes import Probes
from engines.runs.diagnosis.remedies import Remedy, Start, standard
from engines.runs.diagnosis.standstill import is_far
from engines.runs.recipe import Recipe

_LITTLE = 0.03  # of its size: a layer that moves by less in as many steps as a standstill takes goes nowhere
_VANISHED = 0.006  # of its size: the same for a first layer below others that do move
_STILL = 1e-5  # of its size in one step: nothing carries these weights any further
_MUCH = 0.02  # of its size in one step
_MOST_UNITS, _FLAT = 0.75, 0.9  # shares
_ABOVE = 1.1  # times guessing's loss
_FADED = 0.05  # of the first hidden layer's results
_FADES = 0.1  # of the last layer's gradient
_BARELY = 0.1  # of all images: labels that agree by so much more than by chance tell little
_NARROW = 2  # units
_USUAL_MOMENTUM, _UNITS, _RATE_STEPS = 0.95, 32, 10.0


@dataclass(frozen=True)
class Past:
    """The run so far: its recipe and step, smoothed loss and guessing's, and how many steps it has stood still; `wait`
    are those after which that is told."""

    recipe: Recipe
    loss: float
    guessing: float
    still: int
    wait: int


def exact(past: Past, rule: Optimizer, labels: int) -> Finding | None:
    """What needs no probe: `rule` made the last step, and so many different labels are in the training set."""
    if labels == 1:
        return finding_of("one_label", past, None)
    if rule.learning_rate == 0:
        usual = standard(rule.name)["learning_rate"]
        return finding_of("rate_zero", past, Remedy((("learning_rate", usual),))) if usual else None
    return None


def of_units(past: Past, probes: Probes) -> Finding | None:
    """Whether all hidden units are one and the same, or all of a layer dead: exact too, but it takes probes."""
    recipe = past.recipe
    if not is_far(past.loss, past.guessing):
        return None
    if probes.equal:
        change = Remedy((("initialization", "he" if recipe.activation == "relu" else "glorot"),), "first")
        return finding_of("equal_units", past, change, layers=len(recipe.hidden), units=sum(recipe.hidden))
    if 1.0 not in probes.dead or probes.steps[0] > _STILL:
        return None
    return _dead(past, probes)


def _dead(past: Past, probes: Probes) -> Finding:
    """Of the layer with the largest share of dead units."""
    recipe, share = past.recipe, max(probes.dead)
    layer = probes.dead.index(share)
    units = recipe.hidden[layer]
    said = {"dead": round(share * units), "layer": layer + 1, "units": units, "rows": probes.rows}
    if probes.born_dead or recipe.hidden[layer] <= _NARROW:
        return finding_of("dead_narrow", past, wider(recipe), **said)
    if probes.fading < _FADED and recipe.initialization != "he":
        change = Remedy((("initialization", "he"),), "first")
        return finding_of("dead_faded", past, change, fading=probes.fading, **said)
    return finding_of("dead", past, shorter(recipe, "first"), **said)


def of_standstill(past: Past, probes: Probes) -> Finding | None:
    """Why it stands still."""
    if probes.agreement <= probes.chance + _BARELY:
        said = {"agreement": probes.agreement, "chance": probes.chance, "compared": probes.compared}
        return finding_of("labels", past, None, **said)
    return of_units(past, probes) or _too_short(past, probes) or _too_long(past, probes) or _narrow(past)


def _too_short(past: Past, probes: Probes) -> Finding | None:
    recipe, rule = past.recipe, past.recipe.conditions.optimizer
    usual, rate = standard(rule.name), rule.learning_rate
    moved = [step * past.wait for step in probes.steps]
    if moved[0] >= _LITTLE:
        return None
    if max(moved) < _LITTLE:
        if (probes.epsilon_rules or 0) > 0.5 and getattr(rule, "epsilon", 0) > usual["epsilon"]:
            change = Remedy((("epsilon", usual["epsilon"]),))
            said = {"epsilon": getattr(rule, "epsilon", 0), "share": probes.epsilon_rules or 0, "rate": rate}
            return finding_of("epsilon_large", past, change, moved=max(moved), **said)
        moves = probes.saturated < _FLAT and max(probes.dead, default=0.0) < _MOST_UNITS
        if moves and rate <= usual["learning_rate"]:
            longer = usual["learning_rate"] if rate < usual["learning_rate"] else _RATE_STEPS * rate
            return finding_of("rate_small", past, Remedy((("learning_rate", longer),)), moved=max(moved), rate=rate)
        return None
    ratio = probes.gradients[0] / probes.gradients[-1] if probes.gradients[-1] else math.inf
    if (
        ratio > _FADES
        or moved[0] >= _VANISHED
        or probes.saturated >= _FLAT
        or max(probes.dead, default=0.0) >= _MOST_UNITS
    ):
        return None
    changes: list[tuple[str, Any]] = [("initialization", "he")] if recipe.initialization != "he" else []
    changes += [("activation", "relu")] if recipe.activation == "sigmoid" or not changes else []
    said = {"ratio": ratio, "moved": moved[0], "layers": len(recipe.hidden)}
    return finding_of("vanishing", past, Remedy(tuple(changes), "first"), **said)


def _too_long(past: Past, probes: Probes) -> Finding | None:
    """Signs of steps that were too long, or still are."""
    recipe = past.recipe
    change = shorter(recipe, "first")
    if max(probes.dead, default=0.0) >= _MOST_UNITS:
        return _dead(past, probes)
    if probes.saturated >= _FLAT:
        return finding_of("saturated", past, change, share=probes.saturated)
    if past.loss > _ABOVE * past.guessing:
        return finding_of("above_guessing", past, change)
    if 1 < probes.overshoot < math.inf and max(probes.steps) > _MUCH:
        return finding_of("overshoots", past, change, overshoot=probes.overshoot, moved=max(probes.steps))
    return None


def _narrow(past: Past) -> Finding | None:
    hidden = past.recipe.hidden
    if not hidden or min(hidden) > _NARROW:
        return None
    return finding_of("narrow", past, wider(past.recipe), units=min(hidden))


def wider(recipe: Recipe) -> Remedy:
    """More units; with the usual rate or initialization where theirs is one that such a network may not bear."""
    rule = recipe.conditions.optimizer
    changes: list[tuple[str, Any]] = [("hidden", tuple(max(units, _UNITS) for units in recipe.hidden))]
    if rule.learning_rate > (usual := standard(rule.name)["learning_rate"]):
        changes.append(("learning_rate", usual))
    elif recipe.activation == "relu" and recipe.initialization != "he":
        changes.append(("initialization", "he"))
    return Remedy(tuple(changes), "first")


def shorter(recipe: Recipe, start: Start) -> Remedy:
    """Shorter steps: by a momentum that is unusually large, by a rate that is, or by both."""
    rule = recipe.conditions.optimizer
    usual, changes = standard(rule.name), list[tuple[str, Any]]()
    if getattr(rule, "momentum", 0.0) > _USUAL_MOMENTUM:
        changes.append(("momentum", usual["momentum"]))
    if rule.learning_rate > usual["learning_rate"] or not changes:
        rate = (
            usual["learning_rate"] if rule.learning_rate > usual["learning_rate"] else rule.learning_rate / _RATE_STEPS
        )
        changes.append(("learning_rate", rate))
    return Remedy(tuple(changes), start)


def still_so(finding: Finding, past: Past) -> Finding | None:
    """The finding some steps later, before the next probes: with the loss of now, if that does not speak against it."""
    if not is_far(past.loss, past.guessing) or (finding.kind == "above_guessing" and past.loss <= past.guessing):
        return None
    numbers = dict(finding.numbers) | {"loss": past.loss, "still": past.still}
    return replace(finding, numbers=tuple(numbers.items()))


def counts_as_zero(epsilon: float, dtype: str) -> bool:
    """Whether such an ε keeps no division from being one by 0."""
    return epsilon < float(np.finfo(dtype).tiny)


def finding_of(kind: str, past: Past, remedy: Remedy | None, **numbers: float) -> Finding:
    """With what is known of each: loss, guessing's loss, and for how many steps the run stood still."""
    known = {"loss": past.loss, "guessing": past.guessing, "still": past.still, "wait": past.wait}
    return Finding(kind, past.recipe.step, tuple((known | numbers).items()), remedy)
