"""What the Derivative page lets one choose (chapter 2.4.1): the function, the point p and the step ε."""

from __future__ import annotations

from dataclasses import dataclass

from engines.differentiation.functions import FUNCTIONS, LARGEST_STEP, OWN, Function, own
from ui.experiment.readers import between, formula_of, one_of, write_number
from ui.experiment.settings import parameter

SMALLEST_STEP = 1e-15


@dataclass(frozen=True)
class DerivativeView:
    """The function (`formula` is one's own), the point p and the step ε."""

    function: str = parameter("sin", "f", one_of(lambda: [*FUNCTIONS, OWN.name]))
    formula: str = parameter(OWN.text, "formula", formula_of("x"))
    point: float = parameter(0.6, "p", between(-5, 5), write_number)
    epsilon: float = parameter(1.0, "eps", between(SMALLEST_STEP, LARGEST_STEP), write_number)

    @property
    def chosen(self) -> Function:
        return own(self.formula) if self.function == OWN.name else FUNCTIONS[self.function]

    @property
    def p(self) -> float:
        """The point, inside the picture of the function."""
        return self.chosen.nearest(self.point)
