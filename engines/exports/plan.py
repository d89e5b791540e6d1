"""What a script is to say: a run's recipe, checked and turned into what the templates ask for.

A recipe may come from a file or a link of somebody else. So nothing of it is written into code but checked numbers
and names that are known here.
"""

from __future__ import annotations

import importlib.metadata
import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from engines import checks, losses, optimizers
from engines.batches import check_batch_size
from engines.choices import one_of
from engines.datasets.base import Dataset
from engines.errors import InvalidSetting
from engines.exports.files import data_file
from engines.network import Dense, Network
from engines.optimizers.base import Optimizer
from engines.pieces import rows_at_once
from engines.runs.recipe import Conditions, Recipe

LIBRARIES = ("numpy", "pytorch", "keras")
LANGUAGES = ("en", "ko")
RULES = (
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "momentum_rate_outside",
    "nesterov_rate_outside",
)
_VERSIONS = {"numpy": ("numpy",), "pytorch": ("numpy", "torch"), "keras": ("numpy", "keras")}
_BACKENDS = {"numpy": "NumPy", "torch": "PyTorch"}
_KERAS = "3.15.1"  # what the script was tested with; the app itself does without
_SAME = {"numpy": "numpy", "pytorch": "torch"}  # the backend that computes as the library does
_UNKNOWN_STEPS = 20  # lines that a script prints when it knows no loss of the app's

Reference = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Edit:
    """What changes before step number `step`. `settings` are the hyperparameters that change, all of a new rule."""

    step: int
    rule: str
    new_rule: bool
    settings: dict[str, float]
    all_settings: dict[str, float]
    batch_size: int | None
    rate_before: float


@dataclass(frozen=True)
class Plan:
    """What the templates write. `exact` says whether NumPy is to give the app's bits."""

    library: str
    data_file: str
    layers: tuple[Dense, ...]
    activation: str
    initialization: str
    loss: str
    dtype: str
    seed: int
    steps: int
    samples: int
    rule: str
    settings: dict[str, float]
    batch_size: int
    edits: tuple[Edit, ...]
    rules: tuple[str, ...]
    reference: dict[int, float]
    every: int
    backends: tuple[str, ...]
    same_backend: bool
    pieces: int
    requirements: tuple[str, ...]

    @property
    def exact(self) -> bool:
        return self.library == "numpy" and self.same_backend and not self.pieces

    @property
    def draws(self) -> bool:
        """Whether the first weights are random."""
        return self.initialization not in ("zeros", "constant")

    @property
    def sizes(self) -> str:
        """The network in short, such as 64-32-10."""
        return "-".join(str(size) for size in (self.layers[0].inputs, *(layer.units for layer in self.layers)))

    @property
    def classes(self) -> int:
        return self.layers[-1].units

    @property
    def own_momentum(self) -> bool:
        """Whether a momentum or a rate of 0 is part of the run, which the libraries' classes take for none at all."""
        all_settings = (self.settings, *(edit.all_settings for edit in self.edits))
        return any(0 in (each["momentum"], each["learning_rate"]) for each in all_settings if "momentum" in each)


def plan_of(recipe: Recipe, data: Dataset, library: str, reference: Reference) -> Plan:
    """Raises `OtherData` where the run had other data, `InvalidSetting` for what cannot be exported."""
    one_of("library", library, LIBRARIES)
    made, data = recipe.made, recipe.checked(data)
    network, dtype = made.network(data), checks.dtype(made.dtype)
    conditions = (made.first, *(edit.conditions for edit in made.edits))
    for each in conditions:
        _check(each, len(data.y_train), dtype)
    used = _unique(each.backend for each in conditions)
    wanted = {step: loss for step, loss in reference if 0 <= step < made.step and np.isfinite(loss)}
    return Plan(
        library=library,
        data_file=data_file(data),
        layers=network.layers,
        activation=network.activation,
        initialization=network.initialization,
        loss=one_of("loss", made.loss, losses.names()),
        dtype=dtype,
        seed=checks.seed(made.seed),
        steps=made.step,
        samples=len(data.y_train),
        rule=made.first.optimizer.name,
        settings=_settings(made.first.optimizer),
        batch_size=made.first.batch_size,
        edits=_edits(made),
        rules=_unique(each.optimizer.name for each in conditions),
        reference={operator.index(step): float(wanted[step]) for step in sorted(wanted)},
        every=max(1, made.step // _UNKNOWN_STEPS),
        backends=tuple(_BACKENDS.get(name) or re.sub("[^A-Za-z0-9_-]", "_", name)[:40] for name in used),
        same_backend=used == (_SAME.get(library),),
        pieces=_pieces(network, conditions),
        requirements=tuple(f"{name}=={_version(name)}" for name in _VERSIONS[library]),
    )


def _check(conditions: Conditions, samples: int, dtype: str) -> None:
    """Like `Conditions.check`, but the backend may be one that is not here."""
    checks.optimizer(conditions.optimizer, dtype)
    check_batch_size(conditions.batch_size, samples)
    one_of("optimizer", conditions.optimizer.name, RULES)
    if type(conditions.optimizer) is not optimizers.rules().get(conditions.optimizer.name):
        raise InvalidSetting(
            "There is no {what} {name!r}; choose one of {choices}.",
            what="optimizer",
            name=type(conditions.optimizer).__name__,
            choices=", ".join(RULES),
        )


def _edits(made: Recipe) -> tuple[Edit, ...]:
    """Those that change what a script does; another backend is none of it."""
    found, before = [], made.first
    for step, after in made.edits:
        new_rule = after.optimizer.name != before.optimizer.name
        settings, old = _settings(after.optimizer), _settings(before.optimizer)
        changed = {name: value for name, value in settings.items() if new_rule or value != old[name]}
        batch_size = after.batch_size if after.batch_size != before.batch_size else None
        if changed or batch_size:
            rate = before.optimizer.learning_rate
            found.append(Edit(step, after.optimizer.name, new_rule, changed, settings, batch_size, rate))
        before = after
    return tuple(found)


def _settings(optimizer: Optimizer) -> dict[str, float]:
    return {spec.name: getattr(optimizer, spec.name) for spec in fields(optimizer)}


def _pieces(network: Network, conditions: Iterable[Conditions]) -> int:
    """How many samples pass at once in the app, where that is less than a batch of this run; else 0."""
    rows = rows_at_once(network.parameter_count)
    return rows if max(each.batch_size for each in conditions) > rows else 0


def _unique(names: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(names))


def _version(package: str) -> str:
    return importlib.metadata.version(package).partition("+")[0] if package in _BACKENDS else _KERAS
