"""What the pictures of a loss slice show, in one line each (chapter 2.4.3)."""

from __future__ import annotations

import numpy as np

from engines.descent.loss_slice import RunOnPlane
from ui.charts.numerals import percent, typeset
from ui.text import Translate


def slice_reading(run: RunOnPlane, samples: int, plane: str, _: Translate) -> str:
    """What the plane is, and what it says at the path's end; the loss is the mean over so many samples."""
    values = {
        "steps": f"{run.steps[-1]:,}",
        "points": len(run.steps),
        "loss": typeset(run.true[-1]),
        "begin": typeset(run.true[0]),
        "samples": samples,
        "share": percent(run.captured),
    }
    if plane == "principal":
        return _(
            "{steps} steps (seen at {points} of them) in the plane closest to them all. At the end, the origin, the "
            "slice is the true loss: {loss}, the mean over {samples} training samples."
        ).format(**values)
    if run.is_point:
        return _(
            "All weights are 0 at the origin. A random direction as long as they are has no length, so this plane is a "
            "single point: the loss is {loss} everywhere. Choose the run's own plane."
        ).format(loss=typeset(run.true[-1] if plane == "random_end" else run.true[0]))
    if plane == "random_end":
        return _(
            "Around the end, where the slice is the true loss, {loss}, over {samples} training samples. The {steps} "
            "steps that led there hardly show: only {share} of their squared distance lies in this plane."
        ).format(**values)
    return _(
        "Around the start, where the slice is the true loss, {begin}, over {samples} training samples. Two "
        "random directions lead nowhere: the run found its {loss} elsewhere, and only {share} of its squared distance "
        "lies in this plane."
    ).format(**values)


def gap_reading(run: RunOnPlane, _: Translate) -> str:
    """Where the plane is farthest from the truth."""
    with np.errstate(all="ignore"):
        ratios = np.abs(np.log(run.sliced / run.true))
    if not np.isfinite(ratios).any():
        return _("Neither loss can be compared with the other here.")
    worst = int(np.where(np.isfinite(ratios), ratios, -1.0).argmax())
    if ratios[worst] < 1e-6:
        return _("The plane shows the true loss at every point of the run.")
    sliced, true = _told_apart(run.sliced[worst], run.true[worst])
    return _(
        "The path drawn is a shadow: at step {step} the plane says {sliced}, the weights themselves had {true}."
    ).format(step=f"{run.steps[worst]:,}", sliced=sliced, true=true)


def _told_apart(*values: float) -> list[str]:
    """Two numbers with as few digits as show that they differ, three at least."""
    shown = ([typeset(value, digits) for value in values] for digits in range(3, 18))
    return next(pair for pair in shown if pair[0] != pair[1] or values[0] == values[1])


def shares_reading(run: RunOnPlane, parameters: int, _: Translate) -> str:
    """The run's share beside a random walk's, in a space of so many parameters."""
    if not run.components.any():
        return _("The weights did not move at all.")
    return _(
        "Two components hold {run} of the run's squared distance; of a random walk as long, in as many dimensions "
        "({parameters}), they hold {walk}. So a high share alone says little about this run."
    ).format(
        run=percent(float(run.components[:2].sum())),
        walk=percent(float(run.walk[:2].sum())),
        parameters=f"{parameters:,}",
    )
