"""One iteration of the training loop, stage by stage, with every tensor in sight (chapter 2.4.3).

`stages(trainer)` does exactly what `Trainer.step` does, by the same methods, and stops after each stage to
show what it made. After the fifth the trainer has made one step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.recording import Recorder
from engines.records import StepRecord
from engines.syntax import source
from engines.training import Batch, Trainer

_LOSSES_OF_A_PIECE = 256

_LATER: Any = None  # what a later stage makes
NAMES = ("batch", "forward", "loss", "backward", "update")


@dataclass(frozen=True, eq=False)
class Iteration:
    """What the stages so far have made; None where a stage is still to come. Arrays are NumPy copies.

    stage: 1 to 5. layers: each layer's result by name ("z1", "a1", ..., "logits"), (batch, units).
    probabilities: softmax of the logits, (batch, classes). losses: of each sample, (batch,); loss: their mean.
    gradients, before, after: by parameter, shaped like it. loss_after: of the same batch with the parameters after.
    """

    stage: int
    step: int
    batch: Batch
    layers: dict[str, np.ndarray] = _LATER
    probabilities: np.ndarray = _LATER
    losses: np.ndarray = _LATER
    loss: float = _LATER
    gradients: dict[str, np.ndarray] = _LATER
    before: dict[str, np.ndarray] = _LATER
    after: dict[str, np.ndarray] = _LATER
    loss_after: float = _LATER


def stages(trainer: Trainer) -> Iterator[Iteration | object]:
    """Yields after each of the five stages; the values are those of this very pass. Between pieces it yields `PIECE`.

    Raises `InvalidSetting` for a batch that is too large to be shown as one.
    """
    if trainer.takes_pieces:
        raise InvalidSetting(
            "A batch of {size:,} images is too large to be taken apart here: with this network at most {most:,}.",
            size=trainer.batches.batch_size,
            most=trainer.rows_at_once,
        )
    numpy, step = trainer.backend.numpy, trainer.steps
    with np.errstate(all="ignore"):
        batch = trainer.draw_batch()
    yield (made := Iteration(1, step, batch))

    with np.errstate(all="ignore"):
        weights = trainer.tensors()
        y_pred = trainer.forward(weights, batch.x)
        logits = np.array(numpy(y_pred))
    if trainer.is_heavy:
        yield PIECE
    with np.errstate(all="ignore"):
        layers = _layers(trainer, batch)
        probabilities = np.exp(numpy(trainer.backend.log_softmax(trainer.backend.tensor(logits))))
    yield (made := replace(made, stage=2, layers=layers, probabilities=probabilities))

    with np.errstate(all="ignore"):
        loss = trainer.compute_loss(y_pred, batch.labels)
    losses = yield from _losses(trainer, logits, batch.labels)
    yield (made := replace(made, stage=3, losses=losses, loss=float(numpy(loss))))

    with np.errstate(all="ignore"):
        gradients = trainer.backward(loss, weights)
    shown = {name: np.array(numpy(gradient)) for name, gradient in gradients.items()}
    yield (made := replace(made, stage=4, gradients=shown))

    before = trainer.parameters()
    if math.isfinite(made.loss):
        with np.errstate(all="ignore"):
            trainer.update(gradients)
    after = trainer.parameters()
    if trainer.is_heavy:
        yield PIECE
    yield replace(made, stage=5, before=before, after=after, loss_after=_loss_now(trainer, batch))


def _loss_now(trainer: Trainer, batch: Batch) -> float:
    """The batch's loss with the present parameters."""
    with np.errstate(all="ignore"):
        return float(
            trainer.backend.numpy(trainer.compute_loss(trainer.forward(trainer.tensors(), batch.x), batch.labels))
        )


def _losses(trainer: Trainer, logits: np.ndarray, labels: np.ndarray) -> InPieces[np.ndarray]:
    """Each sample's own loss, (batch,)."""
    losses = []
    for number in range(len(logits)):
        losses.append(trainer.score(logits[number : number + 1], labels[number : number + 1])[0])
        if number % _LOSSES_OF_A_PIECE == _LOSSES_OF_A_PIECE - 1:
            yield PIECE
    return np.array(losses)


def record_of(iteration: Iteration) -> StepRecord:
    """The record of a finished iteration, as `Trainer.step` would have returned it."""
    return StepRecord(
        iteration.step,
        iteration.batch.epoch,
        iteration.loss,
        iteration.layers["logits"],
        iteration.batch.labels,
        iteration.gradients,
    )


def code_of(stage: int) -> str:
    """The line of `Trainer.step` that is this stage (marked there by its number)."""
    lines = source(Trainer.step).splitlines()
    return next(line.split("#")[0].strip() for line in lines if line.rstrip().endswith(f"# {stage}"))


def _layers(trainer: Trainer, batch: Batch) -> dict[str, np.ndarray]:
    """Each layer's result: z = dot(x, W) + b, a = activation(z), and the logits."""
    recorder, last = Recorder(trainer.backend), len(trainer.network.layers)
    inputs = recorder.leaf("x", batch.x, "input", requires_grad=False)
    weights = {name: recorder.leaf(name, w, "parameter", requires_grad=False) for name, w in trainer.arrays.items()}
    trainer.network.forward(recorder, weights, inputs)
    layers: dict[str, np.ndarray] = {}
    for layer in range(1, last + 1):
        layers["logits" if layer == last else f"z{layer}"] = recorder.value(f"add {layer}")
        if layer < last:
            layers[f"a{layer}"] = recorder.value(f"{trainer.network.activation} {layer}")
    return layers
