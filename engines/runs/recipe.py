"""A run as a value: everything that shapes it, the edits made on the way, and the step it stands at (chapter 2.4.3).

Training is deterministic. So a recipe says as much as the weights themselves: equal recipes give equal bits on one
backend in one environment (`engines.runs.identity`), whatever was clicked in which order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from engines import backends, checks, datasets, losses
from engines.batches import check_batch_size
from engines.datasets.base import Dataset
from engines.errors import OtherData
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.training import Trainer


@dataclass(frozen=True)
class Conditions:
    """What a run can follow while it goes on: backend by name, optimizer with its hyperparameters, batch size."""

    backend: str
    optimizer: Optimizer
    batch_size: int

    def check(self, samples: int, dtype: str) -> None:
        """Whether a run in that precision over so many training samples can go on like this.

        Raises `InvalidSetting`, `UnknownBackend` or `BackendUnavailable`.
        """
        backends.get(self.backend)
        checks.optimizer(self.optimizer, dtype)
        check_batch_size(self.batch_size, samples)

    def apply(self, trainer: Trainer) -> None:
        """Let the trainer's next step be made under these conditions."""
        if self.batch_size != trainer.batches.batch_size:
            trainer.set_batch_size(self.batch_size)
        if self.backend != trainer.backend.name:
            trainer.switch_backend(backends.get(self.backend))
        if self.optimizer != trainer.optimizer:
            trainer.set_optimizer(self.optimizer)


class Edit(NamedTuple):
    """From step number `step` on, steps are made under these conditions."""

    step: int
    conditions: Conditions


class Change(NamedTuple):
    """What an edit changed, one setting at a time: "optimizer", "learning_rate", "batch_size", "backend", …"""

    step: int
    setting: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Recipe:
    """A run and the step it stands at. `first` are the conditions before the first edit.

    `data` is the name of a data set, `identity` the hash of its content ("" where it does not matter). Edits are in
    the order of their steps, at most one at a step, and each changes something.
    """

    data: str
    hidden: tuple[int, ...]
    activation: str
    initialization: str
    loss: str
    seed: int
    dtype: str
    first: Conditions
    edits: tuple[Edit, ...] = ()
    step: int = 0
    identity: str = ""

    @property
    def conditions(self) -> Conditions:
        """Those that the next step is made under; of an edit in mid-iteration, the step after it."""
        return self.edits[-1].conditions if self.edits else self.first

    @property
    def changes(self) -> tuple[Change, ...]:
        """The edits, each setting by itself."""
        befores = (self.first, *(edit.conditions for edit in self.edits))
        return tuple(
            change
            for before, edit in zip(befores, self.edits, strict=False)
            for change in _changes(edit.step, before, edit.conditions)
        )

    def at(self, step: int) -> Recipe:
        """The same run at an earlier step, or at a later one that is reached without another edit."""
        return replace(self, step=step, edits=tuple(edit for edit in self.edits if edit.step <= step))

    def edited(self, conditions: Conditions, step: int | None = None) -> Recipe:
        """The run that goes on from `step` (by default where it stands) under these conditions.

        What was edited there or later is forgotten; before the first step it is simply another beginning.
        """
        at = self.step if step is None else step
        edits = tuple(edit for edit in self.edits if edit.step < at)
        if at == 0:
            return replace(self, first=conditions, edits=())
        before = edits[-1].conditions if edits else self.first
        return replace(self, edits=edits if conditions == before else (*edits, Edit(at, conditions)))

    @property
    def made(self) -> Recipe:
        """What the weights depend on: an edit at the step where the run stands has changed nothing yet."""
        return replace(self, edits=tuple(edit for edit in self.edits if edit.step < self.step))

    @property
    def beginning(self) -> tuple[Any, ...]:
        """What no edit can change: runs that have it in common begin with the same weights and batches."""
        return (
            (self.data, self.identity, self.hidden, self.activation),
            (self.initialization, self.loss, self.seed, self.dtype),
        )

    def dataset(self) -> Dataset:
        """Its data. Raises `DatasetUnavailable`, or `OtherData` where the content is not that of the run."""
        return self.checked(datasets.load(self.data))

    def checked(self, data: Dataset) -> Dataset:
        """The data, if they are those of the run. Raises `OtherData`."""
        if self.identity and self.identity != data.identity:
            raise OtherData(
                "This run was made with other data: with {name} of the content {wanted}; here its content is {found}.",
                name=self.data,
                wanted=self.identity,
                found=data.identity,
            )
        return data

    def network(self, data: Dataset) -> Network:
        """Its network, for samples of that data."""
        return Network([data.features, *self.hidden, data.classes], self.activation, self.initialization)

    def trainer(self, data: Dataset | None = None) -> Trainer:
        """The run at step 0, under its first conditions. Raises what `dataset` and `Trainer` raise."""
        data = self.dataset() if data is None else self.checked(data)
        return Trainer(
            backends.get(self.first.backend),
            self.network(data),
            self.first.optimizer,
            data,
            loss=self.loss,
            batch_size=self.first.batch_size,
            seed=self.seed,
            dtype=self.dtype,
        )

    def advance(self, trainer: Trainer) -> Iterator[float | object]:
        """Bring a trainer that stands at an earlier step of this run to its step.

        Yields after each step how much of the way is done, and `PIECE` between the pieces of a large one. Ends
        where the loss is no longer finite: no further step changes anything.
        """
        start = trainer.steps
        under = [edit for edit in self.edits if edit.step < self.step]
        conditions = self.first
        while trainer.steps < self.step:
            while under and under[0].step <= trainer.steps:
                conditions = under.pop(0).conditions
            conditions.apply(trainer)
            loss = (yield from trainer.step_in_pieces()).loss
            if not np.isfinite(loss):
                return
            yield (trainer.steps - start) / (self.step - start)


def recipe_of(trainer: Trainer) -> Recipe:
    """The recipe of a trainer before its first step."""
    return Recipe(
        data=trainer.data.name,
        hidden=tuple(trainer.network.layer_sizes[1:-1]),
        activation=trainer.network.activation,
        initialization=trainer.network.initialization,
        loss=next(name for name in losses.names() if losses.get(name) is trainer.loss),
        seed=trainer.seed,
        dtype=trainer.dtype,
        first=conditions_of(trainer),
        identity=trainer.data.identity,
    )


def conditions_of(trainer: Trainer) -> Conditions:
    """Those under which the trainer made its last step."""
    return Conditions(trainer.backend.name, trainer.optimizer, trainer.batches.batch_size)


def _changes(step: int, before: Conditions, after: Conditions) -> Iterator[Change]:
    """The rule, the hyperparameters that both have, batch size and backend, where they differ."""
    pairs: dict[str, tuple[Any, Any]] = {"optimizer": (before.optimizer.name, after.optimizer.name)}
    rules = before.optimizer, after.optimizer
    known = {spec.name for spec in fields(rules[1])}
    for name in (spec.name for spec in fields(rules[0]) if spec.name in known):
        pairs[name] = getattr(rules[0], name), getattr(rules[1], name)
    pairs["batch_size"] = before.batch_size, after.batch_size
    pairs["backend"] = before.backend, after.backend
    for setting, (was, now) in pairs.items():
        if was != now:
            yield Change(step, setting, was, now)
