"""The states of runs that a folder holds: found by the recipe of a run that has passed through them.

They save time and nothing else. Whatever is wrong with one, it is as if it were not there.
"""

from __future__ import annotations

from pathlib import Path

from engines.network import Network
from engines.pieces import InPieces
from engines.runs.recipe import Recipe
from engines.runs.saved.folder import SharedFolder
from engines.runs.saved.names import file_name, passed_by, step_in
from engines.runs.saved.state_file import read_state, write_state
from engines.runs.timeline import RunState

MOST_OF_ONE = 64_000_000  # bytes: what takes longer to write is cheaper to train again


class SavedStates:
    """Those in a folder that may be shared with other processes, at most so many bytes of them all together."""

    def __init__(self, folder: Path, most_bytes: float) -> None:
        self._folder = SharedFolder(folder, lambda name: step_in(name) is not None, most_bytes, MOST_OF_ONE)

    def nearest_step(self, recipe: Recipe) -> int:
        """The step of the latest state that a run of this recipe has passed through; 0 if there is none."""
        return max((step for step, _name in self._passed(recipe)), default=0)

    def nearest(self, recipe: Recipe, network: Network, after: int) -> InPieces[RunState | None]:
        """The latest state that a run of this recipe, with that network, has passed through `after` that step."""
        for step, name in sorted(self._passed(recipe), reverse=True):
            if step <= after:
                return None
            if content := self._folder.read(name):
                if state := (yield from read_state(content, recipe.at(step), network)):
                    return state
                self._folder.remove(name)
        return None

    def keep(self, state: RunState) -> InPieces[str | None]:
        """Write it; its file's name if it is there then."""
        name = file_name(state.recipe)
        if name is None or self._folder.has(name):
            return name
        is_there = yield from self._folder.write(name, lambda file: write_state(state, file))
        return name if is_there else None

    def forget(self, name: str) -> None:
        """Let go of a file that `keep` wrote."""
        self._folder.remove(name)

    def takes(self, recipe: Recipe) -> bool:
        """Whether a state of that run may be saved at all."""
        return self._folder.is_usable and file_name(recipe) is not None

    def _passed(self, recipe: Recipe) -> list[tuple[int, str]]:
        return list(passed_by(recipe, self._folder.names()))
