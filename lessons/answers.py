"""The answers that somebody was shown, as they stand in a link to hand in: to the last digit.

1a0.3141592653589793~3afewer
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from lessons.assignment import MOST_STEPS, Steps
from lessons.log import Log
from ui.experiment.readers import write_number

Value = float | str

_BETWEEN = "~"
_ANSWER = re.compile(r"([1-9]\d?)a([a-z0-9_.\-]{1,40})")


def read_answers(text: str) -> dict[int, str]:
    """Answers as a link says them, each by the number of its question. Raises `InvalidSetting`."""
    parts = text.split(_BETWEEN) if text else []
    found = [_ANSWER.fullmatch(part) for part in parts]
    answers = {int(match[1]): match[2] for match in found if match}
    if len(parts) > MOST_STEPS or len(answers) < len(parts):
        raise InvalidSetting("write each answer once as number, a, value, such as {example}", example="1a0.3~2amore")
    return answers


def write_answers(answers: Mapping[int, Value]) -> str:
    """The opposite."""
    return _BETWEEN.join(f"{place}a{written(value)}" for place, value in sorted(answers.items()))


def written(value: Value) -> str:
    """A number to its last digit, or the word of a choice."""
    return value if isinstance(value, str) else write_number(value)


def shown(steps: Steps, log: Log, backend: str, known: Mapping[int, Value] | None = None) -> InPieces[dict[int, Value]]:
    """The answer of each question that was predicted or skipped, as the app has shown it; `known` need no work."""
    answers = dict(known or {})
    for place, (_lesson, step) in enumerate(steps, start=1):
        if log.first(place) and place not in answers:
            answers[place] = (yield from step.answered(backend)).value
    return answers
