"""Who is ahead in a race: by the test loss after so many steps, or by the steps to a smoothed loss (chapter 2.4.3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from engines.races.racer_run import RacerSnapshot


def by_loss(runs: Sequence[RacerSnapshot], steps: int) -> list[RacerSnapshot]:
    """By the test loss of the weights after that many steps (one of `JUDGED_AT`), lowest first."""
    return _ranked(runs, lambda run: run.judged[steps].loss if steps in run.judged else math.inf)


def by_steps(runs: Sequence[RacerSnapshot], target: float) -> list[RacerSnapshot]:
    """By the steps after which the smoothed loss had come down to that target (one of `TARGETS`), fewest first."""
    return _ranked(runs, lambda run: run.reached.get(target, math.inf))


def _ranked(runs: Sequence[RacerSnapshot], result: Callable[[RacerSnapshot], float]) -> list[RacerSnapshot]:
    """Those with a result by it; then those without by their present loss; those that stand still last."""

    def place(run: RacerSnapshot) -> tuple[bool, float, float]:
        here, loss = result(run), run.smoothed_loss
        has_none = not math.isfinite(here)
        return (run.stands_still and has_none), here, loss if math.isfinite(loss) else math.inf

    return sorted(runs, key=place)


def places(results: Sequence[float | None]) -> list[int | None]:
    """The place of each in the order given; equal results share one, and what is not known (or no number) has none.

    >>> places([0.2, 0.3, 0.3, 0.5, None])
    [1, 2, 2, 4, None]
    """
    known = [result for result in results if result is not None and math.isfinite(result)]
    return [
        1 + sum(other < result for other in known) if result is not None and math.isfinite(result) else None
        for result in results
    ]
