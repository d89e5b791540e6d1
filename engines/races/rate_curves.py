"""What a sweep over learning rates says of each optimizer: how low, at which rate, how forgiving (chapter 2.4.3).

Of several seeds the median counts: one run that diverged does not hide what the others found.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engines.optimizers.base import Optimizer
from engines.races.rate_sweep import Outcome, Run, Sweep

AS_GOOD = 1.5  # up to so many times the lowest loss a rate still counts as good
OFF = 10.0  # so many times too small or too large is a rate that is off
_MISSING = Outcome(math.nan, math.nan)


@dataclass(frozen=True, eq=False)
class RateCurve:
    """One optimizer over the learning rates (rates,), from each seed.

    losses, accuracies, diverged_at: (rates, seeds). A loss is NaN where the run is still missing and ∞ where it
    diverged; diverged_at is after how many steps it did, NaN where it did not.
    """

    racer: Optimizer
    rates: np.ndarray
    losses: np.ndarray
    accuracies: np.ndarray
    diverged_at: np.ndarray

    @cached_property
    def median(self) -> np.ndarray:
        """(rates,) over the seeds known so far; ∞ where half of them or more diverged, NaN where none is known."""
        return np.array([_median(losses) for losses in self.losses])

    @cached_property
    def best(self) -> int | None:
        """The index of the rate with the lowest median; None where no median is finite."""
        finite = np.where(np.isfinite(self.median), self.median, np.inf)
        return int(finite.argmin()) if np.isfinite(finite).any() else None

    @property
    def lowest(self) -> float:
        """The median at the best rate, ∞ where there is none."""
        return math.inf if self.best is None else float(self.median[self.best])

    @property
    def tuned(self) -> Optimizer:
        """The optimizer at its best rate; as it was, where there is none."""
        return self.racer if self.best is None else replace(self.racer, learning_rate=float(self.rates[self.best]))

    def good(self, factor: float = AS_GOOD) -> tuple[float, float] | None:
        """From which rate to which, around the best, each median is at most `factor` times the lowest."""
        if self.best is None:
            return None
        bad = np.flatnonzero(~(self.median <= factor * self.lowest))
        first = bad[bad < self.best].max(initial=-1) + 1
        last = bad[bad > self.best].min(initial=len(self.rates)) - 1
        return float(self.rates[first]), float(self.rates[last])

    def costs(self, times: float = OFF) -> list[float]:
        """What a rate so many times too small, and one too large, multiplies the lowest loss by; ∞ if it diverges.

        Only for rates that were tried.
        """
        if self.best is None:
            return []
        sought = (self.rates[self.best] / times, self.rates[self.best] * times)
        found = [np.flatnonzero(np.isclose(self.rates, rate, rtol=0.02)) for rate in sought]
        known = [float(self.median[at[0]]) for at in found if at.size and not np.isnan(self.median[at[0]])]
        return [_ratio(loss, self.lowest) for loss in known]


def rate_curves(sweep: Sweep) -> tuple[RateCurve, ...]:
    """A curve for each racer, from the runs known so far."""
    return tuple(_curve(sweep, racer) for racer in sweep.racers)


def _curve(sweep: Sweep, racer: Optimizer) -> RateCurve:
    tried = [replace(racer, learning_rate=rate) for rate in sweep.rates]
    found = [[sweep.outcomes.get(Run(optimizer, seed), _MISSING) for seed in sweep.seeds] for optimizer in tried]
    table = np.array(found, np.float64)  # None becomes NaN
    return RateCurve(racer, np.array(sweep.rates), *np.moveaxis(table, -1, 0))


def _ratio(loss: float, lowest: float) -> float:
    """How many times the lowest loss another one is; a loss that is 0 in this precision is equalled only by 0."""
    return loss / lowest if lowest else 1.0 if loss == lowest else math.inf


def _median(losses: np.ndarray) -> float:
    known = losses[~np.isnan(losses)]
    return float(np.median(known)) if known.size else math.nan


@dataclass(frozen=True)
class Spread:
    """How far optimizers are apart, and how far a rate that is off throws one of them back, as ratios of losses.

    lowest, highest: the optimizers whose loss at their best rate is that. off: what a rate `OFF` times too small or
    too large multiplies an optimizer's lowest loss by, from the smallest factor to the largest.
    """

    lowest: RateCurve
    highest: RateCurve
    off: tuple[float, ...]

    @property
    def between(self) -> float:
        """How many times the lowest best loss the highest is."""
        return _ratio(self.highest.lowest, self.lowest.lowest)

    @property
    def typical(self) -> float:
        """The median of `off`; NaN where there is none."""
        return _median(np.array(self.off))


def spread(curves: Iterable[RateCurve]) -> Spread | None:
    """Of those with a best rate; None where there is none."""
    tuned = sorted((curve for curve in curves if curve.best is not None), key=lambda curve: curve.lowest)
    if not tuned:
        return None
    return Spread(tuned[0], tuned[-1], tuple(sorted(cost for curve in tuned for cost in curve.costs())))
