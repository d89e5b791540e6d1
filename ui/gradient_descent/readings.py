"""What the pictures of the Gradient descent page say, in one line computed from the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.descent.curve_minima import Minimum
from engines.descent.momentum_escape import DIVERGED, MOST_STEPS, UNDECIDED, Escapes
from engines.descent.verdicts import Verdict
from ui.charts.gradient_descent.ends import end_labels, named
from ui.charts.numerals import typeset
from ui.text import Translate


def step_reading(w: NDArray, f: NDArray, slope: NDArray, shown: int, _: Translate) -> str:
    """Where the ball is at the step shown and how it moves on."""
    if not np.isfinite(w[shown]):
        return _("Step {k}: w is beyond all numbers.").format(k=shown)
    if not np.isfinite(f[shown]):
        return _("Step {k}: at w = {w} f has no finite value.").format(k=shown, w=typeset(w[shown]))
    with np.errstate(all="ignore"):
        move = w[shown + 1] - w[shown]
    return _("Step {k}: w = {w}, f = {f}, slope {slope}; the next move is {move}.").format(
        k=shown, w=typeset(w[shown]), f=typeset(f[shown]), slope=typeset(slope[shown]), move=f"{move:+.3g}"
    )


def verdict_reading(
    verdict: Verdict, minima: Sequence[Minimum], w: NDArray, shown: int, last: int, _: Translate
) -> str:
    """What has become of the ball by the step shown; nothing before it has happened.

    `w` holds all steps that were computed; what they say of the end is told at the `last` step that can be shown.
    """
    if shown < min(last, last if verdict.step is None else verdict.step):
        return ""
    minimum, steps = verdict.minimum, len(w) - 1
    values = {"steps": steps, "step": verdict.step, "minimum": named(minimum, _) if minimum else ""}
    if verdict.outcome == "undefined":
        return _("At step {step} there is nothing to descend: f has no finite value there.").format(**values)
    told = {
        "settled": _("From step {step} on it stays in {minimum}."),
        "creeping": _("After {steps} steps it is still moving towards {minimum}."),
        "oscillating": _("After {steps} steps it still swings back and forth around {minimum}."),
        "maximum": _("It stands on a maximum: the slope there is 0, so nothing moves it, but f is lower beside it."),
        "terrace": _("It stands where the slope is 0, but this is not a minimum: on one side f goes on falling."),
        "stuck": _("It stands still although the slope is not 0: the step is smaller than the rounding of w."),
        "left": _("It is outside the frame from step {step} to the last one computed, {steps}."),
        "diverged": _("It diverges, ever farther away: at step {step} it leaves the frame for the first time."),
    }  # fmt: skip
    without = {
        "settled": _("From step {step} on it rests in a minimum."),
        "creeping": _(
            "After {steps} steps it is still moving in one direction, and no minimum of this frame lies ahead."
        ),
        "oscillating": _("After {steps} steps it still swings back and forth."),
    }
    sentence = (told if minimum else told | without)[verdict.outcome].format(**values)
    return f"{sentence} {_what_is_better(minimum, minima, _)}" if verdict.outcome == "settled" and minimum else sentence


def _what_is_better(minimum: Minimum, minima: Sequence[Minimum], _: Translate) -> str:
    """Where a ball would lie lower, if anywhere in the frame."""
    if minimum.kind != "local":
        return ""
    best = next((other for other in minima if other.kind != "local"), None)
    if best is None:
        return _("It is caught there: f is lower still at the edge of this frame, or near a pole.")
    return _("It is caught there: {minimum} is lower.").format(minimum=named(best, _))


def escape_reading(escapes: Escapes, minima: Sequence[Minimum], _: Translate) -> str:
    """How often the end switches as the momentum grows, and where it does first."""
    if escapes.share < 1:
        return _("The balls are still rolling.")
    if not escapes.settled:
        if set(escapes.ends) == {DIVERGED}:
            return _("With this step size the ball diverges at every momentum.")
        return _("With this step size the ball comes to rest at no momentum.")
    diverged, unsettled = (escapes.ends.count(end) for end in (DIVERGED, UNDECIDED))
    told = _("Of {all} momenta {diverged} diverge and {unsettled} have not settled after {steps:,} steps.")
    values = {"all": len(escapes.ends), "diverged": diverged, "unsettled": unsettled, "steps": MOST_STEPS}
    rest = [told.format(**values)] if diverged or unsettled else []
    return " ".join([_switching(escapes, minima, _), *rest])


def _switching(escapes: Escapes, minima: Sequence[Minimum], _: Translate) -> str:
    count = len(escapes.switches)
    if not escapes.first or not count:
        end = end_labels(minima, _)[escapes.ends[escapes.settled[0]] or 0]
        return _("Every momentum that settles ends in the same minimum: {end}.").format(end=end)
    below, above = escapes.first
    i, j = escapes.switches[0]
    places = {"below": f"{below:.7f}", "above": f"{above:.7f}", "count": count}
    if j > i + 1:  # not refined
        places |= {"below": f"{below:g}", "above": f"{above:g}"}
    if count == 1:
        higher = end_labels(minima, _)[escapes.ends[j] or 0]
        told = _("The end switches once as β grows from 0 to 0.99, between β = {below} and {above}: with more momentum "
                 "than that the ball ends in another minimum ({end}).")  # fmt: skip
        return told.format(end=higher, **places)
    told = _(
        "The end switches {count} times as β grows from 0 to 0.99, first between β = {below} and {above}. More "
        "momentum is not always better: it helps with local minima, it does not solve them."
    )
    return told.format(**places)
