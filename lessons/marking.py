"""Marking: each answer of a link to hand in is computed anew from the name and the assignment, and compared.

This can show that answers belong to that name's numbers. It cannot show by whose hand they were made, when, or that a
prediction came before its answer: a link says only in which order its student's browser had them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engines.errors import EngineError
from lessons.answers import Value, written
from lessons.computed import Computed
from lessons.handed_in import HandedIn, read_handed_in
from lessons.inputs import Input
from lessons.log import Event
from lessons.personal import normalised
from lessons.steps import Step

MOST_LINES = 5000
_STRICTER = 10  # an answer may differ by so much less than a prediction: rounding on another machine, no edit
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Row:
    """A line of the table: of one question, or what is to be said of a whole link; then it has no question."""

    line: int
    student: str = ""
    question: str = ""
    step: str = ""
    predicted: str = ""
    right: str = ""
    skipped: str = ""
    answer: str = ""
    findings: tuple[str, ...] = ()


def marked(lines: Iterable[str], assignment: str = "", seconds: float = 60.0) -> Iterator[Row]:
    """The rows of the table for these lines, a link each; blank lines and those that begin with # are passed over.

    `assignment` is the one that was given; without it, that of most links. An answer may take so many seconds.
    """
    read = list(_read(lines))
    links = {line: each for line, each in read if isinstance(each, HandedIn)}
    given = assignment or next(iter(Counter(link.place.assignment for link in links.values()).most_common(1)), ("",))[0]
    computed = Computed(seconds)
    for line, each in read:
        if not isinstance(each, HandedIn):
            yield Row(line, findings=(each,))
            continue
        findings = tuple(_of_the_link(line, each, links, given, computed))
        if findings:
            yield Row(line, each.place.student, findings=findings)
        for place, (lesson, step) in enumerate(each.steps, start=1):
            yield _row(
                Row(line, each.place.student, str(place), f"{lesson.name}.{step.name}"), each, place, step, computed
            )


def _read(lines: Iterable[str]) -> Iterator[tuple[int, HandedIn | str]]:
    """The number of each line that says something, with its link, or with why it has none."""
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            yield number, f"only the first {MOST_LINES:,} lines are read"
            return
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            yield number, read_handed_in(text)
        except EngineError as error:
            yield number, str(error)


def _of_the_link(
    line: int, link: HandedIn, links: dict[int, HandedIn], given: str, computed: Computed
) -> Iterator[str]:
    """What is to be said of the whole."""
    if link.place.assignment != given:
        yield f"another assignment than {given}"
    if link.seed is None:
        yield "the link says no seed"
    elif link.seed != link.own_seed:
        yield f"a foreign seed: {link.seed} is not that of this name, {link.own_seed}"
    others = [number for number, other in links.items() if number != line and _is_same(link, other)]
    if others:
        yield f"the same name is in line {', '.join(map(str, others))} too"
    named = {event.place for event in link.log.events} | set(link.answers)
    if beyond := [place for place in sorted(named) if place > len(link.steps)]:
        yield f"this assignment has no question {', '.join(map(str, beyond))}"
    if why_not := computed.why_not(link.backend):
        yield f"computed anew on numpy, for the link's own backend cannot be used here: {why_not}"


def _is_same(link: HandedIn, other: HandedIn) -> bool:
    mine, its = link.place, other.place
    return mine.assignment == its.assignment and normalised(mine.student) == normalised(its.student)


def _row(row: Row, link: HandedIn, place: int, step: Step, computed: Computed) -> Row:
    """The row of one question."""
    event, value = link.log.first(place), computed.value(step, link.backend)
    findings = list(_of_the_order(event, link.log.later(place)))
    if isinstance(value, EngineError):
        return replace(row, predicted=event.said if event else "", findings=(*findings, f"no answer here: {value}"))
    findings += _of_the_answer(step.input, event, link.answers.get(place), value, computed.is_exact(link.backend))
    predicted, right = event.said if event else "", ""
    if predicted:
        try:
            right = "yes" if step.input.is_right(step.input.read(predicted), value) else "no"
        except EngineError as error:
            findings.append(f"the prediction cannot be read: {error}")
    skipped = "yes" if event and not event.said else ""
    return replace(
        row, predicted=predicted, right=right, skipped=skipped, answer=written(value), findings=tuple(findings)
    )


def _of_the_order(event: Event | None, later: Sequence[Event]) -> Iterator[str]:
    """What the log says of the order in which things happened."""
    if event is None:
        yield "neither predicted nor skipped"
    if later:
        said = ", ".join(each.said or "skipped" for each in later)
        yield f"the prediction was changed after the answer was shown: {said}"


def _of_the_answer(how: Input, event: Event | None, given: str | None, value: Value, is_exact: bool) -> Iterator[str]:
    """Whether the link's answer is the one that was computed."""
    if event is None:
        if given is not None:
            yield "there is an answer, but no prediction"
    elif given is None:
        yield "the answer is missing"
    elif not _agree(how, given, value, is_exact):
        yield f"an edited answer: the link says {given}"


def _agree(how: Input, given: str, value: Value, is_exact: bool) -> bool:
    """Whether two answers are one, up to rounding."""
    if isinstance(value, str) or given == written(value):
        return given == value or given == written(value)
    try:
        said = float(given)
    except ValueError:
        return False
    share = 1 / _STRICTER if is_exact else 1.0
    strict = replace(
        how,
        tolerance=how.tolerance * share,
        relative=max(how.relative * share, _ROUNDING),
        decades=how.decades * share,
    )
    return strict.is_right(said, value)
