"""What SymPy says on the Derivative page: the formulas, the slope at p, the best steps of theory (chapter 2.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engines.differentiation import difference_errors, symbolic
from engines.differentiation.expressions import Expression
from engines.differentiation.functions import FUNCTIONS, OWN
from engines.differentiation.questions import Question, shown
from engines.differentiation.symbolic import Written
from ui.derivative.settings import DerivativeView
from ui.symbolic.asking import Asking


@dataclass(frozen=True)
class ExactDerivative:
    """What is known of it; None is not known, or not yet (`comes`)."""

    written: Written | None
    slope: float | None
    steps: Mapping[tuple[str, str], float] | None
    comes: bool


def exactly(asking: Asking, expression: Expression, p: float) -> ExactDerivative:
    """Ask for one thing after another, as long as there are answers."""
    first, second, third = _questions(expression, p)  # each is harder than the one before
    written = asking("written", first)
    slope = asking("slope", second) if written is not None else None
    steps = asking("steps", third) if slope is not None else None
    return ExactDerivative(written, slope, steps, asking.waits)


def usual_questions() -> Iterator[Question]:
    """Those of every function of the list, where the page opens."""
    p = DerivativeView().point
    for function in (*FUNCTIONS.values(), OWN):
        yield from _questions(function.expression, function.nearest(p))


def _questions(expression: Expression, p: float) -> tuple[Question, ...]:
    asked = f"d/dx {shown(expression.text)}"
    return (
        Question(asked, symbolic.written, (expression,)),
        Question(f"{asked}, x = {p:g}", symbolic.slope, (expression, p)),
        Question(f"d³/dx³ {shown(expression.text)}, x = {p:g}", difference_errors.theoretical_steps, (expression, p)),
    )
