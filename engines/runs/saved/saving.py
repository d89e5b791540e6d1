"""When a run saves its state: so often that little has to be trained again, so seldom that it costs next to nothing.

The clock decides, since a saved state changes nothing of a run.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engines.network import Network
from engines.pieces import InPieces, timed
from engines.runs.recipe import Recipe
from engines.runs.saved.saved_states import SavedStates
from engines.runs.timeline import RunState

EVERY = 1.0  # seconds of the clock between two states of a run that goes on
_WORTH = 0.2  # seconds of training that are not worth a file
_SHARE = 50.0  # times as long as saving takes is trained in between
_LOOK = 0.1  # seconds of training between two looks at the clock
_MOST, _NEWEST = 10, 4  # files of a run: if there are more, every second one goes, but for the newest


class Saving:
    """Of one run. `due` is the step at which it is to look whether to save, `asked` whether it is to do so."""

    def __init__(self, states: SavedStates | None, recipe: Recipe) -> None:
        """To `states`, if there are any and a run of that recipe may be saved."""
        self._states = states if states and states.takes(recipe) else None
        self._names: list[str] = []
        self._at, self._step, self._seconds = time.monotonic(), 0, 0.0  # the last one: when, which, how long it took
        self.stand_at(0)

    def stand_at(self, step: int) -> None:
        """The run goes on from there, where a state can be had again."""
        self._step, self.asked = step, False
        self.due: float = step if self._states else math.inf

    def look(self, step: int, step_seconds: float) -> None:
        """The run has come to the step that was due."""
        self.due = step + max(1, int(_LOOK / step_seconds))
        self.asked = time.monotonic() - self._at >= EVERY and self.is_worth_it(step, step_seconds)

    def is_worth_it(self, step: int, step_seconds: float) -> bool:
        """Whether to train to there again would take a while."""
        return self._states is not None and abs(step - self._step) * step_seconds >= max(_WORTH, _SHARE * self._seconds)

    def save(self, make: Callable[[], InPieces[RunState]]) -> InPieces[None]:
        """Write the state that `make` makes, and let go of some that this run wrote before."""
        self.asked = False
        if self._states is None:
            return
        (name, self._step), self._seconds = yield from timed(self._saved(self._states, make))
        self._at = time.monotonic()
        if name and name not in self._names:
            self._names.append(name)
        if len(self._names) > _MOST:
            for old in self._names[-_NEWEST - 1 :: -2]:
                self._states.forget(old)
                self._names.remove(old)

    def _saved(self, states: SavedStates, make: Callable[[], InPieces[RunState]]) -> InPieces[tuple[str | None, int]]:
        state = yield from make()
        return (yield from states.keep(state)), state.step

    def nearest_step(self, recipe: Recipe) -> int:
        """The step of the latest state, of whatever process, on the way to that recipe; 0 if there is none."""
        return self._states.nearest_step(recipe) if self._states else 0

    def nearest(self, recipe: Recipe, network: Network, after: int) -> InPieces[RunState | None]:
        """That state, if it is `after` that step."""
        return (yield from self._states.nearest(recipe, network, after)) if self._states else None
