"""What the scalar scenes of the Chain rule page let one choose (chapter 2.4.4): f, g, x, ε; a, b, c; the homework.

The numbers of the homework are texts as they are typed ("2, -0.5"), each read by `numbers`; an empty one stands
for that of the exercise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engines.chain_rule.composition import INNER, OUTER, STAGES
from engines.chain_rule.homework import ANSWERS, read_answer
from engines.chain_rule.scalar_net import ACTIVATIONS, MAX_NUMBER
from engines.errors import InvalidSetting
from ui.experiment.readers import (
    between,
    formula_of,
    one_of,
    read_switch,
    whole,
    with_decimal_points,
    write_number,
    write_switch,
)
from ui.experiment.settings import parameter

PARTS = ("two", "three")
OWN = "own"
OUTERS = {"square": "u**2", "sin": "sin(u)", "exp": "exp(u)", "tanh": "tanh(u)", "relu": "relu(u)", "log": "ln(u)"}
INNERS = {"sin": "sin(x)", "square": "x**2", "line": "2*x - 1", "exp": "exp(x)", "sigmoid": "sigmoid(x)"}
LARGEST_X, LARGEST_W, MAX_EXERCISE = 2.0, 3.0, 9999
FIELDS = {"x": 2, "w": 4, "b": 2, "v": 2, "c": 1, "y": 1}  # how many numbers each homework field holds


def numbers(text: str) -> tuple[float, ...]:
    """The numbers in "2, -0.5; 1 3"; brackets are left out. Raises `InvalidSetting` for what is no number."""
    plain = text.translate(str.maketrans("[]();,", "      ", "")).replace("−", "-")
    try:
        values = tuple(map(float, plain.split()))
    except ValueError:
        raise InvalidSetting("write numbers with commas between them, like 2, -0.5") from None
    if not all(math.isfinite(value) and abs(value) <= MAX_NUMBER for value in values):
        raise InvalidSetting("each number must lie between -{limit:g} and {limit:g}", limit=MAX_NUMBER)
    return values


def written(values: tuple[float, ...]) -> str:
    """Numbers as they are typed; four of them are the two rows of a matrix."""
    texts = [write_number(value) for value in values]
    return f"{texts[0]}, {texts[1]}; {texts[2]}, {texts[3]}" if len(texts) == 4 else ", ".join(texts)


def _numbers(count: int) -> Callable[[str], str]:
    def check(text: str) -> None:
        found = len(numbers(text))
        if text.strip() and found != count:
            if count == 1:
                raise InvalidSetting("write one number here, not {found}", found=found)
            raise InvalidSetting("write {count} numbers here, not {found}", count=count, found=found)

    return lambda text: with_decimal_points(text, check).strip()


def read_answers(text: str) -> tuple[tuple[str, str], ...]:
    """The learner's numbers, as "z1:0.5;loss:0.25"."""
    pairs = [pair.partition(":") for pair in text.split(";") if pair]
    answers = tuple((name, answer) for name, _colon, answer in pairs)
    if not all(name in ANSWERS for name, _answer in answers) or len(dict(answers)) < len(answers):
        raise InvalidSetting("answers look like z1:0.5;loss:0.25")
    for _name, answer in answers:
        read_answer(answer)
    return answers


def write_answers(answers: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{name}:{answer}" for name, answer in answers)


@dataclass(frozen=True)
class ScalarsView:
    """The part of the page's view that the scenes on scalars have: two functions, three operations, homework."""

    c_part: str = parameter("two", "c_part", one_of(lambda: PARTS))
    c_outer: str = parameter("square", "c_f", one_of(lambda: [*OUTERS, OWN]))
    c_outer_own: str = parameter("u**2 - u", "c_fown", formula_of(OUTER))
    c_inner: str = parameter("sin", "c_g", one_of(lambda: [*INNERS, OWN]))
    c_inner_own: str = parameter("x**2 / 2 + x", "c_gown", formula_of(INNER))
    c_x: float = parameter(0.6, "c_x", between(-LARGEST_X, LARGEST_X), write_number)
    c_epsilon: float = parameter(0.3, "c_eps", between(1e-6, 1), write_number)

    c_a: str = parameter("multiply", "c_a", one_of(lambda: STAGES))
    c_b: str = parameter("tanh", "c_b", one_of(lambda: STAGES))
    c_c: str = parameter("multiply", "c_c", one_of(lambda: STAGES))
    c_w1: float = parameter(2.0, "c_w1", between(-LARGEST_W, LARGEST_W), write_number)
    c_w2: float = parameter(-0.5, "c_w2", between(-LARGEST_W, LARGEST_W), write_number)
    c_w3: float = parameter(0.8, "c_w3", between(-LARGEST_W, LARGEST_W), write_number)
    c_input: float = parameter(1.5, "c_in", between(-LARGEST_W, LARGEST_W), write_number)

    h_exercise: int = parameter(1, "h_seed", whole(1, MAX_EXERCISE))
    h_activation: str = parameter("relu", "h_act", one_of(lambda: ACTIVATIONS))
    h_x: str = parameter("", "h_x", _numbers(FIELDS["x"]))
    h_w: str = parameter("", "h_w", _numbers(FIELDS["w"]))
    h_b: str = parameter("", "h_b", _numbers(FIELDS["b"]))
    h_v: str = parameter("", "h_v", _numbers(FIELDS["v"]))
    h_c: str = parameter("", "h_c", _numbers(FIELDS["c"]))
    h_y: str = parameter("", "h_y", _numbers(FIELDS["y"]))
    h_answers: tuple[tuple[str, str], ...] = parameter((), "h_mine", read_answers, write_answers)
    h_to: str = parameter("", "h_to", one_of(lambda: ("", *ANSWERS)))  # the last answer that a link has filled in
    h_solved: bool = parameter(False, "h_show", read_switch, write_switch)

    @property
    def c_functions(self) -> tuple[str, str]:
        """f and g as formulas of u and x."""
        outer = self.c_outer_own if self.c_outer == OWN else OUTERS[self.c_outer]
        return outer, self.c_inner_own if self.c_inner == OWN else INNERS[self.c_inner]

    @property
    def c_operations(self) -> tuple[str, str, str]:
        return self.c_a, self.c_b, self.c_c

    @property
    def c_weights(self) -> tuple[float, float, float]:
        return self.c_w1, self.c_w2, self.c_w3
