"""Why a number of a run is no longer finite: the learning rate, ε, or neither for all that can be told."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engines.optimizers.base import Optimizer
from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.findings import Past, counts_as_zero, finding_of, shorter
from engines.runs.diagnosis.remedies import Remedy, standard
from engines.runs.points import Divergence

_HUGE = 1e6  # times the usual rate: it may be the rate that is too large for the precision
_LONGEST = 4.0  # rates: with usual β a rule that divides by a root moves no weight by more in a step


def of_divergence(past: Past, divergence: Divergence) -> Finding:
    """The finding of a run that has broken down."""
    rule = past.recipe.conditions.optimizer
    usual = standard(rule.name)
    said = {"rate": rule.learning_rate, "weight": divergence.largest_weight}
    epsilon = getattr(rule, "epsilon", None)
    if epsilon is not None and (counts_as_zero(epsilon, past.recipe.dtype) or _is_of_epsilon(past, divergence)):
        change = Remedy((("epsilon", usual["epsilon"]),), "good")
        return finding_of("broke_epsilon", past, change, epsilon=epsilon, **said)
    if divergence.overshot:
        return finding_of("broke_rate", past, shorter(past.recipe, "good"), **said)
    if rule.learning_rate > _HUGE * usual["learning_rate"]:
        return finding_of("broke_at_once", past, shorter(past.recipe, "good"), **said)
    return finding_of("broke", past, None, **said)


def _is_of_epsilon(past: Past, divergence: Divergence) -> bool:
    """Whether weights are larger than steps of a rule that divides by its root could have made them.

    Such steps are bounded by the rate as long as the root is that of the gradients' squares. Where the squares are too
    small for the precision, ε stands there alone.
    """
    rules = list(_rules(past))
    if any(not hasattr(rule, "epsilon") for rule in rules) or not math.isfinite(divergence.largest_at_first):
        return False
    rate = max(rule.learning_rate for rule in rules)
    reach = divergence.largest_at_first + _LONGEST * rate * (divergence.step + 1)
    return divergence.largest_weight > reach and rate < _HUGE


def _rules(past: Past) -> Iterator[Optimizer]:
    yield past.recipe.first.optimizer
    yield from (edit.conditions.optimizer for edit in past.recipe.edits)
