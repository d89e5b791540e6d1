"""What SymPy says about f(g(x)): both functions with their derivatives, and the slope of the whole (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from engines.chain_rule.composition import INNER, OUTER, composition
from engines.differentiation import symbolic
from engines.differentiation.expressions import Expression, parse
from engines.differentiation.questions import Question, shown
from engines.differentiation.symbolic import Written
from ui.chain_rule.scalars.settings import INNERS, OUTERS, ScalarsView
from ui.symbolic.asking import Asking


@dataclass(frozen=True)
class ExactComposition:
    """What is known of it; None is not known, or not yet (`comes`)."""

    outer: Written | None
    inner: Written | None
    slope: float | None
    comes: bool


def exactly(asking: Asking, outer: Expression, inner: Expression, x: float) -> ExactComposition:
    """Ask for both functions, then for the slope of the whole."""
    first, second = (asking(f"written.{function.variables[0]}", _written(function)) for function in (outer, inner))
    slope = asking("slope", _slope(outer, inner, x)) if first and second else None
    return ExactComposition(first, second, slope, asking.waits)


def usual_questions() -> Iterator[Question]:
    """Those of every function of the lists, and of every pair where the scene opens."""
    outers, inners = [parse(text, (OUTER,)) for text in OUTERS.values()], [*map(parse, INNERS.values())]
    yield from map(_written, [*outers, *inners])
    for outer, inner in product(outers, inners):
        yield _slope(outer, inner, ScalarsView().c_x)


def _written(function: Expression) -> Question:
    return Question(f"d/d{function.variables[0]} {shown(function.text)}", symbolic.written, (function,))


def _slope(outer: Expression, inner: Expression, x: float) -> Question:
    asked = f"d/d{INNER} f(g({INNER})), f({OUTER}) = {shown(outer.text)}, g({INNER}) = {shown(inner.text)}"
    return Question(asked, symbolic.slope, (composition(outer, inner), x))
