"""The scene "rates" in words and numbers: what a sweep says of the rate and the rule, and each one's best rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engines.races.rate_curves import AS_GOOD, OFF, RateCurve, Spread, spread
from engines.races.rate_sweep import Sweep
from ui.charts.numerals import number
from ui.charts.optimizers.rates import accuracy_of
from ui.text import Text, counted
from ui.text.optimizer_names import optimizer_name


def sweep_reading(curves: Sequence[RateCurve], _: Text) -> str:
    """How far the optimizers are apart at their best rates, beside what a rate that is off costs one of them."""
    found = spread(curves)
    if found is None:
        return _("No run came to an end with a finite loss: at these rates every one diverged.")
    told = [_best(found, _)] if found.lowest is not found.highest else []
    if found.off:
        told.append(_off(found, _))
    if len(told) == 2 and found.typical != found.between:
        told.append(
            _("So here the rate matters more than the rule.")
            if found.typical > found.between
            else _("So here the rule matters more than a rate that is off by so much.")
        )
    return " ".join(told)


def _best(found: Spread, _: Text) -> str:
    return _(
        "Each at the best rate tried (◆), the optimizers end between {lowest} ({best}) and {highest} ({worst}): a "
        "factor of {between} apart."
    ).format(
        lowest=number(found.lowest.lowest),
        best=optimizer_name(found.lowest.racer, _),
        highest=number(found.highest.lowest),
        worst=optimizer_name(found.highest.racer, _),
        between=number(found.between),
    )


def _off(found: Spread, _: Text) -> str:
    """What a rate that is off costs; where half of those that are off diverge, a factor would be none."""
    if math.isinf(found.typical):
        return _("At a rate {off:g} times too small or too large, at least half of them diverge.").format(off=OFF)
    values = {"off": OFF, "typical": number(found.typical), "least": number(found.off[0])}
    if math.isinf(found.off[-1]):
        return _(
            "A rate {off:g} times too small or too large typically multiplies an optimizer's loss by {typical}; the "
            "least costly by {least}, and the worst diverges."
        ).format(**values)
    return _(
        "A rate {off:g} times too small or too large typically multiplies an optimizer's loss by {typical} (from "
        "{least} to {most})."
    ).format(most=number(found.off[-1]), **values)


def best_header(seeds: int, _: Text) -> list[str]:
    """Of several seeds the table shows the median, and says so."""
    loss, accuracy = _("test loss"), _("accuracy")
    if seeds > 1:
        loss = _("test loss, median of {seeds} seeds").format(seeds=seeds)
        accuracy = _("accuracy, median of the seeds")
    return [
        _("optimizer"),
        _("best rate"),
        loss,
        _("lowest – highest seed"),
        accuracy,
        _("rates up to {factor:g} times that loss").format(factor=AS_GOOD),
    ]


def best_rows(curves: Sequence[RateCurve], _: Text) -> list[list[str]]:
    """A row for each optimizer, the lowest loss first."""
    return [_row(curve, _) for curve in sorted(curves, key=lambda curve: curve.lowest)]


def _row(curve: RateCurve, _: Text) -> list[str]:
    best = curve.best
    if best is None:
        return [optimizer_name(curve.racer, _), _("diverged"), *["–"] * 4]
    losses = curve.losses[best]
    at_edge = best in (0, len(curve.rates) - 1)
    rate = f"{curve.rates[best]:g}"
    return [
        optimizer_name(curve.racer, _),
        _("{rate}, the grid's edge").format(rate=rate) if at_edge else rate,
        number(curve.lowest),
        _span(number(np.nanmin(losses)), number(np.nanmax(losses))),
        accuracy_of(curve.accuracies[best]),
        _span(*(f"{rate:g}" for rate in curve.good() or ())),
    ]


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def amount(sweep: Sweep, steps: int, _: Text) -> str:
    """How many runs the sweep has, and how many of them are there."""
    racers, seeds = len(sweep.racers), len(sweep.seeds)
    told = _("{racers} × {rates} rates × {seeds} = {total} runs of {steps} steps each. Done: {done}.")
    return told.format(
        racers=counted(_, "{n} optimizer", "{n} optimizers", racers).format(n=racers),
        rates=len(sweep.rates),
        seeds=counted(_, "{n} seed", "{n} seeds", seeds).format(n=seeds),
        total=f"{sweep.total:,}",
        steps=f"{steps:,}",
        done=f"{len(sweep.outcomes):,}",
    )
