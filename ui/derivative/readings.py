"""The Derivative page in words: what the tangent says, which way is down, where there is no derivative, best ε."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engines.differentiation.difference_errors import ErrorCurve
from engines.differentiation.differences import Place
from ui.charts.derivative.v_curve import error_labels
from ui.charts.numerals import number
from ui.derivative.data import Here, look
from ui.frame import Page
from ui.text import Translate

_MOVE = 0.1  # how far the sign rule is tried out


def tangent_reading(page: Page, here: Here) -> str:
    """f(p + ε) ≈ f(p) + ε·a with the numbers, or why there is no tangent."""
    _, there = page.text, here.place
    if not there.has_tangent:
        return describe(there, _)
    if not math.isfinite(here.value_ahead):
        return _("f is not defined at p + ε: make ε smaller.")
    return _(
        "f(p + ε) = {value}; the tangent says f(p) + ε·a = {start} + {step} · {slope} = {predicted}. Error {error}."
    ).format(
        value=number(here.value_ahead),
        start=number(there.value),
        step=f"{page.view.epsilon:g}",
        slope=_signed(there.slope),
        predicted=number(here.predicted),
        error=number(here.value_ahead - here.predicted),
    )


def sign_reading(page: Page, here: Here) -> str:
    """The sign rule, tried out: a small move against a, and what f does."""
    _, there = page.text, here.place
    if not there.has_tangent:
        return _("Without a derivative the sign rule says nothing here.")
    if there.slope == 0:
        return _("a = 0: f is level at p, and neither side is downhill as far as the slope can tell.")
    rule = (
        _("a = {slope} > 0: f rises to the right, so move left, against a, to make f smaller.")
        if there.slope > 0
        else _("a = {slope} < 0: f falls to the right, so move right, against a, to make f smaller.")
    )
    return f"{rule.format(slope=number(there.slope))} {_tried(page, here)}"


def _tried(page: Page, here: Here) -> str:
    _, there = page.text, here.place
    target = there.point - math.copysign(_MOVE, there.slope)
    after = look(here.function, page.settings.backend, target, page.view.epsilon).place.value
    told = (
        _("By {move:g}: f goes from {before} to {after}.")
        if after < there.value
        else _("But {move:g} is too far here: f goes from {before} to {after}; the slope holds close to p only.")
    )
    return told.format(move=_MOVE, before=f"{there.value:.4g}", after=f"{after:.4g}")


def describe(place: Place, _: Translate) -> str:
    """What an undefined or corner point is, in one sentence; "" where there is a derivative."""
    if place.kind == "smooth" and not place.has_tangent:
        return _("At p = {p:g} the backward pass meets 0/0 or 0·∞ on its way and finds no number.").format(
            p=place.point
        )
    if place.kind == "edge":
        return _edge(place, _)
    told = {
        "undefined": _("f is not defined at p = {p:g}: there is no value, so there is no slope either."),
        "steep": _("At p = {p:g} f is infinitely steep: the quotients grow without bound as ε shrinks, no derivative."),
        "corner": _(
            "At p = {p:g} f has a corner, no derivative: slope {behind:.4g} to the left, {ahead:.4g} to the right. "
            "The engine answers {slope:g} by convention (relu, |x|: 0; a tie of max: half of each)."
        )
        if math.isfinite(place.slope)
        else _(
            "At p = {p:g} f has a corner, no derivative: slope {behind:.4g} to the left, {ahead:.4g} to the right. "
            "The engine finds no number between them."
        ),
    }.get(place.kind, "")
    return told.format(p=place.point, behind=place.behind, ahead=place.ahead, slope=place.slope + 0.0)


def _edge(place: Place, _: Translate) -> str:
    """A point that has no neighbours on one side, or none at all; the engine may have a number for it."""
    told = (
        _("At p = {p:g} the domain of f ends: there are values on one side only, so there is no derivative.")
        if math.isfinite(place.behind) or math.isfinite(place.ahead)
        else _("At p = {p:g} f has a value, but close by on either side it has none, so there is no derivative.")
    )
    if not math.isnan(place.slope):
        told += " " + _("The engine answers {slope} there, but that is no derivative.")
    return told.format(p=place.point, slope=number(place.slope + 0.0))


def v_curve_reading(page: Page, curves: Sequence[ErrorCurve]) -> str:
    """The float64 forward difference: its best ε, and what a smaller one costs."""
    _, curve = page.text, next(c for c in curves if (c.method, c.dtype) == ("forward", "float64"))
    central = next(c for c in curves if (c.method, c.dtype) == ("central", "float64"))
    if not curve.lowest > 0 or not central.lowest > 0:
        return _("Some errors are exactly 0 (triangles on the axis): here the arithmetic happens to lose no digit.")
    return _(
        "In float64 the forward difference is best at ε ≈ {best:.0e}, with an error of {lowest:.0e}; a larger ε and a "
        "smaller one are both worse. The central difference gets to {central:.0e}."
    ).format(best=curve.best, lowest=curve.lowest, central=central.lowest)


def v_curve_table(page: Page, curves: Sequence[ErrorCurve], unknown: str) -> str:
    """Best ε, measured and in theory, of each line; `unknown` stands for theory where there is none."""
    _ = page.text
    head = (_("quotient"), _("best ε, measured"), _("best ε, theory"), _("error there"))
    lines = [f"| {' | '.join(head)} |", "|---|--:|--:|--:|"]
    lines += [
        f"| {error_labels(_)[curve.method, curve.dtype]} | {_short(curve.best)} | {_theory(page, curve, unknown)} "
        f"| {_short(curve.lowest)} |"
        for curve in curves
    ]
    return "\n".join(lines)


def _theory(page: Page, curve: ErrorCurve, unknown: str) -> str:
    _ = page.text
    if math.isinf(curve.theory):
        return _("no truncation error")
    if curve.theory == 0:
        return _("none: f(p) = 0")
    return unknown if math.isnan(curve.theory) else _short(curve.theory)


def _short(value: float) -> str:
    return f"{value:.1e}".replace("-", "\N{NON-BREAKING HYPHEN}")


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)
