"""The lessons: each a folder with its steps as data (`lesson.toml`) and its words, one Markdown file a language.

To add a lesson, add a folder; nothing else knows its name. They are told in the order of the folders' names.

Read in this order: `steps` (what a step says), `inputs` (how one predicts), `words`, `log` (what somebody has
predicted, as it stands in a link); then `assignment` (steps for a class), `personal` (everybody's own numbers),
`handed_in` (what a student sends back), `marking`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engines import given
from engines.errors import UnknownLesson
from lessons.steps import Lesson, read_lesson

__all__ = ["Lesson", "get", "names"]

FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The names that `get` takes, in the order of the lessons."""
    return _names_in(FOLDER)


def get(name: str) -> Lesson:
    """A lesson by its folder's name. Raises `UnknownLesson`, or `InvalidLesson` with what is wrong with it."""
    if (given.text(name) or "") not in names():
        raise UnknownLesson(
            "There is no lesson {name!r}; choose one of {choices}.", name=name, choices=", ".join(names())
        )
    return _read(FOLDER / name)


@cache
def _names_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.parent.name for file in folder.glob("*/lesson.toml")))


_read = cache(read_lesson)
