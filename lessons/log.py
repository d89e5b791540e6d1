"""What somebody has predicted, in the order in which it happened, as it stands in a link.

    1p0.31~2s~1p0.29

At the first question 0.31 was predicted, whereupon its answer was shown; the second was skipped; then, with the answer
known, 0.29 was said at the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.errors import InvalidSetting

MOST_EVENTS = 60
_BETWEEN = "~"
_EVENT = re.compile(r"([1-9]\d?)([ps])([a-z0-9_.+\-]{0,24})")


@dataclass(frozen=True)
class Event:
    """At the question number `place`, from 1, this was predicted; "" where the question was skipped."""

    place: int
    said: str


@dataclass(frozen=True)
class Log:
    """The events so far, the earliest first."""

    events: tuple[Event, ...] = ()

    def first(self, place: int) -> Event | None:
        """What happened at that question before its answer was shown; None if it is still covered."""
        return next((event for event in self.events if event.place == place), None)

    def later(self, place: int) -> tuple[Event, ...]:
        """What was said there when the answer had been shown."""
        return tuple(event for event in self.events if event.place == place)[1:]

    def then(self, event: Event) -> Log:
        """The log with one more event; where there are too many, as it is."""
        return Log((*self.events, event)) if len(self.events) < MOST_EVENTS else self

    def joined(self, other: Log) -> Log:
        """This log, or the other one where that goes on from it, as after a step back in the browser's history."""
        return other if other.events[: len(self.events)] == self.events else self


def read_log(text: str) -> Log:
    """A log as a link says it. Raises `InvalidSetting`."""
    parts = text.split(_BETWEEN) if text else []
    found = [_EVENT.fullmatch(part) for part in parts]
    if len(parts) > MOST_EVENTS or not all(found):
        raise InvalidSetting("write each prediction as number, p, value, such as {example}", example="1p0.3~2s")
    return Log(tuple(Event(int(match[1]), match[3] if match[2] == "p" else "") for match in found if match))


def write_log(log: Log) -> str:
    """The opposite."""
    return _BETWEEN.join(f"{event.place}{'p' if event.said else 's'}{event.said}" for event in log.events)
