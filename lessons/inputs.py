"""How a learner predicts: by a choice, a number, a point on an axis, or one of two curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engines.errors import InvalidLesson, InvalidSetting

Kind = Literal["choice", "number", "point", "curve"]


@dataclass(frozen=True)
class Input:
    """What can be said, and how near the answer counts as right.

    A number is right within `tolerance`, or within the share `relative` of the answer, or, on an axis of powers of
    ten, within so many `decades`.
    """

    kind: Kind
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0
    relative: float = 0.0
    decades: float = 0.0
    format: str = "g"
    whole: bool = False
    axis: tuple[float, float] = (0.0, 1.0)
    stops: int = 41
    log: bool = False

    @property
    def is_choice(self) -> bool:
        return self.kind in ("choice", "curve")

    @property
    def places(self) -> list[float]:
        """The points of the axis that can be chosen, as they are written."""
        low, high = self.axis
        points = np.geomspace(low, high, self.stops) if self.log else np.linspace(low, high, self.stops)
        return sorted({float(f"{point:.6g}") for point in points.tolist()})

    def read(self, text: str) -> str | float:
        """What a link says somebody predicted. Raises `InvalidSetting`."""
        if self.is_choice:
            if text not in self.choices:
                raise InvalidSetting("choose one of {choices}", choices=", ".join(self.choices))
            return text
        try:
            value = float(text)
        except ValueError:
            raise InvalidSetting("a number is needed") from None
        if not math.isfinite(value):
            raise InvalidSetting("a number is needed")
        return value

    def is_right(self, said: str | float, answer: str | float) -> bool:
        """Whether that prediction counts as right."""
        if isinstance(said, str) or isinstance(answer, str):
            return said == answer
        if not math.isfinite(answer):
            return said == answer
        if self.decades and said > 0 and answer > 0 and abs(math.log10(said / answer)) <= self.decades:
            return True
        margin = max(self.tolerance, self.relative * abs(answer))
        return abs(said - answer) <= margin * (1 + 1e-9)

    def written(self, value: float) -> str:
        """A number as the lesson writes it."""
        return format(int(value), "d") if self.whole and float(value).is_integer() else format(value, self.format)


def read_input(data: dict[str, Any]) -> Input:
    """The rest of a step's data. Raises `InvalidLesson`."""
    kind = data.pop("input")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    made = Input(kind, **values)
    if kind not in ("choice", "number", "point", "curve"):
        raise InvalidLesson("There is no input {kind!r}.", kind=kind)
    if (made.is_choice and len(made.choices) < 2) or (kind == "curve" and len(made.choices) != 2):
        raise InvalidLesson("A choice needs two or more choices, a curve two.")
    if not made.is_choice and max(made.tolerance, made.relative, made.decades) <= 0 and not made.whole:
        raise InvalidLesson("A number needs a tolerance.")
    return made
