"""What a question is: a pure function from its arguments to an answer, in pieces."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.runs.recipe import Recipe


@dataclass(frozen=True)
class Answer:
    """What was asked for: a number, or the word of a choice. `numbers` are what a sentence about it may say besides."""

    value: float | str
    numbers: Mapping[str, float | str] = field(default_factory=dict)


Question = Callable[..., InPieces[Answer]]


def asked(question: Question, recipe: Recipe, arguments: Mapping[str, Any]) -> InPieces[Answer]:
    """The question with its arguments, and with the run where it is about one.

    Raises `InvalidSetting` for an argument that it does not have, or lacks.
    """
    known = inspect.signature(question).parameters
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    if "recipe" in known:
        given["recipe"] = recipe
    needed = {name for name, parameter in known.items() if parameter.default is parameter.empty}
    if wrong := sorted((set(given) - set(known)) | (needed - set(given))):
        name = getattr(question, "__name__", "")
        raise InvalidSetting("The question {name} has other arguments: {wrong}.", name=name, wrong=", ".join(wrong))
    return question(**given)
