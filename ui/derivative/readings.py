"""The Derivative page in words: what the tangent says, which way is down, where there is no derivative."""

from __future__ import annotations

import math

from engines.differentiation.differences import Place
from ui.charts.numerals import typeset
from ui.charts.spans import Spans
from ui.derivative.data import Here, look
from ui.frame import Page
from ui.text import Translate

_MOVE = 0.1  # how far the sign rule is tried out
_GRAINS = 500  # units in the last place: in a glass that holds no more of them f is seen as steps
_NOTABLE = 0.02  # of the picture's width: less may be a single steep place


def tangent_reading(page: Page, here: Here) -> str:
    """f(p + ε) ≈ f(p) + ε·a with the numbers, or why there is no tangent."""
    _, there = page.text, here.place
    if not there.has_tangent:
        return describe(there, _)
    if there.kind == "near":
        return describe(there, _)
    if not math.isfinite(here.value_ahead):
        return _("f has no finite value at p + ε: make ε smaller.")
    return _(
        "f(p + ε) = {value}; the tangent predicts f(p) + ε·a = {start} + {step} · {slope} = {predicted}. Error: "
        "{error}."
    ).format(
        value=typeset(here.value_ahead),
        start=typeset(there.value),
        step=typeset(page.view.epsilon),
        slope=_signed(there.slope),
        predicted=typeset(here.predicted),
        error=typeset(here.value_ahead - here.predicted),
    )


def sign_reading(page: Page, here: Here) -> str:
    """The sign rule, tried out: a small move against a, and what f does."""
    _, there = page.text, here.place
    if there.kind == "missed":
        return _missed_sign(there, _)
    if not there.has_tangent:
        return _("There is no derivative here, so the sign rule has nothing to say.")
    if there.slope == 0:
        return _("a = 0: to first order f is level at p; the slope alone does not say which side is downhill.")
    rule = (
        _("a = {slope} > 0: f rises to the right, so move left, against a, to make f smaller.")
        if there.slope > 0
        else _("a = {slope} < 0: f falls to the right, so move right, against a, to make f smaller.")
    )
    return f"{rule.format(slope=typeset(there.slope))} {_tried(page, here)}".strip()


def _missed_sign(place: Place, _: Translate) -> str:
    """The sign rule where the engine's number is not the slope."""
    told = _(
        "Going by the engine's {slope}, gradient descent would not move p; going by the true slope, {quotient}, it "
        "would."
    )
    if place.slope:
        told = _("Gradient descent goes by the engine's {slope} here, not by the true slope, {quotient}.")
    return told.format(slope=typeset(place.slope), quotient=typeset(place.quotient))


def _tried(page: Page, here: Here) -> str:
    _, there = page.text, here.place
    target = there.point - math.copysign(_MOVE, there.slope)
    after = look(here.function, page.settings.backend, target, page.view.epsilon).place.value
    if not math.isfinite(after):
        return _("But {move:g} is too far here: there f has no finite value.").format(move=_MOVE)
    if after < there.value:
        told = _("A move of {move:g} takes f from {before} to {after}.")
    else:
        told = _(
            "But a move of {move:g} is too far here: it takes f from {before} to {after}. The slope holds close to "
            "p only."
        )
    return told.format(move=_MOVE, before=typeset(there.value, 4), after=typeset(after, 4))


def span_reading(page: Page, *of: Spans) -> str:
    """A word where the curves vary faster than they can be drawn; "" where they do not."""
    _, share = page.text, max(spans.share for spans in of)
    if share < _NOTABLE:
        return ""
    return _(
        "This function varies faster than the picture can show: on {share:.0%} of its width, the shaded area spans all "
        "values between neighbouring points of the curve."
    ).format(share=share)


def glass_reading(page: Page, here: Here) -> str:
    """How far apart the two slopes under the glass are, or why the steps that are seen there are rounding."""
    _, there, epsilon = page.text, here.place, typeset(page.view.epsilon)
    if not math.isfinite(there.value):
        return _("f(p) has no finite value to magnify.")
    if here.ahead == there.point:
        return _("ε = {epsilon} is rounded away: p + ε is p, so there is no secant.").format(epsilon=epsilon)
    told = _("Magnified until ε = {epsilon} is this wide.").format(epsilon=epsilon)
    if not (there.has_tangent and math.isfinite(here.quotient)):
        return told
    told += " " + _("The slopes differ by {gap}.").format(gap=typeset(abs(here.quotient - there.slope)))
    if page.view.epsilon < _GRAINS * math.ulp(max(abs(there.value), abs(there.point))):
        told += " " + _("The steps of the curve are rounding: between two of them there is no float64.")
    return told


def no_errors(place: Place, _: Translate) -> str:
    """Why there is no V-curve at this point."""
    if place.kind == "missed":
        return _(
            "Here the engine's slope is a convention, not the derivative, so there is nothing to measure an error "
            "against: choose another p."
        )
    return _("There is no derivative at this p to measure an error against: choose another point.")


def describe(place: Place, _: Translate) -> str:
    """What a point is where not all is smooth, in a sentence or two; "" where it is."""
    if place.kind == "smooth":
        told = "" if place.has_tangent else _("At p = {p} the backward pass meets 0/0 or 0·∞ and finds no number.")
    elif place.kind == "edge":
        return _edge(place, _)
    elif place.kind == "corner":
        told = _corner(place, _)
    elif place.kind == "near":
        told = _near(place, _)
    else:
        told = {
            "undefined": _("f is not defined at p = {p}: it has no value there, so no slope either."),
            "overflow": _("At p = {p} a number on the way to f(p) is too large for float64, so there is no slope."),
            "steep": _(
                "At p = {p} f is infinitely steep: the quotients grow without bound as ε shrinks. No derivative."
            ),
            "missed": _(
                "At p = {p} the quotients of both sides agree: the slope is {ahead}. But the engine answers {slope}. "
                "It differentiates f operation by operation and, by convention, puts one number at the corner of each "
                "relu, |x| or max. Those corners cancel in f; the conventions do not."
            ),
        }[place.kind]
    return _filled(told, place)


def _corner(place: Place, _: Translate) -> str:
    if math.isfinite(place.slope):
        return _(
            "At p = {p} f has a corner, so no derivative: slope {behind} to the left, {ahead} to the right. "
            "The engine answers {slope} by convention (relu and |x|: 0; where the operands of max tie: half of each)."
        )
    return _(
        "At p = {p} f has a corner, so no derivative: slope {behind} to the left, {ahead} to the right. "
        "The engine finds no number here."
    )


def _near(place: Place, _: Translate) -> str:
    """A corner, a bend or an end of the domain that lies nearer to p than the step of the quotients."""
    if not (math.isfinite(place.behind) and math.isfinite(place.ahead)):
        return _(
            "At p = {p} f has the slope {slope}, but the domain of f ends closer to p than 0.00001: the tangent "
            "holds in no "
            "more than that."
        )
    return _(
        "At p = {p} itself f has the slope {slope}, but closer to p than 0.00001 it turns: a tiny step to the left "
        "has the "
        "slope {behind}, one to the right {ahead}. The tangent holds only within that."
    )


def _filled(told: str, place: Place) -> str:
    behind, ahead = (typeset(side, 4) for side in (place.behind, place.ahead))
    return told.format(p=typeset(place.point, 6), behind=behind, ahead=ahead, slope=typeset(place.slope, 4))


def _edge(place: Place, _: Translate) -> str:
    """A point that has no neighbours on one side, or none at all; the engine may have a number for it."""
    told = (
        _("At p = {p} the domain of f ends: f has values on one side only, so there is no derivative.")
        if math.isfinite(place.behind) or math.isfinite(place.ahead)
        else _("At p = {p} f has a value, but none close by on either side, so there is no derivative.")
    )
    if not math.isnan(place.slope):
        told += " " + _("The engine answers {slope} there, but that is not a derivative.")
    return _filled(told, place)


def _signed(value: float) -> str:
    return f"({typeset(value)})" if value < 0 else typeset(value)
