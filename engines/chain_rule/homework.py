"""Homework on the 2-2-1 network, and the numbers that it asks for (chapter 2.4.4).

Each ∂loss/∂… is a product of factors, one or two a link of the chain from the loss down. How answers are marked is in
`homework_marks`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from engines.chain_rule.scalar_net import Solution
from engines.differentiation.expressions import parse
from engines.errors import InvalidExpression, InvalidSetting

FORWARD = ("z1", "a1", "z2", "a2", "y_pred", "loss")
BACKWARD = ("y_pred", "v1", "v2", "c", "a1", "z1", "w11", "w21", "b1", "a2", "z2", "w12", "w22", "b2")
ANSWERS = (*FORWARD, *(f"d{name}" for name in BACKWARD))  # "dw11" is ∂loss/∂w11

TOLERANCE = 1e-3  # relative; a number rounded to two digits or more is right as well
_ZERO = 1e-9
_LONGEST = 60


@dataclass(frozen=True)
class Part:
    """A factor of a product or a term of a sum, as text and in LaTeX; `factors` are those of a term itself."""

    name: str
    latex: str
    value: float
    factors: tuple[float, ...] = ()


@dataclass(frozen=True)
class Quantity:
    """One number to find, and how it is made: a product or a sum of its parts, or a function of the only one."""

    name: str
    how: Literal["product", "sum", "function"]
    parts: tuple[Part, ...]
    value: float


@dataclass(frozen=True)
class Slip:
    """What makes a wrong number of the right one: parts left out or taken for another, or the sign (no part).

    "factors" are two left out; "swap" is `part` used as `other`, which differs from it in its indices; "exchange"
    is each of the two in the other's place; "other" is another number of the network, `part`, given for this one.
    """

    kind: Literal["factor", "factors", "term", "function", "sign", "swap", "exchange", "other"]
    part: Part | None = None
    other: Part | None = None


@dataclass(frozen=True)
class Mark:
    """Whether a number is right; if not, every slip that leads to it.

    `follows` are wrong numbers of the learner's own from which this one is computed rightly.
    """

    right: bool
    slips: tuple[Slip, ...] = ()
    follows: tuple[str, ...] = ()


def read_answer(text: str) -> float:
    """A number as the learner writes it, "0.36" or "2*0.6*0.3". Raises `InvalidSetting` for anything else."""
    try:
        value = parse(text[: _LONGEST + 1].replace("−", "-").replace("·", "*")).root.constant
    except InvalidExpression:
        value = None
    if value is None or len(text) > _LONGEST:
        raise InvalidSetting("write a number, or a product such as 2*0.5*0.3")
    return value


def quantity(name: str, solution: Solution) -> Quantity:
    """The number called so in `ANSWERS`, with its parts."""
    if name[0] == "d":
        return Quantity(name, "product", chain(name[1:], solution), solution.gradients[name[1:]])
    value = solution.values[name]
    if name == "loss":
        return Quantity(name, "product", (_residual(solution),) * 2, value)
    if name[0] == "a":
        return Quantity(name, "function", (_number(f"z{name[1]}", solution),), value)
    return Quantity(name, "sum", _terms(name, solution), value)


def chain(name: str, solution: Solution) -> tuple[Part, ...]:
    """The factors of ∂loss/∂name, from the loss down to it."""
    square = (Part("2", "2", 2.0), _residual(solution))
    if name in ("y_pred", "c"):
        return square
    unit = name[-1]
    if name[0] == "v":
        return (*square, _number(f"a{unit}", solution))
    down = {"a": (), "z": (_slope(unit, solution),)}
    links = down.get(name[0], down["z"])
    entering = (_number(f"x{name[1]}", solution),) if name[0] == "w" else ()
    return (*square, _number(f"v{unit}", solution), *links, *entering)


def agrees(given: float, exact: float) -> bool:
    """Within `TOLERANCE` of the exact number, or that number rounded to two or three significant digits.

    >>> agrees(0.035, 0.0347), agrees(0.036, 0.0347), agrees(0.03, 0.0347)
    (True, False, False)
    """
    error = abs(given - exact)
    if error <= max(TOLERANCE * abs(exact), _ZERO):
        return True
    if abs(exact) <= _ZERO or not math.isfinite(exact):
        return False
    units = [10.0 ** (math.floor(math.log10(abs(exact))) + 1 - digits) for digits in (2, 3)]
    return any(_is_multiple(given, unit) and error <= unit / 2 * (1 + _ZERO) for unit in units)


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - round(value / unit)) < 1e-6


def _terms(name: str, solution: Solution) -> tuple[Part, ...]:
    """What z_j or y_pred is the sum of."""
    if name == "y_pred":
        pairs, last = (("a1", "v1"), ("a2", "v2")), "c"
    else:
        pairs, last = tuple((f"x{i}", f"w{i}{name[1]}") for i in "12"), f"b{name[1]}"
    return (*(_product(*pair, solution) for pair in pairs), _number(last, solution))


def _product(a: str, b: str, solution: Solution) -> Part:
    values = solution.values
    return Part(f"{a}·{b}", rf"{latex(a)}\,{latex(b)}", values[a] * values[b], (values[a], values[b]))


def _number(name: str, solution: Solution) -> Part:
    return Part(name, latex(name), solution.values[name])


def _residual(solution: Solution) -> Part:
    return Part("(y_pred − y)", rf"({latex('y_pred')} - y)", solution.values["residual"])


def _slope(unit: str, solution: Solution) -> Part:
    """activation′(z) of a hidden unit."""
    activation = solution.net.activation
    return Part(f"{activation}′(z{unit})", rf"\{_COMMANDS[activation]}'(z_{unit})", solution.slopes[int(unit) - 1])


def latex(name: str) -> str:
    """ "w11" as w_{11}, "y_pred" as y_{\\text{pred}}."""
    if name == "y_pred":
        return r"y_{\text{pred}}"
    if name == "loss":
        return r"\text{loss}"
    return f"{name[0]}_{{{name[1:]}}}" if len(name) > 1 else name


_COMMANDS = {"tanh": "tanh", "relu": "operatorname{relu}", "sigmoid": "operatorname{sigmoid}"}
