"""What the pictures of the Gradient descent page say, in one line computed from the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.descent.landscapes import Minimum
from engines.descent.momentum_escape import DIVERGED, Escapes
from engines.descent.paths import Verdict
from ui.charts.gradient_descent.momentum_strip import end_labels
from ui.charts.numerals import number
from ui.text import Translate


def step_reading(w: NDArray, f: NDArray, slope: NDArray, shown: int, _: Translate) -> str:
    """Where the ball is at the step shown and how it moves on."""
    if not np.isfinite([w[shown], f[shown]]).all():
        return _("Step {k}: w is beyond all numbers.").format(k=shown)
    move = w[shown + 1] - w[shown]
    return _("Step {k}: w = {w}, f = {f}, slope {slope}; the next move is {move}.").format(
        k=shown, w=number(w[shown]), f=number(f[shown]), slope=number(slope[shown]), move=f"{move:+.3g}"
    )


def verdict_reading(verdict: Verdict, minima: Sequence[Minimum], steps: int, _: Translate) -> str:
    """What becomes of the ball in the end."""
    minimum = verdict.minimum
    sentences = {
        "settled": _("From step {step} on it stays in the {kind} minimum at {x}."),
        "creeping": _("After {steps} steps it still creeps towards the {kind} minimum at {x}."),
        "oscillating": _("After {steps} steps it still goes to and fro around the {kind} minimum at {x}."),
        "flat": _("It stands still where the slope is 0, though no minimum is there."),
        "left": _("From step {step} on it is outside the frame."),
        "diverged": _("It diverges: from step {step} on it is outside the frame, and ever farther away."),
    }
    if minimum is None and verdict.outcome == "creeping":
        return _(
            "After {steps} steps it still moves on in one direction, and no minimum lies ahead inside the frame."
        ).format(steps=steps)
    if minimum is None and verdict.outcome == "oscillating":
        return _("After {steps} steps it still goes to and fro.").format(steps=steps)
    told = sentences[verdict.outcome].format(
        step=verdict.step,
        steps=steps,
        kind=kind_of(minimum, _) if minimum else "",
        x=_place(minimum) if minimum else "",
    )
    if verdict.outcome != "settled" or minimum is None or minimum.is_global:
        return told
    lowest = min(minima, key=lambda other: other.value)
    better = _("It is caught there: the global minimum is at {x}.")
    return f"{told} {better.format(x=_place(lowest))}"


def _place(minimum: Minimum) -> str:
    return number(round(minimum.x, 9) + 0.0)


def kind_of(minimum: Minimum, _: Translate) -> str:
    return _("global") if minimum.is_global else _("local")


def escape_reading(escapes: Escapes, minima: Sequence[Minimum], _: Translate) -> str:
    """How often the end switches as the momentum grows, and where it does first."""
    switches = len(escapes.switches)
    if escapes.share < 1:
        return _("The balls are still rolling.")
    if not escapes.first:
        stays = end_labels(minima, _)[escapes.ends[0] if escapes.ends[0] is not None else DIVERGED]
        return _("Every momentum that settles ends in the same place: {end}.").format(end=stays)
    return _(
        "The end switches {count}× as β grows from 0 to 0.99, first between β = {below:.7f} and {above:.7f} (found by "
        "bisection). More momentum is not always better: it helps with local minima, it does not solve them."
    ).format(count=switches, below=escapes.first[0], above=escapes.first[1])
