"""What the scene "four ways" of the Chain rule page lets one choose (chapter 2.4.4, footnote 7): what is compared.

`w_show` is the question: the same numbers four ways, the cost over the number of inputs or of outputs, or how a
formula grows with depth. Each question has a list of functions of its own, two of them the learner's too.
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.differentiation.expressions import Expression, parse
from engines.differentiation.families import MANY_INPUTS, MANY_OUTPUTS
from engines.differentiation.formula_growth import DEEPEST
from engines.errors import InvalidSetting
from ui.chain_rule.scalars.settings import numbers
from ui.experiment.readers import formula_of, one_of, whole
from ui.experiment.settings import parameter

OWN, MAX_INPUTS = "own", 8
QUESTIONS = ("inputs", "numbers", "outputs", "depth")
VARIABLES = ("x", "y", "z", *(f"x{index}" for index in range(1, MAX_INPUTS + 1)))
FUNCTIONS = {
    "product": "x1*x2*x3*x4*x5",
    "rosenbrock": "(1 - x)**2 + 100*(y - x**2)**2 + (1 - y)**2 + 100*(z - y**2)**2",
    "net": "sigmoid(1.5*tanh(0.8*x - 0.3*y) - 0.7*tanh(0.4*x + z))",
}
MAPS = {"logistic": "4*x*(1 - x)", "sigmoid": "sigmoid(2*x - 1)"}
PLACES = (0.8, -1.3, 0.6, 1.7, -0.4, 1.1, 0.9, -0.7)  # where a function is looked at unless told otherwise


def function_of_inputs(text: str) -> Expression:
    """The formula as a function of just those variables that it has, in the order of `VARIABLES`."""
    named = {node.name for node in parse(text, VARIABLES).root.walk()}
    return parse(text, tuple(name for name in VARIABLES if name in named))


def _read_place(text: str) -> str:
    if len(numbers(text)) > MAX_INPUTS:
        raise InvalidSetting("at most {count} numbers are needed here", count=MAX_INPUTS)
    return text.strip()


@dataclass(frozen=True)
class FourWaysView:
    """The part of the page's view that the scene "four ways" has."""

    w_show: str = parameter("inputs", "w_show", one_of(lambda: QUESTIONS))
    w_function: str = parameter("net", "w_f", one_of(lambda: [*FUNCTIONS, OWN]))
    w_own: str = parameter("sin(x*y) + z**2 * exp(-x)", "w_own", formula_of(*VARIABLES, constant=False))
    w_at: str = parameter("", "w_at", _read_place)
    w_inputs: str = parameter("product", "w_in", one_of(lambda: MANY_INPUTS))
    w_outputs: str = parameter("waves", "w_out", one_of(lambda: MANY_OUTPUTS))
    w_map: str = parameter("logistic", "w_map", one_of(lambda: [*MAPS, OWN]))
    w_map_own: str = parameter("x*sin(x)", "w_mapown", formula_of("x", constant=False))
    w_depth: int = parameter(3, "w_depth", whole(1, DEEPEST))

    @property
    def w_formula(self) -> str:
        """The function whose numbers are compared."""
        return self.w_own if self.w_function == OWN else FUNCTIONS[self.w_function]

    @property
    def w_expression(self) -> Expression:
        return function_of_inputs(self.w_formula)

    @property
    def w_point(self) -> tuple[float, ...]:
        """Where: the numbers as typed, one a variable; those that are missing are taken from `PLACES`."""
        typed, count = numbers(self.w_at), len(self.w_expression.variables)
        return (*typed, *PLACES[len(typed) :])[:count]

    @property
    def w_step(self) -> str:
        """The map that is applied again and again."""
        return self.w_map_own if self.w_map == OWN else MAPS[self.w_map]
