"""What the scene "race" of the Optimizers page chooses: who races, the schedule, how it is judged and drawn."""

from __future__ import annotations

from dataclasses import dataclass

from engines.optimizers.base import Optimizer
from engines.optimizers.rate_outside import rate_outside
from engines.optimizers.schedules import SHAPES, Schedule
from engines.races.racer_run import JUDGED_AT, TARGETS
from ui.experiment.readers import one_of, one_of_numbers, read_switch, whole, write_number, write_switch
from ui.experiment.settings import parameter
from ui.optimizers.race.pace import PACES
from ui.optimizers.race.racers import TUNED, Racers, read_racers, write_racers

AXES = ("step", "samples", "seconds")
SCHEDULE_STEPS = (30, 100, 300, 1000, 3000, 10_000)


@dataclass(frozen=True)
class RaceView:
    """The racers, which the other scenes take from here too; the schedule; axes and ranking."""

    racers: tuple[Optimizer, ...] = parameter(TUNED, "race", read_racers, write_racers)
    schedule: str = parameter("constant", "schedule", one_of(lambda: SHAPES))
    schedule_steps: int = parameter(300, "over", whole(1, 1_000_000))
    outside: bool = parameter(False, "outside", read_switch, write_switch)
    axis: str = parameter("step", "axis", one_of(lambda: AXES))
    loss_axis: str = parameter("log", "loss_axis", one_of(lambda: ("log", "linear")))
    ranking: str = parameter("loss", "ranking", one_of(lambda: ("loss", "target")))
    judged_at: int = parameter(1000, "judged", one_of_numbers(JUDGED_AT))
    target: float = parameter(0.3, "target", one_of_numbers(TARGETS), write_number)
    tempo: str = parameter("quick", "tempo", one_of(lambda: PACES))  # no part of the race: it changes no number
    updates: int = parameter(2, "updates", whole(1, 4))  # a second

    @property
    def entrants(self) -> Racers:
        """Who is in the race: the racers, and those with the rate outside the velocity if they are to be compared."""
        twins = [twin for racer in self.racers if (twin := rate_outside(racer))] if self.outside else []
        return (*self.racers, *twins)

    @property
    def rates_schedule(self) -> Schedule:
        return Schedule(self.schedule, self.schedule_steps)
