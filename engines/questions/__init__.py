"""The registry of questions that the engine answers: every public function in a module of its folders is one.

A step of a lesson names a question and its arguments; what the right answer is, is computed when it is asked and
written down nowhere. To add a kind of question, add a function: its arguments by keyword, each with a type, and
`Answer` as its result. It is a generator in pieces, so that nobody who shares its thread waits. An argument called
`recipe` is the run of the step's link.

Read `base` first; `common` holds what several questions share.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from engines import given
from engines.errors import UnknownQuestion
from engines.questions.base import Answer, Question, asked

__all__ = ["Answer", "Question", "asked", "get", "names"]


def names() -> list[str]:
    """The names that `get` takes, in alphabetical order."""
    return sorted(_questions())


def get(name: str) -> Question:
    """A question by name. Raises `UnknownQuestion`."""
    questions = _questions()
    if (known := questions.get(given.text(name) or "")) is None:
        raise UnknownQuestion(
            "There is no question {name!r}; choose one of {choices}.", name=name, choices=", ".join(sorted(questions))
        )
    return known


@cache
def _questions() -> dict[str, Question]:
    found = pkgutil.walk_packages(__path__, f"{__name__}.")
    modules = [importlib.import_module(info.name) for info in found if ".common" not in info.name]
    return {
        name: function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isgeneratorfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
