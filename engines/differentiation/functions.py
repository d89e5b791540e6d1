"""The functions of one variable to differentiate: each with its formula and where it is drawn (chapter 2.4.1).

Polynomials, the elementary functions, those of a network's layers, and some with a point without a derivative:
|x| and relu have a corner at 0, ln is not defined up to 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.differentiation.expressions import Expression, parse

LARGEST_STEP = 1.0  # ε is at most this, so that p ± ε is always in the picture


@dataclass(frozen=True)
class Function:
    """A function of x, drawn for `low` ≤ x ≤ `high`; `label` is its formula as one writes it by hand."""

    name: str
    label: str
    text: str
    low: float
    high: float

    @property
    def expression(self) -> Expression:
        """The formula, ready to be computed on any backend. Raises `InvalidExpression`."""
        return parse(self.text)

    @property
    def points(self) -> tuple[float, float]:
        """The lowest and the highest point p to look at: one largest step inside the picture."""
        return self.low + LARGEST_STEP, self.high - LARGEST_STEP

    def nearest(self, point: float) -> float:
        """The point itself, or the end of `points` that is nearest to it."""
        lowest, highest = self.points
        return min(max(point, lowest), highest)


_TABLE = (
    Function("square", "x²", "x**2", -3, 3),
    Function("cubic", "x³ − 3x", "x**3 - 3*x", -3, 3),
    Function("quartic", "x⁴/4 − x² + x/4", "x**4 / 4 - x**2 + x / 4", -3, 3),
    Function("sin", "sin x", "sin(x)", -5, 5),
    Function("exp", "exp x", "exp(x)", -3, 3),
    Function("log", "ln x", "ln(x)", -2, 4),
    Function("relu", "relu(x)", "relu(x)", -3, 3),
    Function("maximum", "max(x, 0)", "max(x, 0)", -3, 3),
    Function("softplus", "softplus(x)", "softplus(x)", -5, 5),
    Function("sigmoid", "sigmoid(x)", "sigmoid(x)", -6, 6),
    Function("tanh", "tanh x", "tanh(x)", -4, 4),
    Function("abs", "|x|", "abs(x)", -3, 3),
)

FUNCTIONS = {function.name: function for function in _TABLE}
OWN = Function("own", "", "sin(x) + x**2 / 4", -4, 4)


def own(text: str) -> Function:
    """One's own function, such as "sin(x) + x**2 / 4"."""
    return replace(OWN, text=text)
