"""What an optimizer is: hyperparameters, a state, and a rule that updates the parameters (chapter 2.4.3).

The rule is plain arithmetic on arrays of any backend. Parameters and state are dicts updated by item
(`velocity[name] *= momentum`): in place where the arrays allow, and still right where they don't.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engines import given
from engines.backends.base import Array
from engines.errors import InvalidSetting

SMALLEST = math.ulp(0.0)  # the first number above 0
_ELSEWHERE = {"lr": "learning_rate", "eps": "epsilon", "beta1": "beta_1", "beta2": "beta_2", "alpha": "rho"}

Arrays = dict[str, Array]
State = dict[str, Any]


def hyperparameter(
    default: float, symbol: str, minimum: float = 0.0, below: float = math.inf, typical: float = 1.0
) -> Any:
    """A dataclass field for a number from `minimum`, less than `below`.

    With `minimum=SMALLEST` it divides, and must be above 0 in the parameters' dtype too. `symbol` is its LaTeX;
    `typical` the largest value that a control need offer.
    """
    return field(default=default, metadata={"symbol": symbol, "minimum": minimum, "below": below, "typical": typical})


@dataclass(frozen=True)
class Optimizer(ABC):
    """Base of the rules. `rule` is the update in LaTeX, `state_names` what it remembers between steps.

    `direction` is what of it takes the gradient's place in the step; "" is the gradient itself. `place` is its place
    in the chapter's order; None: it is not listed. `colour` and `dash` (strokes and gaps in pixels) are those of its
    line in every picture; without them it gets some by its name.
    """

    learning_rate: float = hyperparameter(0.01, r"\eta")  # each rule says its own

    name: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    place: ClassVar[float | None] = math.inf
    colour: ClassVar[str] = ""
    dash: ClassVar[tuple[int, ...]] = ()
    state_names: ClassVar[tuple[str, ...]] = ()
    direction: ClassVar[str] = ""

    def __new__(cls, *values: Any, **named: Any) -> Optimizer:
        """Raises `InvalidSetting` where `__init__` would raise a TypeError."""
        known = [spec.name for spec in fields(cls)]
        for name in named:
            if name not in known[len(values) :]:
                raise _refusal(cls, name, known)
        if len(values) > len(known):
            raise InvalidSetting(
                "{optimizer} has only {known} to set, but got {given} values.",
                optimizer=cls.label,
                known=", ".join(known),
                given=len(values),
            )
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for spec in fields(self):
            object.__setattr__(self, spec.name, _checked(spec, getattr(self, spec.name)))

    def check_dtype(self, dtype: str) -> None:
        """Raises `InvalidSetting` for a number that divides and counts as 0 in the parameters' dtype.

        Below the smallest normal number, where digits are lost, some libraries take everything for 0.
        """
        least = float(np.finfo(dtype).tiny)
        for spec in fields(self):
            value = getattr(self, spec.name)
            if spec.metadata["minimum"] > 0 and value < least:
                raise InvalidSetting(
                    "{name} must be at least {least:.2g} in {dtype}, where {value:g} counts as 0: the step of a weight "
                    "whose gradient is exactly 0, such as that of an always blank pixel, would be 0 / 0.",
                    name=spec.name,
                    least=least,
                    dtype=dtype,
                    value=value,
                )

    def initial_state(self, parameters: Mapping[str, Array]) -> State:
        """The state before the first step: zeros shaped like each parameter, for each name remembered."""
        return {
            state: {name: 0 * array**0 for name, array in parameters.items()}  # x⁰ is 1 even for NaN
            for state in self.state_names
        }

    @abstractmethod
    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        """One step of the rule: changes `parameters` and `state`, never `gradients`."""


def _checked(spec: Field, value: Any) -> float:
    """The value as a plain float (a NumPy number would turn float32 weights into float64), if it is in bounds."""
    minimum, below = spec.metadata["minimum"], spec.metadata["below"]
    number = given.number(value)
    if number is not None and minimum <= number < below:
        return number
    if minimum == SMALLEST:
        raise InvalidSetting(
            "{name} must be a finite number above 0, not {value!r}: the step of a weight whose gradient is exactly 0, "
            "such as that of an always blank pixel, would be 0 / 0.",
            name=spec.name,
            value=value,
        )
    if math.isinf(below):
        raise InvalidSetting(
            "{name} must be a finite number from {minimum:g}, not {value!r}.",
            name=spec.name,
            minimum=minimum,
            value=value,
        )
    raise InvalidSetting(
        "{name} must be a finite number from {minimum:g} to less than {below:g}, not {value!r}.",
        name=spec.name,
        minimum=minimum,
        below=below,
        value=value,
    )


def _refusal(rule: type[Optimizer], name: str, known: list[str]) -> InvalidSetting:
    """Says what the hyperparameter is called here, if another library's name was given."""
    if name in known:
        return InvalidSetting("{optimizer} was given {name} twice.", optimizer=rule.label, name=name)
    if (ours := _ELSEWHERE.get(name)) in known:
        return InvalidSetting(
            "{optimizer} has no hyperparameter {name!r}: its name is {ours}.",
            optimizer=rule.label,
            name=name,
            ours=ours,
        )
    return InvalidSetting(
        "{optimizer} has no hyperparameter {name!r}; choose one of {choices}.",
        optimizer=rule.label,
        name=name,
        choices=", ".join(known),
    )
