"""An assignment: steps of lessons that a teacher has picked, as they stand in one link.

01_loop.entry-06_step_size.fate
"""

from __future__ import annotations

import lessons
from engines.errors import InvalidSetting
from lessons.personal import seed_of
from lessons.steps import Lesson, Step

MOST_STEPS, LONGEST_NAME = 12, 60
_BETWEEN = "-"

Steps = tuple[tuple[Lesson, Step], ...]


def read_assignment(text: str) -> Steps:
    """The steps that a link names. Raises `InvalidSetting`, or what `lessons.get` and `Lesson.step` raise."""
    parts = text.split(_BETWEEN) if text else []
    if len(parts) > MOST_STEPS:
        raise InvalidSetting("an assignment has at most {most} steps", most=MOST_STEPS)
    found = []
    for part in parts:
        lesson = lessons.get(part.partition(".")[0])
        found.append((lesson, lesson.step(part.partition(".")[2])))
    return tuple(found)


def write_assignment(steps: Steps) -> str:
    """The opposite."""
    return _BETWEEN.join(f"{lesson.name}.{step.name}" for lesson, step in steps)


def own_steps(assignment: str, student: str) -> Steps:
    """The steps with the seed and the numbers of that name."""
    seed = seed_of(student, assignment)
    return tuple((lesson, step.of(seed)) for lesson, step in read_assignment(assignment))
