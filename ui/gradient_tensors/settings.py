"""What the Gradient tensors page alone chooses, in its link: which weights, which parameter, which entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from engines.errors import InvalidSetting
from engines.gradients.wrong_gradients import WRONG_GRADIENTS
from ui.experiment.readers import between, one_of, write_number
from ui.experiment.settings import parameter
from ui.parts.frozen_weights import read_step, write_step

FARTHEST = 3.0  # how far an entry can be moved by hand
SIZES = (*(float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5)), 100.0)
OFFSETS = tuple(round(0.1 * k, 1) for k in range(-30, 31))
WRONG = ("none", *WRONG_GRADIENTS)


class Chosen(NamedTuple):
    """An entry of one parameter: in the link W1-12-5 is W1[12, 5], b1-3 is b1[3]."""

    parameter: str
    index: tuple[int, ...]


def read_parameter(text: str) -> str:
    if not re.fullmatch(r"[Wb][1-9]", text, re.ASCII):
        raise InvalidSetting("write a parameter's name like W1 or b2")
    return text


def read_entry(text: str) -> Chosen | None:
    if text == "steepest":
        return None
    if not re.fullmatch(r"W[1-9]-\d{1,4}-\d{1,4}|b[1-9]-\d{1,4}", text, re.ASCII):
        raise InvalidSetting("write an entry like W1-12-5 or b2-3")
    name, *index = text.split("-")
    return Chosen(name, tuple(map(int, index)))


def write_entry(chosen: tuple[str, tuple[int, ...]] | None) -> str:
    return "-".join(map(str, (chosen[0], *chosen[1]))) if chosen else "steepest"


@dataclass(frozen=True)
class TensorsSettings:
    """`at`: the training step, None for where this session's run is. `size`: the step of W0 − step · gradient.

    `tensor`: the parameter that is drawn. `entry`: None for its steepest one; `delta`: how far it is moved by hand.
    """

    at: int | None = parameter(None, "step", read_step, write_step)
    tensor: str = parameter("W1", "parameter", read_parameter)
    size: float = parameter(0.1, "size", between(SIZES[0], SIZES[-1]), write_number)
    drawn: str = parameter("cells", "drawn", one_of(lambda: ("cells", "images")))
    entry: tuple[str, tuple[int, ...]] | None = parameter(None, "entry", read_entry, write_entry)
    delta: float = parameter(1.0, "delta", between(-FARTHEST, FARTHEST), write_number)
    wrong: str = parameter("none", "wrong", one_of(lambda: WRONG))
