"""Where training and test part: the test loss rises again while the smoothed training loss still falls, or stays far
above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from engines.runs.history import Bin
from engines.runs.training_run import Snapshot, TestPoint
from ui.charts.numerals import number
from ui.text import Translate

_MARGIN = 1.05  # times: a loss that moves by less goes to and fro rather than up or down
_FAR = 10  # times
_LASTING = 3  # test points at least, so that one that jumps up does not count


class Parting(NamedTuple):
    """The lowest test loss that is drawn, that of now, and the smoothed training loss then and now."""

    lowest: TestPoint
    now: TestPoint
    training_then: float
    training_now: float


def parting(snapshot: Snapshot) -> Parting | None:
    """None in the first epoch, in which every batch is as new to the network as the test set; nor where the training
    loss is still above the lowest test loss, as after steps too large, which spoil both."""
    if snapshot.divergence or snapshot.epoch < 1:
        return None
    now = snapshot.tests[-1]
    lowest = min((test for test in snapshot.tests if math.isfinite(test.loss)), key=lambda test: test.loss, default=now)
    then = _bin_at(lowest.step, snapshot)
    if then is None or not _has_risen(snapshot.tests, lowest):
        return None
    if not _MARGIN * snapshot.smoothed_loss < min(then.smoothed, lowest.loss):
        return None
    return Parting(lowest, now, then.smoothed, snapshot.smoothed_loss)


def parting_told(snapshot: Snapshot, _: Translate) -> str:
    """In words; "" where the two have not parted, and are not far apart."""
    found = parting(snapshot)
    if found is None:
        return _far_apart_told(snapshot, _)
    told = _(
        "The lowest test loss drawn here, {lowest}, is that of step {lowest_step}. By step {step} the test loss has "
        "risen to {loss}, while the smoothed training loss has fallen from {training_then} to {training_now}: measured "
        "by its loss, the network is overfitting."
    )
    return told.format(
        lowest_step=f"{found.lowest.step:,}",
        lowest=number(found.lowest.loss),
        step=f"{found.now.step:,}",
        loss=number(found.now.loss),
        training_then=number(found.training_then),
        training_now=number(found.training_now),
    )


def _far_apart_told(snapshot: Snapshot, _: Translate) -> str:
    """That the last test loss, unless it is long past, is many times the training loss. In the first epoch every batch
    is as new to the network as the test set."""
    test, training = snapshot.tests[-1], snapshot.smoothed_loss
    if snapshot.divergence or snapshot.epoch < 1 or not snapshot.bins or 2 * test.step < snapshot.steps:
        return ""
    if not 0 < _FAR * training <= test.loss < math.inf:
        return ""
    told = _(
        "The test loss of step {step} is {ratio} times the smoothed training loss: measured by its loss, the network "
        "fits the images it trains on far better than others."
    )
    return told.format(step=f"{test.step:,}", ratio=number(test.loss / training))


def _has_risen(tests: Sequence[TestPoint], lowest: TestPoint) -> bool:
    """Whether the test loss has stayed clearly above its lowest for the second half of the steps since."""
    half = (lowest.step + tests[-1].step) / 2
    since = [test.loss for test in tests if test.step >= half]
    return len(since) >= _LASTING and all(_MARGIN * lowest.loss < loss < math.inf for loss in since)


def _bin_at(steps: int, snapshot: Snapshot) -> Bin | None:
    """The first one that ends after so many steps, or later; None where the curve began later still, or none ends."""
    if not steps or not snapshot.bins or snapshot.bins[0].step + 1 - snapshot.bin_width > steps:
        return None
    return next((bin for bin in snapshot.bins if bin.step + 1 >= steps), None)
