"""What a lesson is: its steps, read from `lesson.toml` and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from engines import questions
from engines.errors import EngineError, InvalidLesson
from engines.questions import Answer
from engines.runs.recipe import Recipe
from lessons.inputs import Input, read_input
from lessons.personal import Personal
from ui.experiment.settings import Settings, from_query


@dataclass(frozen=True)
class Link:
    """A page of the app and what it is opened with, as in the browser's address."""

    page: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Link:
        page, _mark, query = text.partition("?")
        return cls(page, tuple(parse_qsl(query, keep_blank_values=True)))

    def said(self, **values: str) -> Link:
        """The same with other values."""
        return replace(self, query=tuple((dict(self.query) | values).items()))

    @property
    def settings(self) -> Settings:
        """The experiment that it opens."""
        return from_query(Settings, dict(self.query))[0]


@dataclass(frozen=True)
class Step:
    """One step: where it happens, before and after; what is to be predicted; and who computes the answer.

    `curtain` names keyed parts of the page that stay covered until the answer is told.
    """

    name: str
    before: Link
    after: Link
    question: str
    arguments: tuple[tuple[str, Any], ...]
    input: Input
    curtain: tuple[str, ...] = ()
    personal: tuple[Personal, ...] = ()

    def answered(self, backend: str = "") -> Generator[Any, None, Answer]:
        """The answer, computed in pieces; on that backend, where the step's link names none."""
        return questions.asked(questions.get(self.question), self.recipe(backend), dict(self.arguments))

    def recipe(self, backend: str = "") -> Recipe:
        """The run that the step asks about."""
        link = self.after
        if backend and "backend" not in dict(link.query):
            link = link.said(backend=backend)
        return link.settings.recipe

    def of(self, seed: int) -> Step:
        """The step with somebody's own seed, and with numbers that follow from it."""
        own = {number.key: number.drawn(seed) for number in self.personal}
        arguments = dict(self.arguments) | {number.argument: number.drawn(seed) for number in self.personal}
        said = {"seed": str(seed)} | {key: str(value) for key, value in own.items()}
        return replace(
            self, before=self.before.said(**said), after=self.after.said(**said), arguments=tuple(arguments.items())
        )


@dataclass(frozen=True)
class Lesson:
    """A lesson's steps. `route` is its place on the short way through the chapter, 0 if it is not on it."""

    name: str
    minutes: int
    steps: tuple[Step, ...]
    folder: Path
    route: int = 0
    sketch: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def number(self) -> int:
        return int(self.name.split("_")[0])

    def step(self, name: str) -> Step:
        """A step by name. Raises `InvalidLesson`."""
        for step in self.steps:
            if step.name == name:
                return step
        raise InvalidLesson("The lesson {lesson} has no step {name!r}.", lesson=self.name, name=name)


def read_lesson(folder: Path) -> Lesson:
    """The lesson in that folder. Raises `InvalidLesson` with what is wrong with it."""
    try:
        data = tomllib.loads((folder / "lesson.toml").read_text("utf-8"))
        steps = tuple(map(_step, data.pop("steps")))
        return Lesson(folder.name, steps=steps, folder=folder, **data)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, EngineError) as error:
        reason = error if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
        raise InvalidLesson("The lesson {name} cannot be read: {reason}", name=folder.name, reason=reason) from error


def _step(data: dict[str, Any]) -> Step:
    name, question = data.pop("name"), data.pop("question")
    questions.get(question)
    arguments = {key: tuple(v) if isinstance(v, list) else v for key, v in data.pop("arguments", {}).items()}
    before, after = (Link.read(data.pop(key)) for key in ("before", "after"))
    curtain = tuple(data.pop("curtain", ()))
    personal = tuple(Personal(**each) for each in data.pop("personal", ()))
    return Step(name, before, after, question, tuple(arguments.items()), read_input(data), curtain, personal)
