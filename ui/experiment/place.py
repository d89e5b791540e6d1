"""Where in a lesson, or in an assignment, the learner is, and what was predicted on the way: a part of every link."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import lessons
from engines.errors import InvalidSetting
from lessons.assignment import LONGEST_NAME, Steps, own_steps, read_assignment, write_assignment
from lessons.log import Event, Log, read_log, write_log
from lessons.steps import Lesson, Link, Step
from ui.experiment.readers import one_of, whole
from ui.experiment.settings import parameter

_LONGEST_OWN = 400  # characters


def _assignment(text: str) -> str:
    return write_assignment(read_assignment(text))


def read_student(text: str) -> str:
    """A name as it is shown: composed, in one line, with single blanks. Raises `InvalidSetting` for a long one."""
    name = " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text)).split())
    if len(name) > LONGEST_NAME:
        raise InvalidSetting("a name has at most {most} characters", most=LONGEST_NAME)
    return name


@dataclass(frozen=True)
class Place:
    """The lesson, or the assignment and a student's name; the number of the question, from 1; what was predicted.

    `own` is the page with its query that the learner came from.
    """

    lesson: str = parameter("", "lesson", lambda text: text and one_of(lessons.names)(text))
    assignment: str = parameter("", "assignment", _assignment)
    student: str = parameter("", "student", read_student)
    question: int = parameter(1, "question", whole(1, 99))
    log: Log = parameter(Log(), "did", read_log, write_log)
    own: str = parameter("", "own", lambda text: text if len(text) <= _LONGEST_OWN else "")

    @property
    def steps(self) -> Steps:
        """What is walked through; nothing outside a lesson, and in an assignment as long as no name is given."""
        if self.lesson:
            lesson = lessons.get(self.lesson)
            return tuple((lesson, step) for step in lesson.steps)
        return own_steps(self.assignment, self.student) if self.assignment and self.student else ()

    @property
    def is_open(self) -> bool:
        """Whether there is a lesson or an assignment at all."""
        return bool(self.lesson or self.assignment)

    @property
    def present(self) -> tuple[Lesson, Step] | None:
        """The step where the learner is."""
        steps = self.steps
        return steps[min(self.question, len(steps)) - 1] if steps else None

    @property
    def prediction(self) -> Event | None:
        """What was predicted here; None as long as the answer is covered."""
        return self.log.first(self.question)

    @property
    def within(self) -> Place:
        """The same at its last question, where a link says a later one."""
        return replace(self, question=min(self.question, len(self.steps) or self.question))

    def at(self, question: int) -> Place:
        return replace(self, question=question)

    def predicted(self, said: str) -> Place:
        """The same when this has been said at the present question; "" where it was skipped."""
        return replace(self, log=self.log.then(Event(self.question, said)))

    @property
    def course(self) -> tuple[str, str, str]:
        """Which lesson this is, or whose assignment."""
        return self.lesson, self.assignment, self.student

    def joined(self, known: Place | None) -> Place:
        """This place with all that the session knows to have happened in the same lesson."""
        return self if known is None else replace(self, log=self.log.joined(known.log))

    def came_from(self, page: str, query: dict[str, str]) -> Place:
        """The same, entered from that page; where its query is too long for a link, without."""
        own = f"{page}?{urlencode(query)}"
        return replace(self, own=own if len(own) <= _LONGEST_OWN else "")

    @property
    def origin(self) -> Link | None:
        """Where the learner came from."""
        page, _mark, query = self.own.partition("?")
        return Link(page, tuple(parse_qsl(query))) if page else None
