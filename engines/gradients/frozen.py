"""The loss as a function of weights that stand still: f at one step of a run, its value and gradient there (2.4.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engines.arrays import NamedArrays
from engines.backends.base import Backend
from engines.gradients.loss_function import LossFunction
from engines.pieces import PIECE, InPieces, is_large
from engines.runs.recipe import Edit
from engines.runs.state_at_step import StateAtStep, train_to
from engines.training import Batch, Trainer


@dataclass(frozen=True, eq=False)
class Frozen:
    """`state` has the weights W0 and the batch that f takes; loss is f(W0), gradients gradient(f)(W0), in float64.

    identity tells these numbers from all others.
    """

    state: StateAtStep
    f: LossFunction
    loss: float
    gradients: dict[str, np.ndarray]
    identity: str
    share: float = 1.0


def frozen_at(
    trainer: Trainer, step: int, salt: str = "", edits: Sequence[Edit] = (), backend: Backend | None = None
) -> Iterator[StateAtStep | Frozen | object]:
    """Trains to that step, then looks there; the last one yielded is `Frozen`, `PIECE` comes within large passes.

    On the way the run is edited; `backend`, if given, computes what is looked at.
    """
    for state in train_to(trainer, step, edits):
        if not isinstance(state, StateAtStep) or state.batch is None:
            yield state
    assert isinstance(state, StateAtStep)  # the last one, with its batch
    if backend is not None:
        trainer.switch_backend(backend)
    yield (yield from frozen(trainer, state, salt))


def frozen(trainer: Trainer, state: StateAtStep, salt: str = "") -> InPieces[Frozen]:
    """f by the trainer's backend and loss, in float64, at that state. `salt` goes into the identity."""
    batch = state.batch
    assert batch is not None  # the run is where it was to be trained to
    f = LossFunction(trainer.backend, trainer.network, trainer.loss, batch.x, batch.labels)
    loss = yield from f.value_in_pieces(state.parameters)
    gradients = yield from f.gradient_in_pieces(state.parameters)
    return Frozen(state, f, loss, gradients, (yield from _identity(state.parameters, batch, salt)))


def _identity(parameters: NamedArrays, batch: Batch, salt: str) -> InPieces[str]:
    digest = hashlib.blake2b(repr((salt, batch.indices.tolist())).encode(), digest_size=16)
    for values in parameters.values():
        digest.update(np.ascontiguousarray(values).data)
        if is_large(values.size):
            yield PIECE
    return digest.hexdigest()
