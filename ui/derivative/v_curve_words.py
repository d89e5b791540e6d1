"""The V-curve in words and numbers: where each quotient is best, and what happens on either side (2.4.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engines.differentiation.difference_errors import ErrorCurve, rounded_size
from engines.differentiation.expressions import parse
from ui.charts.derivative.v_curve import error_labels
from ui.charts.numerals import typeset
from ui.frame import Page
from ui.text import Translate

_WORSE = 2.0  # an end of the curve so many times above its lowest point is worse than it


def v_curve_reading(page: Page, curves: Sequence[ErrorCurve], formula: str) -> str:
    """The float64 quotients: the best ε of the forward one, what a larger or smaller one costs, and the central one."""
    forward, central = (
        next(c for c in curves if (c.method, c.dtype) == (m, "float64")) for m in ("forward", "central")
    )
    words = (_forward(forward, page.text), _central(central, page.text), _cancelled(forward, formula, page.text))
    return " ".join(filter(None, words))


def _forward(curve: ErrorCurve, _: Translate) -> str:
    if math.isnan(curve.lowest):
        return _("In float64 no forward difference can be computed here.")
    if curve.lowest == 0:
        told = _("In float64 the forward difference is exactly right around ε = {best}: there rounding loses no digit.")
    else:
        told = {
            (True, True): _(
                "In float64 the forward difference is best at ε ≈ {best}, with an error of {lowest}; a much larger "
                "ε and "
                "a much smaller one are both worse."
            ),
            (True, False): _(
                "In float64 the forward difference is best at ε ≈ {best}, with an error of {lowest}; a much "
                "smaller ε is "
                "worse, a larger one is not."
            ),
            (False, True): _(
                "In float64 the forward difference is best at ε ≈ {best}, with an error of {lowest}; a much larger "
                "ε is "
                "worse, a smaller one is not."
            ),
            (False, False): _("In float64 the forward difference has about the same error, {lowest}, at every ε."),
        }[worse_sides(curve)]
    return told.format(best=typeset(curve.best, 1), lowest=typeset(curve.lowest, 1))


def worse_sides(curve: ErrorCurve) -> tuple[bool, bool]:
    """Whether the smallest and the largest ε with an error are clearly worse than the best one."""
    known = curve.smooth[np.isfinite(curve.smooth)]
    return bool(known[0] > _WORSE * curve.lowest), bool(known[-1] > _WORSE * curve.lowest)


def _central(curve: ErrorCurve, _: Translate) -> str:
    if math.isnan(curve.lowest):
        return ""
    if curve.lowest == 0:
        return _("The central difference is exactly right around ε = {best}.").format(best=typeset(curve.best, 1))
    return _("The central difference gets down to {central}.").format(central=typeset(curve.lowest, 1))


def _cancelled(curve: ErrorCurve, formula: str, _: Translate) -> str:
    """A word where f(p) is a small difference of large terms."""
    expression = parse(formula)
    value = float(expression.values(np.array([curve.point]))[0])
    size = rounded_size(expression, curve.point, value)
    if not size > 2 * abs(value):
        return ""
    return _(
        "Here f(p) is a small difference of large terms: rounding goes by their size, about {size}, not by |f(p)|, and "
        "theory takes that into account."
    ).format(size=typeset(size, 2))


def v_curve_table(page: Page, curves: Sequence[ErrorCurve], unknown: str) -> str:
    """Best ε, measured and in theory, of each line; `unknown` stands for theory where there is none."""
    _ = page.text
    head = (_("quotient"), _("best ε, measured"), _("best ε, theory"), _("error at the measured best"))
    lines = [f"| {' | '.join(head)} |", "|---|--:|--:|--:|"]
    lines += [
        f"| {error_labels(_)[curve.method, curve.dtype]} | {_short(curve.best)} | {_theory(curve, unknown, _)} "
        f"| {_short(curve.lowest)} |"
        for curve in curves
    ]
    return "\n".join(lines)


def _theory(curve: ErrorCurve, unknown: str, _: Translate) -> str:
    if math.isinf(curve.theory):
        return _("no truncation error")
    if curve.theory == 0:
        return _("any small ε: f(p) = 0")
    return unknown if math.isnan(curve.theory) else _short(curve.theory)


def _short(value: float) -> str:
    return typeset(value, 2) if math.isfinite(value) else "–"
