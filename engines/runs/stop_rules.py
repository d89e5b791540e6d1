"""Stop when: at a step, after an epoch, at a test loss or accuracy, or when nothing has improved for some epochs.

A rule decides after a step, from numbers that the recipe fixes: the step, the epochs, and the test points of the
curves, never one that was only made to be looked at. So a run stops at the same step, whatever its speed and whoever
watches. While a rule asks for the test set, there is a test point at the end of every epoch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from engines import given
from engines.checks import MAX_STEPS
from engines.errors import InvalidSetting

KINDS = ("step", "epoch", "loss", "accuracy", "patience")
_WHOLE = {"step": MAX_STEPS, "epoch": 1_000_000, "patience": 1_000}  # from 1 to that
_MOST = {"loss": 1e6, "accuracy": 1.0}  # above 0, up to that


@dataclass(frozen=True)
class StopRule:
    """Where a run is to stop: a kind, one of `KINDS`, and its number. Raises `InvalidSetting` for another one.

    "step" and "epoch": when so many are done. "loss" and "accuracy": at the first test point that reaches the number
    after one that did not. "patience": at the first end of an epoch at which the lowest test loss lies so many epochs
    back.
    """

    kind: str
    number: float

    def __post_init__(self) -> None:
        kind = given.text(self.kind)
        if kind not in KINDS:
            raise InvalidSetting(
                "There is no rule {name!r} to stop by; choose one of {choices}.",
                name=self.kind,
                choices=", ".join(KINDS),
            )
        object.__setattr__(self, "kind", kind)
        object.__setattr__(
            self, "number", _whole(kind, self.number) if kind in _WHOLE else _positive(kind, self.number)
        )

    @property
    def asks_tests(self) -> bool:
        """Whether the test set decides: then it is evaluated at the end of every epoch."""
        return self.kind in ("loss", "accuracy", "patience")


class Seen(NamedTuple):
    """What a rule remembers of a run's test points: the newest one, the one before it, and in which epoch the lowest
    loss was. The beginning is epoch 0; after the first step it is 1."""

    step: int = -1
    loss: float = math.nan
    accuracy: float = math.nan
    loss_before: float = math.nan
    accuracy_before: float = math.nan
    lowest: float = math.inf
    lowest_epoch: int = 0

    def then(self, step: int, loss: float, accuracy: float, epoch: int) -> Seen:
        """With another test point, made in that epoch."""
        is_lowest = loss < self.lowest
        return Seen(
            step,
            loss,
            accuracy,
            self.loss,
            self.accuracy,
            loss if is_lowest else self.lowest,
            epoch if is_lowest else self.lowest_epoch,
        )


def is_met(rule: StopRule, steps: int, epoch: int, at_end: bool, seen: Seen) -> bool:
    """Whether a run stops after `steps` steps, in that epoch and perhaps `at_end` of it.

    >>> seen = Seen().then(0, 2.3, 0.1, epoch=0).then(45, 0.4, 0.9, epoch=1)
    >>> [is_met(read(text), 45, 1, True, seen) for text in ("step:45", "epoch:2", "loss:0.5", "accuracy:0.95")]
    [True, False, True, False]
    """
    if rule.kind == "step":
        return steps == rule.number
    if rule.kind == "epoch":
        return at_end and epoch == rule.number
    if rule.kind == "patience":
        return at_end and epoch - seen.lowest_epoch == rule.number
    if seen.step != steps:
        return False
    if rule.kind == "loss":
        return seen.loss <= rule.number and not seen.loss_before <= rule.number
    return seen.accuracy >= rule.number and not seen.accuracy_before >= rule.number


def write(rule: StopRule) -> str:
    """As a link has it.

    >>> write(StopRule("loss", 0.2)), read("step:2000")
    ('loss:0.2', StopRule(kind='step', number=2000))
    """
    return f"{rule.kind}:{repr(rule.number).replace('e+', 'e')}"


def read(text: str) -> StopRule:
    """What `write` wrote. Raises `InvalidSetting` that says what is needed."""
    kind, colon, number = text.strip().partition(":")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if kind not in KINDS or not colon or math.isnan(value):
        raise InvalidSetting("write one of {choices}, a colon and a number, like step:2000", choices=", ".join(KINDS))
    return StopRule(kind, value)


def _whole(kind: str, value: object) -> int:
    found = given.number(value)
    if found is None or not found.is_integer() or not 1 <= found <= _WHOLE[kind]:
        raise InvalidSetting("a whole number from {lowest} to {highest} is needed", lowest=1, highest=_WHOLE[kind])
    return int(found)


def _positive(kind: str, value: object) -> float:
    found = given.number(value)
    if found is None or not 0 < found <= _MOST[kind]:
        raise InvalidSetting("a number above 0, up to {highest:,g}, is needed", highest=_MOST[kind])
    return found
