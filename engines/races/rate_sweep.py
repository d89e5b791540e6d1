"""The best learning rate of each optimizer, by trying: every rate of a grid, from several seeds (chapter 2.4.3).

The chapter warns that `step` must be chosen well; here one sees how well. A run is trained for a fixed number of
steps and judged by the test loss of its last weights. Runs know nothing of each other, so joblib executes them,
wherever `joblib.parallel_config` around the sweep says: in this process, in several, on a Dask or Ray cluster.

>>> with joblib.parallel_config(backend="loky", n_jobs=2):
...     *_, last = sweep(conditions, [SGD(), Adam()], rate_grid(), seeds=(0, 1, 2))
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import ThreadpoolController

from engines import backends, losses
from engines.datasets.base import Dataset
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.training import Trainer

LOWEST, HIGHEST = -5, 1  # the powers of ten that a grid goes from and to
_AT_A_TIME = 64  # runs handed over together, where results come back only together


@dataclass(frozen=True)
class Conditions:
    """What all runs share: everything but the optimizer and the seed. `backend` is a name, so that it can travel."""

    backend: str
    network: Network
    data: Dataset
    steps: int
    loss: str = "cross_entropy"
    batch_size: int = 32
    dtype: str = "float32"

    def trainer(self, run: Run) -> Trainer:
        """A trainer before the run's first step."""
        shared = (self.data, self.loss, self.batch_size)
        return Trainer(backends.get(self.backend), self.network, run.optimizer, *shared, run.seed, self.dtype)

    def __sizeof__(self) -> int:
        """In bytes, data and all: what is so large, Dask sends to each of its workers once and not with each run."""
        arrays = (self.data.x_train, self.data.y_train, self.data.x_test, self.data.y_test)
        return object.__sizeof__(self) + sum(array.nbytes for array in arrays)


class Unwanted(Exception):
    """Nobody waits for this run any more."""


def always() -> bool:
    """Runs are wanted to the end."""
    return True


class Run(NamedTuple):
    """One run of a sweep: an optimizer with its learning rate, and the seed of weights and batches."""

    optimizer: Optimizer
    seed: int


class Outcome(NamedTuple):
    """Loss and accuracy on the test set after the last step; ∞ and NaN where a loss was no longer a finite number,
    and after how many steps that was."""

    loss: float
    accuracy: float
    diverged_at: int | None = None


@dataclass(frozen=True, eq=False)
class Sweep:
    """What is known so far of each racer at each rate from each seed; of these no two are alike.

    `outcomes` has the runs in the order in which they came, those known before first.
    """

    racers: tuple[Optimizer, ...]
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    outcomes: Mapping[Run, Outcome] = field(repr=False)

    @property
    def runs(self) -> list[Run]:
        """All runs, seed by seed: after the first seed every curve is there."""
        tried = [replace(racer, learning_rate=rate) for rate in self.rates for racer in self.racers]
        return [Run(optimizer, seed) for seed in self.seeds for optimizer in tried]

    @property
    def total(self) -> int:
        """How many runs there are, known or not."""
        return len(self.racers) * len(self.rates) * len(self.seeds)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return len(self.outcomes) / self.total if self.total else 1.0


def rate_grid(per_decade: int = 2) -> tuple[float, ...]:
    """Learning rates from 1e-5 to 10, evenly spaced on a logarithmic scale, to three digits.

    >>> rate_grid()[:4], len(rate_grid()), len(rate_grid(4))
    ((1e-05, 3.16e-05, 0.0001, 0.000316), 13, 25)
    """
    count = (HIGHEST - LOWEST) * per_decade + 1
    return tuple(float(f"{rate:.3g}") for rate in np.logspace(LOWEST, HIGHEST, count))


def guessing(conditions: Conditions) -> float:
    """The loss of a network that has learned nothing: the same logit for every class."""
    loss, classes, backend = losses.get(conditions.loss), conditions.data.classes, backends.get(conditions.backend)
    y_pred = backend.tensor(np.zeros((1, classes), conditions.dtype))
    return float(backend.numpy(loss.of(backend, y_pred, conditions.data.y_test[:1], classes, conditions.dtype)))


def recalled(
    racers: Sequence[Optimizer], rates: Sequence[float], seeds: Sequence[int], known: Mapping[Run, Outcome]
) -> Sweep:
    """The sweep with those of its runs that are known already."""
    empty = Sweep(tuple(racers), tuple(rates), tuple(seeds), {})
    return replace(empty, outcomes={run: known[run] for run in empty.runs if run in known})


def sweep(
    conditions: Conditions,
    racers: Sequence[Optimizer],
    rates: Sequence[float],
    seeds: Sequence[int],
    known: Mapping[Run, Outcome] | None = None,
    wanted: Callable[[], bool] = always,
) -> Generator[Sweep, None, None]:
    """What was known before, then one run more each time; the last one yielded is the result.

    The racers' own learning rates do not count. Closing the generator cancels what is under way;
    joblib wants that to be done by the thread that began it. Where joblib cannot end a run that has begun,
    `wanted` may: it is asked before each step, there where the run is.
    """
    so_far = recalled(racers, rates, seeds, known or {})
    yield so_far
    missing = [run for run in so_far.runs if run not in so_far.outcomes]
    if not missing:
        return  # joblib would start its workers all the same
    with _Lent(conditions, wanted) as lent:
        calls = [delayed(_trained)(lent, run) for run in missing]
        with closing(_executed(calls)) as results:
            for run, outcome in results:
                so_far = replace(so_far, outcomes={**so_far.outcomes, run: outcome})
                yield so_far


class _Lent:
    """Conditions as they are handed to joblib, and taken back in the end: data and all, they may be somebody's own.

    Calls of a sweep that was cancelled stay in queues whose workers have gone, for as long as the process lives.
    """

    def __init__(self, conditions: Conditions, wanted: Callable[[], bool]) -> None:
        self.conditions: Conditions | None = conditions
        self.wanted = wanted

    def __enter__(self) -> _Lent:
        return self

    def __exit__(self, *error: object) -> None:
        self.conditions = None

    def __sizeof__(self) -> int:
        return sys.getsizeof(self.conditions)


def _trained(lent: _Lent, run: Run) -> tuple[Run, Outcome]:
    assert lent.conditions is not None, "runs are made while they are lent"
    return train(lent.conditions, run, lent.wanted)


def _executed(calls: Sequence[Any]) -> Generator[Any, None, None]:
    """The results as they come; from a joblib backend that has only lists to give (Ray's), list by list."""
    try:
        parallel = Parallel(return_as="generator_unordered", batch_size=1)  # small batches are soon cancelled
    except ValueError:
        with Parallel() as parallel:
            for start in range(0, len(calls), _AT_A_TIME):
                yield from parallel(calls[start : start + _AT_A_TIME])
    else:
        with closing(parallel(calls)) as results:
            yield from results


def train(conditions: Conditions, run: Run, wanted: Callable[[], bool] = always) -> tuple[Run, Outcome]:
    """One run, up to its last step or to a loss that is no number. Raises `Unwanted` once it is not wanted.

    In one thread: wherever that is, sums are then taken in one order, and runs side by side don't collide.
    """
    trainer = conditions.trainer(run)
    with (
        _threads(conditions.backend).limit(limits=1),
        np.errstate(all="ignore"),
    ):  # one that diverges is seen in its outcome
        for step in range(conditions.steps):
            if not wanted():
                raise Unwanted
            if not math.isfinite(trainer.step().loss):
                return run, _diverged(step)
        loss, accuracy = trainer.evaluate()
    return run, Outcome(loss, accuracy) if math.isfinite(loss) else _diverged(conditions.steps)


@cache
def _threads(_backend: str) -> ThreadpoolController:
    """The thread pools that there are once that backend is loaded: to look for them takes as long as ten steps."""
    return ThreadpoolController()


def _diverged(steps: int) -> Outcome:
    return Outcome(math.inf, math.nan, steps)
