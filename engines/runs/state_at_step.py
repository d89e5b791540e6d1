"""The weights of a run at a given step, and the batch that it draws next: what `f(W) = loss_value` needs (2.4.2).

Training is deterministic, so that a step's number says as much as the weights themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engines.pieces import InPieces
from engines.runs.recipe import Edit
from engines.training import Batch, Trainer


@dataclass(frozen=True, eq=False)
class StateAtStep:
    """After `step` steps: parameters as float64 copies, and the batch that step number `step` draws.

    While training is still on its way there, `batch` is None.
    """

    step: int
    share: float
    parameters: dict[str, np.ndarray]
    batch: Batch | None = None

    @property
    def is_finite(self) -> bool:
        """Whether every weight still is a number."""
        return all(np.isfinite(values).all() for values in self.parameters.values())


def train_to(trainer: Trainer, step: int, edits: Sequence[Edit] = ()) -> Iterator[StateAtStep | object]:
    """Trains from the trainer's present state to that step, with the edits on the way; the last state has its batch.

    Yields `PIECE` between the pieces of a large network's steps.
    """
    ahead = [edit for edit in edits if edit.step <= step]
    while True:
        while ahead and ahead[0].step <= trainer.steps:
            ahead.pop(0).conditions.apply(trainer)
        if trainer.steps >= step:
            break
        loss = (yield from trainer.step_in_pieces()).loss
        if not np.isfinite(loss):
            break  # diverged: no further step changes anything
        yield StateAtStep(trainer.steps, trainer.steps / (step + 1), {})
    yield (yield from state_in_pieces(trainer))


def state_in_pieces(trainer: Trainer, batch: Batch | None = None) -> InPieces[StateAtStep]:
    """The present state with the batch that comes next, which is drawn from the trainer unless given."""
    batch = trainer.draw_batch() if batch is None else batch
    parameters = yield from trainer.parameters_in_pieces("float64")
    return StateAtStep(trainer.steps, 1.0, parameters, batch)
