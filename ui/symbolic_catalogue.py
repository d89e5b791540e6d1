"""What every visitor's pages ask of SymPy: answered before they come, when nobody waits for anything else."""

from __future__ import annotations

from collections.abc import Iterator

from engines.descent.stationary import POLYNOMIALS
from engines.differentiation.questions import Question
from ui.chain_rule.four_ways import exact as four_ways_exact
from ui.chain_rule.scalars import exact as scalars_exact
from ui.derivative import exact
from ui.gradient_descent.exact.questions import written
from ui.symbolic.asking import answers


def usual_questions() -> Iterator[Question]:
    """Those of the built-in functions where their pages open, the slow ones last."""
    yield from exact.usual_questions()
    yield from scalars_exact.usual_questions()
    yield from four_ways_exact.usual_questions()
    for polynomial in POLYNOMIALS.values():
        yield written(polynomial.function)


def prepare() -> None:
    """Start SymPy's process, and have them answered."""
    answers().prepare(usual_questions())
