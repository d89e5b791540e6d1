"""What the scene "rates" of the Optimizers page chooses: how fine the grid is, how many seeds, how many steps."""

from __future__ import annotations

from dataclasses import dataclass

from engines.races.racer_run import JUDGED_AT
from ui.experiment.readers import one_of, one_of_numbers
from ui.experiment.settings import parameter

GRIDS = {"half": 2, "quarter": 4}  # rates a decade
SEEDS = (1, 3, 5, 10)
STEPS = tuple(steps for steps in JUDGED_AT if steps <= 1000)  # so that a race can be judged by the same loss


@dataclass(frozen=True)
class RatesView:
    """The scene's part of the page's view."""

    rates_grid: str = parameter("half", "rates_grid", one_of(lambda: GRIDS))
    rates_seeds: int = parameter(3, "rates_seeds", one_of_numbers(SEEDS))
    rates_steps: int = parameter(100, "rates_steps", one_of_numbers(STEPS))
