"""What an optimizer is: hyperparameters, a state, and a rule that updates the parameters (chapter 2.4.3).

The rule is plain arithmetic on arrays of any backend. Parameters and state are dicts updated by item
(`velocity[name] *= momentum`): in place where the arrays allow, and still right where they don't.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engines.backends.base import Array
from engines.errors import InvalidSetting

Arrays = dict[str, Array]
State = dict[str, Any]


def hyperparameter(
    default: float, symbol: str, minimum: float = 0.0, below: float = math.inf, typical: float = 1.0
) -> Any:
    """A dataclass field for a number from `minimum`, less than `below`.

    `symbol` is its LaTeX; `typical` the largest value that a control need offer.
    """
    return field(default=default, metadata={"symbol": symbol, "minimum": minimum, "below": below, "typical": typical})


@dataclass(frozen=True)
class Optimizer(ABC):
    """Base of the rules. `rule` is the update in LaTeX, `state_names` what it remembers between steps.

    `direction` is what of it takes the gradient's place in the step; "" is the gradient itself.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    state_names: ClassVar[tuple[str, ...]] = ()
    direction: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for spec in fields(self):
            object.__setattr__(self, spec.name, _checked(spec, getattr(self, spec.name)))

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
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        with suppress(OverflowError, TypeError):
            number = float(value)
            if math.isfinite(number) and minimum <= number < below:
                return number
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
