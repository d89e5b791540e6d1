"""How fast a race goes, so that it can be watched; it changes no number, and whoever is behind runs without limit."""

from __future__ import annotations

import math

from engines.races.race import Race
from ui.jobs.speed_limit import NORMAL, SLOW, SpeedLimit
from ui.text import Translate

PACES = ("slow", "normal", "quick", "fast")
QUICK = 200.0  # steps a second: a race of 1,000 takes five


class RaceLimit(SpeedLimit):
    """The limit of one race: steps of all racers together. To catch up is no part of what there is to see."""

    def __init__(self, race: Race) -> None:
        super().__init__()
        self._race = race

    @property
    def _is_level(self) -> bool:
        race = self._race
        return not hasattr(race, "runs") or (race.is_level and not race.steps_behind)  # a race that is over has none

    @property
    def is_shown_each(self) -> bool:
        return super().is_shown_each and self._is_level

    @property
    def rate(self) -> float:
        if self._lifted or not self._is_level:
            return math.inf
        return QUICK if self.tempo == "quick" else super().rate


def pace_labels(_: Translate) -> dict[str, str]:
    return {"slow": _("slow"), "normal": _("normal"), "quick": _("quick"), "fast": _("fast")}


def paces_told(_: Translate) -> str:
    told = _(
        "Slow: every step is shown, {slow:g} a second. Normal: {normal:g} steps a second. Quick: {quick:g}. Fast: as "
        "fast as the computer can. The tempo changes no number."
    )
    return told.format(slow=SLOW, normal=NORMAL, quick=QUICK)
