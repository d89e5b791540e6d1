"""Who is ahead in a race: by the test loss after so many steps, or by the steps to a smoothed loss (chapter 2.4.3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from engines.races.lane import LaneSnapshot


def by_loss(lanes: Sequence[LaneSnapshot], steps: int) -> list[LaneSnapshot]:
    """By the test loss of the weights after that many steps (one of `JUDGED_AT`), lowest first."""
    return _ranked(lanes, lambda lane: lane.judged[steps].loss if steps in lane.judged else math.inf)


def by_steps(lanes: Sequence[LaneSnapshot], target: float) -> list[LaneSnapshot]:
    """By the steps after which the smoothed loss had come down to that target (one of `TARGETS`), fewest first."""
    return _ranked(lanes, lambda lane: lane.reached.get(target, math.inf))


def _ranked(lanes: Sequence[LaneSnapshot], result: Callable[[LaneSnapshot], float]) -> list[LaneSnapshot]:
    """Those with a result by it; then those without by their present loss; those that stand still last."""

    def place(lane: LaneSnapshot) -> tuple[bool, float, float]:
        here, loss = result(lane), lane.smoothed_loss
        has_none = not math.isfinite(here)
        return (lane.stands_still and has_none), here, loss if math.isfinite(loss) else math.inf

    return sorted(lanes, key=place)
