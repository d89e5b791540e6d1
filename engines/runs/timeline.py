"""The past of a run in bounded memory: states to return to, from which any step between is recomputed.

A state belongs to whatever run begins like the one that made it: so branches share their common past. How many are
kept does not depend on how long a run is; when there are too many every second one is let go, and later ones are
taken half as often. Dropping any of them costs time, never a result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines.costs.seconds import step_seconds
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.runs.history import LearningCurve
from engines.runs.recipe import Recipe
from engines.runs.stop_rules import Seen
from engines.training_state import Checkpoint

MOST_STATES = 200
MOST_BYTES = 32_000_000
_NO_TIME = 0.02  # seconds
_CURVE_BYTES = 10_000  # of a state's curves: their points are shared


@dataclass(frozen=True, eq=False)
class RunState:
    """A training run between two steps: the trainer's state, and its curves so far.

    `recipe` is what made it: without an edit at the step where it stands. `good_step`: the last step at which its
    test loss was not above the first one. `watched`: what its watch knew.
    """

    recipe: Recipe
    trainer: Checkpoint
    curve: LearningCurve
    tests: tuple[Any, ...]
    norms: tuple[Any, ...]
    marks: tuple[Any, ...]
    good_step: int
    seen: Seen
    divergence: Any = None
    watched: Any = None

    @property
    def step(self) -> int:
        return self.recipe.step


class Timeline:
    """States of a run and of its branches. `room` is how many fit, besides the beginning and the good one."""

    def __init__(self, room: int, stride: int = 1) -> None:
        """The first states are taken every so many steps."""
        self.room, self.stride = room, stride
        self._states: list[RunState] = []
        self._good: RunState | None = None

    def next_due(self, step: int) -> float:
        """The first step after that one whose state is to be kept."""
        return step + self.stride - step % self.stride if self.room else math.inf

    def keep(self, state: RunState) -> None:
        """Remember a state."""
        self._states.append(state)
        while len(self._states) > self.room:
            self.stride *= 2
            self._states = self._thinned() or self._states[-self.room :]

    def keep_good(self, state: RunState) -> None:
        """Remember the last good state, whatever there is room for."""
        self._good = state

    def holds(self, recipe: Recipe) -> bool:
        """Whether there is a state of exactly that recipe."""
        return any(state.step == recipe.step and state.recipe == recipe for state in self._states)

    def limit(self, share: float) -> None:
        """Go on with room for that share of as many states only."""
        self.room = int(share * self.room)
        self._states = self._states[len(self._states) - self.room :] if self.room < len(self._states) else self._states

    def clear(self) -> None:
        """Let all of them go but the good one."""
        self._states = []

    def nearest(self, recipe: Recipe) -> RunState | None:
        """The latest state that a run of this recipe has passed through; None if it has to begin anew."""
        passed = (state for state in (*self._states, self._good) if state is not None and _leads_to(state, recipe))
        return max(passed, key=lambda state: state.step, default=None)

    def steps_of(self, recipe: Recipe) -> list[int]:
        """The steps of the states that a run with these edits passes through."""
        return [state.step for state in self._states if _leads_to(state, replace(recipe, step=state.step))]

    def _thinned(self) -> list[RunState]:
        """Those at the multiples of the stride; where that helps nothing, the newest ones."""
        kept = [state for state in self._states if state.step % self.stride == 0]
        return kept if len(kept) <= self.room or self.stride < 2**40 else []


def _leads_to(state: RunState, recipe: Recipe) -> bool:
    made = state.recipe
    if made.step > recipe.step or made.beginning != recipe.beginning:
        return False
    earlier = tuple(edit for edit in recipe.edits if edit.step < made.step)
    return made.edits == earlier and (made.first == recipe.first or not made.step)


def room_for(network: Network, optimizer: Optimizer, dtype: str) -> int:
    """How many states fit into `MOST_BYTES`, `MOST_STATES` at most."""
    return min(MOST_STATES, MOST_BYTES // state_bytes(network, optimizer, dtype))


def stride_for(network: Network, batch_size: int, dtype: str) -> int:
    """How many steps there are between the first states: no more than it takes no time to make again."""
    return 2 ** max(0, int(math.log2(_NO_TIME / step_seconds(network, batch_size, dtype))))


def timeline_bytes(network: Network, optimizer: Optimizer, dtype: str) -> int:
    """What a run's past takes at most."""
    return room_for(network, optimizer, dtype) * state_bytes(network, optimizer, dtype)


def state_bytes(network: Network, optimizer: Optimizer, dtype: str) -> int:
    """Of one."""
    copies = 1 + len(optimizer.state_names)
    return _CURVE_BYTES + copies * network.parameter_count * np.dtype(dtype).itemsize
