"""The experiment as one frozen value, and its way into the URL and back, checked.

A link opens the same experiment: same data, network, seed, backend, language. Only what differs from the
default is written. What a link says wrongly falls back to the default and is reported, never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import numpy as np

from engines import backends, losses, optimizers
from engines.checks import DTYPES
from engines.datasets.base import Dataset
from engines.errors import EngineError, InvalidSetting
from engines.network import ACTIVATIONS, INITIALIZERS, Network
from engines.optimizers.base import Optimizer
from engines.pieces import InPieces
from engines.runs.recipe import Conditions, Edit, Recipe
from engines.training import Trainer
from engines.training_state import initial_in_pieces
from ui.experiment.edits import MAX_BATCH, MOST_EDITS, MOST_STEPS, read_edits, write_edits
from ui.experiment.readers import (
    one_of,
    read_backend,
    read_code,
    read_data,
    read_hidden,
    read_language,
    read_number,
    read_switch,
    whole,
    write_hidden,
    write_number,
    write_switch,
)

LANGUAGES = {"en": "English", "ko": "한국어"}
MAX_SEED = 2**32 - 1
LONGEST_LINK = 1600  # characters of a run after the "?"; some mail programs cut links of more than 2,000
_OF_A_RUN = ("trained", "edits", "content", "state")  # what a link says of how far a run is, and how it got there

S = TypeVar("S")


class Problem(NamedTuple):
    """Something in a link, or after a change on a page, that could not be used, and what is used instead."""

    key: str
    text: str
    reason: EngineError
    instead: str
    in_link: bool = True


def parameter(default: Any, key: str, read: Callable[[str], Any], write: Callable[[Any], str] = str) -> Any:
    """A field that stands in the URL under `key`; `read` raises `EngineError` for what cannot be used."""
    return field(default=default, metadata={"key": key, "read": read, "write": write})


@dataclass(frozen=True)
class Settings:
    """Everything that shapes a run. `hyperparameters` are those of the optimizer besides its learning rate.

    The first two shape no run, only how the pages look: the language, and whether they are for a lecture hall's screen.
    What a run can follow while it goes on is as it is at `step`; `past` says what it was until which step. `content`
    is the identity of the data where that matters, `state` the hash of the weights there and the environment's code.
    """

    language: str = parameter("en", "lang", read_language(LANGUAGES))
    lecture: bool = parameter(False, "lecture", read_switch, write_switch)
    backend: str = parameter("numpy", "backend", read_backend)
    data: str = parameter("digits", "data", read_data)
    hidden: tuple[int, ...] = parameter((32,), "hidden", read_hidden, write_hidden)
    activation: str = parameter("relu", "activation", one_of(lambda: ACTIVATIONS))
    initialization: str = parameter("he", "init", one_of(lambda: INITIALIZERS))
    loss: str = parameter("cross_entropy", "loss", one_of(losses.names))
    seed: int = parameter(0, "seed", whole(0, MAX_SEED))
    dtype: str = parameter("float32", "dtype", one_of(lambda: DTYPES))
    optimizer: str = parameter("sgd", "optimizer", one_of(optimizers.names))
    learning_rate: float = parameter(0.1, "rate", read_number, write_number)
    batch_size: int = parameter(32, "batch", whole(1, MAX_BATCH))
    hyperparameters: tuple[tuple[str, float], ...] = ()
    step: int = parameter(0, "trained", whole(0, MOST_STEPS))
    past: tuple[tuple[int, Conditions], ...] = ()
    content: str = parameter("", "content", read_code(8))
    state: str = parameter("", "state", read_code(8, 4))

    def make_optimizer(self) -> Optimizer:
        """The optimizer of these settings. Raises `InvalidSetting` for a hyperparameter out of bounds."""
        return optimizers.get(self.optimizer)(learning_rate=self.learning_rate, **dict(self.hyperparameters))

    def make_network(self, features: int, classes: int) -> Network:
        """The network for samples of so many features and classes."""
        return Network([features, *self.hidden, classes], self.activation, self.initialization)

    def make_trainer_in_pieces(self, data: Dataset, optimizer: Optimizer | None = None) -> InPieces[Trainer]:
        """`make_trainer`; drawing the weights of a large network takes a while."""
        network = self.make_network(data.features, data.classes)
        return self.make_trainer(data, optimizer, (yield from initial_in_pieces(network, self.seed, self.dtype)))

    def make_trainer(
        self, data: Dataset, optimizer: Optimizer | None = None, parameters: Mapping[str, np.ndarray] | None = None
    ) -> Trainer:
        """A trainer at its first step, with the backend, network, weights and optimizer of these settings.

        Optimizer and weights may be given.
        """
        return Trainer(
            backends.get(self.backend),
            self.make_network(data.features, data.classes),
            optimizer or self.make_optimizer(),
            data,
            loss=self.loss,
            batch_size=self.batch_size,
            seed=self.seed,
            dtype=self.dtype,
            parameters=parameters,
        )

    @property
    def experiment(self) -> Settings:
        """The same experiment from its first step, in the default language and looks: what identifies its numbers."""
        standard = Settings()
        return replace(self.from_first_step, language=standard.language, lecture=standard.lecture)

    @property
    def from_first_step(self) -> Settings:
        """A run with the settings as they are now that has not begun."""
        return replace(self, step=0, past=(), content="", state="")

    @property
    def conditions(self) -> Conditions:
        """What a run can follow while it goes on."""
        return Conditions(self.backend, self.make_optimizer(), self.batch_size)

    @property
    def recipe(self) -> Recipe:
        """The run, with the step where it stands."""
        steps = [step for step, _before in self.past]
        course = [*(before for _step, before in self.past), self.conditions]
        edits = tuple(Edit(*edit) for edit in zip(steps, course[1:], strict=True))
        return Recipe(
            **{name: getattr(self, name) for name in _BEGINNING},
            first=course[0],
            edits=edits,
            step=self.step,
            identity=self.content,
        )

    def following(self, recipe: Recipe) -> Settings:
        """These settings for a run of that recipe."""
        under = [recipe.first, *(edit.conditions for edit in recipe.edits)]
        return replace(
            self.under(recipe.conditions),
            **{name: getattr(recipe, name) for name in _BEGINNING},
            step=recipe.step,
            past=tuple((edit.step, before) for edit, before in zip(recipe.edits, under, strict=False)),
            content=recipe.identity if recipe.step else "",
        )

    def under(self, conditions: Conditions) -> Settings:
        """The same under other conditions."""
        rule = conditions.optimizer
        standard = hyperparameters_of(rule.name)
        return replace(
            self,
            backend=conditions.backend,
            optimizer=rule.name,
            learning_rate=rule.learning_rate,
            hyperparameters=tuple(
                (name, getattr(rule, name)) for name in standard if getattr(rule, name) != standard[name]
            ),
            batch_size=conditions.batch_size,
        )


_BEGINNING = ("data", "hidden", "activation", "initialization", "loss", "seed", "dtype")


def to_query(settings: Any) -> dict[str, str]:
    """The URL parameters of a settings dataclass: what differs from the defaults, and always the language.

    Those of a run that was changed on the way say what it began with, and then the edits; where they are too many for
    a link it is that of a new run with the present settings (`fits_link`).
    """
    if isinstance(settings, Settings) and (settings.step or settings.past):
        query = _query_of_run(settings)
        return query if _is_short(query) else to_query(settings.from_first_step)
    query = {
        spec.metadata["key"]: spec.metadata["write"](getattr(settings, spec.name))
        for spec in _in_url(type(settings))
        if spec.name == "language" or getattr(settings, spec.name) != spec.default
    }
    if isinstance(settings, Settings):
        if settings.learning_rate == default_rate(settings.optimizer):
            query.pop("rate", None)
        else:
            query["rate"] = write_number(settings.learning_rate)
        query |= {name: write_number(value) for name, value in settings.hyperparameters}
    return query


def fits_link(settings: Settings) -> bool:
    """Whether a link can say how this run came to its step."""
    return _is_short(_query_of_run(settings))


def without_run(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters without those that say how far a run is."""
    return {key: value for key, value in query.items() if key not in _OF_A_RUN}


def _query_of_run(settings: Settings) -> dict[str, str]:
    recipe = settings.recipe
    query = to_query(settings.from_first_step.under(recipe.first))
    said = {"trained": str(settings.step), "content": settings.content, "state": settings.state}
    said["edits"] = write_edits(recipe.first, recipe.edits)
    return query | {key: value for key, value in said.items() if value not in ("", "0")}


def _is_short(query: Mapping[str, str]) -> bool:
    edits = query.get("edits", "")
    return edits.count("~~") < MOST_EDITS and len(urlencode(query)) <= LONGEST_LINK


def from_query(cls: type[S], query: Mapping[str, str], **defaults: Any) -> tuple[S, list[Problem]]:
    """Settings from URL parameters, and what in them could not be used. Unknown keys are left to others."""
    values, problems = dict(defaults), []
    for spec in _in_url(cls):
        key = spec.metadata["key"]
        if key not in query:
            continue
        try:
            values[spec.name] = spec.metadata["read"](query[key])
        except EngineError as error:
            fallback = values.get(spec.name, spec.default)
            problems.append(Problem(key, query[key], error, spec.metadata["write"](fallback)))
    settings: Any = cls(**values)
    if isinstance(settings, Settings):
        settings = _with_hyperparameters(settings, query, problems)
        settings = _with_edits(settings, query, problems)
    return settings, problems


def hyperparameters_of(optimizer: str) -> dict[str, float]:
    """An optimizer's hyperparameters besides its learning rate, with their defaults."""
    standard = optimizers.get(optimizer)()
    return {spec.name: getattr(standard, spec.name) for spec in fields(standard) if spec.name != "learning_rate"}


def default_rate(optimizer: str) -> float:
    """The learning rate that an optimizer starts with unless told otherwise."""
    return optimizers.get(optimizer)().learning_rate


def _with_hyperparameters(settings: Settings, query: Mapping[str, str], problems: list[Problem]) -> Settings:
    """Rate and hyperparameters, each checked by the optimizer itself."""
    rule = optimizers.get(settings.optimizer)
    standard = rule()
    accepted: dict[str, float] = {}
    for spec in fields(rule):
        key = "rate" if spec.name == "learning_rate" else spec.name
        if key not in query or any(problem.key == key for problem in problems):
            continue
        try:
            value = read_number(query[key])
            rule(**{spec.name: value})
            accepted[spec.name] = value
        except EngineError as error:
            problems.append(Problem(key, query[key], error, write_number(getattr(standard, spec.name))))
    rate = accepted.pop("learning_rate", standard.learning_rate)
    others = tuple((name, value) for name, value in accepted.items() if value != getattr(standard, name))
    return replace(settings, learning_rate=rate, hyperparameters=others)


def _with_edits(settings: Settings, query: Mapping[str, str], problems: list[Problem]) -> Settings:
    """What was changed on the way. A run of which something cannot be had here is a new one, at its first step."""
    if not problems and "edits" in query:
        try:
            edits = read_edits(query["edits"], settings.conditions)
            recipe = replace(settings.recipe, edits=edits)
            settings = settings.following(replace(recipe, step=max([settings.step, *(edit.step for edit in edits)])))
        except EngineError as error:
            problems.append(Problem("edits", query["edits"], error, ""))
    if problems and settings.step:
        reason = InvalidSetting("this very run cannot be had here")
        problems.append(Problem("trained", query.get("trained", ""), reason, "0"))
        return settings.from_first_step
    return settings


def _in_url(cls: type) -> list[Any]:
    return [spec for spec in fields(cls) if spec.default is not MISSING and "key" in spec.metadata]
