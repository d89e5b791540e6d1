"""The training loop: draw a batch, forward pass, loss, backward pass, update (chapter 2.4 and 2.4.3).

The chapter first lists four steps; 2.4.3 splits the fourth, "update the weights", into a backward pass and a
move against the gradient. `Trainer.step` is those five stages, a line each.

What takes long also comes in pieces: `step_in_pieces`, `evaluate_in_pieces`, … are generators that stop between two
pieces and return what the method of the shorter name returns, to the bit.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from engines import checks
from engines.backends.base import Array, Tensor
from engines.datasets.pixels import Pixels
from engines.pieces import PIECE, InPieces, finished, is_large, is_light, rows_at_once, slices
from engines.recording import Graph, Recorder
from engines.records import StepRecord, accuracy
from engines.training_state import TrainingState, copied

_EVALUATION_ROWS = 2048  # the test set passes through in pieces, so that its activations stay small


class Batch(NamedTuple):
    """x (batch, features) and labels (batch,) as NumPy arrays, the epoch and the samples' indices."""

    x: np.ndarray
    labels: np.ndarray
    epoch: int
    indices: np.ndarray


class _Pass(NamedTuple):
    """Logits (n, classes) and loss of some samples, and the gradients of that loss."""

    logits: np.ndarray
    loss: float
    gradients: dict[str, Array]


class Trainer(TrainingState):
    """Trains `network` on `data` with `optimizer`, executed by `backend`.

    The same seed, data and settings give the same initial weights and batches on every backend. Raises
    `InvalidSetting` for settings that cannot be used, `InvalidData` where network and data do not fit.
    """

    # The loop

    def step(self) -> StepRecord:
        """One iteration of the training loop, a stage a line.

        Where training diverges the record shows it, and NumPy may warn; `run` and `TrainingRun` keep it quiet.
        """
        if self.takes_pieces:
            return finished(self.step_in_pieces())
        batch = self.draw_batch()  # 1
        weights = self.tensors()
        y_pred = self.forward(weights, batch.x)  # 2
        loss = self.compute_loss(y_pred, batch.labels)  # 3
        gradients = self.backward(loss, weights)  # 4
        record = self._record(batch, y_pred, loss, gradients)
        if math.isfinite(record.loss):  # from a loss that is no number there is nothing to learn
            self.update(gradients)  # 5
        return record

    @np.errstate(all="ignore")
    def run(self, steps: int) -> StepRecord:
        """That many steps, at least one; returns the last record."""
        for _ in range(checks.steps(steps) - 1):
            self.step()  # nobody keeps its record, so that it computes nothing more
        return self.step()

    @property
    def is_heavy(self) -> bool:
        """Whether a step, an evaluation or a copy of the parameters should come in pieces where others wait."""
        large = is_large(self.network.parameter_count) or len(self.data.y_test) > 3 * self.rows_at_once
        return large or self.takes_pieces

    @property
    def takes_pieces(self) -> bool:
        """Whether a batch is too large to pass through the network at once."""
        return self.batches.batch_size > self.rows_at_once

    def step_in_pieces(self) -> InPieces[StepRecord]:
        """`step`, in pieces of the batch where it is a large one: the mean of their gradients, weighted by their size.

        Until the update the step has not happened: whoever drops the generator there finds the trainer as it was.
        """
        if not self.takes_pieces:
            with np.errstate(all="ignore"):
                return self.step()
        before = self.batches.position()
        indices, epoch, after = self.batches.draw(), self.batches.epoch, self.batches.position()
        self.batches.move_to(before)
        logits, loss, gradients = yield from self._passed(len(indices), lambda rows: self._taken(indices[rows]))
        self.batches.move_to(after)
        numpy, labels = self.backend.numpy, self.data.y_train.take(indices)
        record = self._settled(
            StepRecord(self.steps, epoch, loss, self.backend.tensor(logits), labels, gradients, numpy)
        )
        if math.isfinite(loss):
            with np.errstate(all="ignore"):
                self.update(gradients)
        return record

    def _passed(
        self, count: int, take: Callable[[slice], tuple[np.ndarray, np.ndarray]]
    ) -> InPieces[tuple[np.ndarray, float, dict[str, Array]]]:
        """Logits, loss and gradients of `count` samples, which `take` gives piece by piece as (x, labels)."""
        logits, loss, total = [], 0.0, {}
        for rows in slices(count, self.rows_at_once):
            share = (rows.stop - rows.start) / count
            with np.errstate(all="ignore"):
                part = self._pass(*take(rows))
            if is_large(self.network.parameter_count):
                yield PIECE
            with np.errstate(all="ignore"):
                loss += share * part.loss
                for name, gradient in part.gradients.items():
                    if name in total:
                        total[name] += share * gradient
                    else:
                        total[name] = share * gradient
            logits.append(part.logits)
            self.step_share = rows.stop / count  # of the samples of this pass
            del part, gradient  # the next piece needs their place
            yield PIECE
        return np.concatenate(logits), loss, total

    def _pass(self, x: np.ndarray, labels: np.ndarray) -> _Pass:
        """A forward and a backward pass; what lies between is free again when it returns."""
        weights, numpy = self.tensors(), self.backend.numpy
        y_pred = self.forward(weights, x)
        loss = self.compute_loss(y_pred, labels)
        return _Pass(numpy(y_pred), float(numpy(loss)), self.backward(loss, weights))

    def draw_batch(self) -> Batch:
        """Stage 1: the next mini-batch of training samples x and their labels."""
        indices = self.batches.draw()
        return Batch(*self._taken(indices), self.batches.epoch, indices)

    def _taken(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Training samples x in the run's dtype, and their labels."""
        x = self.data.x_train.take(indices, axis=0)
        if x.dtype is not self._dtype:
            x = x.astype(self._dtype)
        return x, self.data.y_train.take(indices)

    def forward(self, weights: Mapping[str, Tensor], x: np.ndarray) -> Tensor:
        """Stage 2, the forward pass: x (batch, features) → y_pred, logits (batch, classes)."""
        return self.network.forward(self.backend, weights, self.backend.tensor(x))

    def compute_loss(self, y_pred: Tensor, labels: np.ndarray) -> Tensor:
        """Stage 3: the loss of y_pred against the labels (batch,), one number."""
        return self.loss.of(self.backend, y_pred, labels, self.network.layer_sizes[-1], self.dtype)

    def backward(self, loss: Tensor, weights: Mapping[str, Tensor]) -> dict[str, Array]:
        """Stage 4, the backward pass: the gradient of the loss for each parameter, shaped like it."""
        return dict(zip(weights, self.backend.gradients(loss, list(weights.values())), strict=True))

    def update(self, gradients: Mapping[str, Array]) -> None:
        """Stage 5: the optimizer moves the parameters against the gradients."""
        self.optimizer.update(self._parameters, gradients, self._state)
        self.steps += 1

    def _record(self, batch: Batch, y_pred: Tensor, loss: Tensor, gradients: Mapping[str, Array]) -> StepRecord:
        numpy = self.backend.numpy
        return self._settled(
            StepRecord(self.steps, batch.epoch, float(numpy(loss)), y_pred, batch.labels, gradients, numpy)
        )

    def _settled(self, record: StepRecord) -> StepRecord:
        """The record of this step; the one before, if somebody still holds it, lets go of its arrays."""
        if last := self._last_record():
            last.settle()
        self._last_record = weakref.ref(record)
        return record

    # Looking without touching

    def evaluate(self) -> tuple[float, float]:
        """(loss, accuracy) on the test set at the present parameters."""
        return finished(self.evaluate_in_pieces())

    def evaluate_in_pieces(self) -> InPieces[tuple[float, float]]:
        logits = yield from self.predict_in_pieces(self.data.x_test)
        return self.score(logits, self.data.y_test)

    def score(self, logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """(loss, accuracy) of logits (n, classes) against labels (n,)."""
        return self.loss_of(logits, labels), accuracy(logits, labels)

    def loss_of(self, logits: np.ndarray, labels: np.ndarray) -> float:
        """The loss of logits (n, classes) against labels (n,)."""
        with np.errstate(all="ignore"):
            loss = self.compute_loss(self.backend.tensor(logits), labels)
        return float(self.backend.numpy(loss))

    def predict(self, x: np.ndarray | Pixels) -> np.ndarray:
        """Logits (n, classes) for x (n, features) at the present parameters, as NumPy."""
        return finished(self.predict_in_pieces(x))

    def predict_in_pieces(
        self, x: np.ndarray | Pixels, parameters: Mapping[str, Array] | None = None
    ) -> InPieces[np.ndarray]:
        """At other parameters than the present ones, if they are given."""
        arrays = self._parameters if parameters is None else parameters
        weights = {name: self.backend.tensor(array) for name, array in arrays.items()}
        x, logits = checks.samples(x, self.network.layer_sizes[0]), []
        rows_of_a_piece = min(_EVALUATION_ROWS, rows_at_once(self.network.parameter_count, passes=1))
        for rows in slices(len(x), rows_of_a_piece):
            if logits:
                yield PIECE
            with np.errstate(all="ignore"):
                piece = x[rows].astype(self.dtype, copy=False)
                logits.append(self.backend.numpy(self.forward(weights, piece)))
        return logits[0] if len(logits) == 1 else np.concatenate(logits)

    def gradients(self, x: np.ndarray | Pixels, y: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """(loss, {name: gradient}) for samples x (n, features), labels y (n,); changes nothing."""
        return finished(self.gradients_in_pieces(x, y))

    def gradients_in_pieces(
        self, x: np.ndarray | Pixels, y: np.ndarray
    ) -> InPieces[tuple[float, dict[str, np.ndarray]]]:
        x, y = self._checked(x, y)
        _logits, loss, gradients = yield from self._passed(len(x), lambda rows: (x[rows], y[rows]))
        return loss, (yield from copied(self.backend, gradients))

    def batch_gradients_in_pieces(self) -> InPieces[tuple[Array, dict[str, Array]]]:
        """The first four stages: loss and gradients of the next batch, which is drawn, as the backend has them."""
        if self.takes_pieces:
            indices = self.batches.draw()
            _logits, loss, gradients = yield from self._passed(len(indices), lambda rows: self._taken(indices[rows]))
            return loss, gradients
        with np.errstate(all="ignore"):
            batch, weights = self.draw_batch(), self.tensors()
            loss = self.compute_loss(self.forward(weights, batch.x), batch.labels)
            gradients = self.backward(loss, weights)
        if not is_light(self.batches.batch_size, self.network.parameter_count):
            yield PIECE
        return self.backend.numpy(loss), gradients

    def next_gradients_in_pieces(self) -> InPieces[tuple[float, dict[str, np.ndarray]]]:
        """(loss, gradients) of the batch that comes next, which is not drawn by it."""
        position = self.batches.position()
        indices = self.batches.draw()
        self.batches.move_to(position)
        _logits, loss, gradients = yield from self._passed(len(indices), lambda rows: self._taken(indices[rows]))
        return loss, (yield from copied(self.backend, gradients))

    def record_pass(self, x: np.ndarray, y: np.ndarray) -> Graph:
        """The graph of a pass over x (n, features), y (n,): each node's value and gradient."""
        return finished(self.record_pass_in_pieces(x, y))

    def record_pass_in_pieces(self, x: np.ndarray, y: np.ndarray) -> InPieces[Graph]:
        x, y = self._checked(x, y)
        recorder = Recorder(self.backend)
        targets = self.loss.targets(y, self.network.layer_sizes[-1], self.dtype)
        with np.errstate(all="ignore"):
            inputs = recorder.leaf("x", x, "input")
            weights = {name: recorder.leaf(name, array, "parameter") for name, array in self._parameters.items()}
            y_pred = self.network.forward(recorder, weights, inputs)
            labels = recorder.leaf("y", targets, "input", requires_grad=False)
            loss = self.loss.value(recorder, y_pred, labels)
        return (yield from recorder.graph_in_pieces(loss))

    def _checked(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        features, *_, classes = self.network.layer_sizes
        x = checks.samples(x, features).astype(self.dtype, copy=False)
        return x, checks.labels(y, len(x), classes)
