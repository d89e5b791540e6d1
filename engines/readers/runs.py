"""Small runs on the digits, as the readers' questions compare them: the same weights and batches for each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines import backends, datasets, losses
from engines.arrays import NamedArrays
from engines.gradients.loss_function import LossFunction
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces
from engines.random_streams import Stream, generator
from engines.readers.verdicts import LEARNED
from engines.training import Trainer

HIDDEN = (32,)
BATCH = 32
RATES = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0)
STEPS = 200
_STEPS_OF_A_PIECE = 10


@dataclass(frozen=True)
class Course:
    """How a run went: the test loss after so many steps, and the accuracy at the end. A loss beyond numbers is ∞."""

    steps: tuple[int, ...]
    losses: tuple[float, ...]
    accuracy: float

    @property
    def last(self) -> float:
        return self.losses[-1]

    def at(self, step: int) -> float:
        """The loss after that step, at which it was looked at."""
        return self.losses[self.steps.index(step)]


def trainer(
    backend: str,
    optimizer: Optimizer,
    hidden: Sequence[int] = HIDDEN,
    activation: str = "relu",
    initialization: str = "he",
    batch_size: int = BATCH,
    dtype: str = "float32",
    parameters: Mapping[str, np.ndarray] | None = None,
) -> Trainer:
    """A run on the digits from seed 0 at its first step; a batch size of 0 is all of them."""
    data = datasets.load("digits")
    return Trainer(
        backends.get(backend),
        Network([data.features, *hidden, data.classes], activation, initialization),
        optimizer,
        data,
        batch_size=batch_size or len(data.y_train),
        dtype=dtype,
        parameters=parameters,
    )


def course(run: Trainer, steps: int, looks: int = 1) -> InPieces[Course]:
    """The run trained so many steps, its test loss looked at so many times on the way."""
    at = [round(k * steps / looks) for k in range(looks + 1)]
    found, accuracy = [], math.nan
    for step in range(steps + 1):
        if step in at:
            loss, accuracy = yield from run.evaluate_in_pieces()
            found.append(loss if math.isfinite(loss) else math.inf)
        if step < steps and not (step and math.isinf(found[-1])):
            yield from run.step_in_pieces()
        if step % _STEPS_OF_A_PIECE == 0:
            yield PIECE
    return Course(tuple(at), tuple(found), accuracy)


def shared(work: InPieces[Any], done: int, total: int) -> InPieces[Any]:
    """The work, and after it which share of all such work is done."""
    result = yield from work
    yield (done + 1) / total
    return result


def digits_loss(backend: str, samples: int, activation: str = "relu", dtype: str = "float64") -> LossFunction:
    """The loss of a network on so many digits as a function of its weights."""
    data = datasets.load("digits")
    network = Network([data.features, *HIDDEN, data.classes], activation)
    x, labels = data.x_train[:samples], data.y_train[:samples]
    return LossFunction(backends.get(backend), network, losses.get("cross_entropy"), x, labels, dtype)


def first_weights(f: LossFunction, seed: int = 0) -> dict[str, np.ndarray]:
    """The weights that a run from that seed begins with."""
    return f.network.initialize(generator(seed, Stream.WEIGHTS))


def over_rates(backend: str, rules: Sequence[Optimizer]) -> InPieces[list[list[float]]]:
    """The accuracy of each rule at each rate."""
    total, found = len(rules) * len(RATES), []
    for rule in rules:
        found.append([])
        for rate in RATES:
            run = trainer(backend, replace(rule, learning_rate=rate))
            done = sum(map(len, found))
            went = yield from shared(course(run, STEPS), done, total)
            found[-1].append(went.accuracy if math.isfinite(went.accuracy) else 0.0)
    return found


def good_rates(accuracies: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest rate that does well; NaN where none does."""
    good = [rate for rate, accuracy in zip(RATES, accuracies, strict=True) if accuracy >= LEARNED]
    return (good[0], good[-1]) if good else (math.nan, math.nan)


def apart(weights: NamedArrays, others: NamedArrays) -> float:
    """The largest difference of two weights."""
    return max(float(np.abs(weights[name] - others[name]).max()) for name in weights)


def distance(weights: NamedArrays, others: NamedArrays) -> float:
    """How far apart they are, over all weights."""
    return float(np.sqrt(sum(np.sum((weights[name] - others[name]) ** 2) for name in weights)))
