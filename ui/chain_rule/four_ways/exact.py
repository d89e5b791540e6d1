"""What SymPy says in the scene "four ways": the functions' formulas and partial derivatives (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterator

from engines.differentiation import four_ways, symbolic
from engines.differentiation.expressions import Expression, parse
from engines.differentiation.four_ways import ExactPartials
from engines.differentiation.questions import Question, shown
from engines.differentiation.symbolic import Written
from ui.chain_rule.four_ways.settings import FUNCTIONS, MAPS, PLACES, function_of_inputs
from ui.symbolic.asking import Asking


def written(asking: Asking, function: Expression) -> Written | None:
    """The function as SymPy writes it; None where that is not known, or not yet."""
    return asking("written", _written(function))


def exactly(asking: Asking, function: Expression, point: tuple[float, ...]) -> ExactPartials | None:
    """Its partial derivatives by formula; None where they are not known, or not yet."""
    return asking("partials", _partials(function, point))


def usual_questions() -> Iterator[Question]:
    """Those of every function of the lists."""
    yield from map(_written, map(parse, MAPS.values()))
    for function in map(function_of_inputs, FUNCTIONS.values()):
        yield _written(function)
        yield _partials(function, PLACES[: len(function.variables)])


def _written(function: Expression) -> Question:
    return Question(f"∇f, f = {shown(function.text)}", symbolic.written, (function,))


def _partials(function: Expression, point: tuple[float, ...]) -> Question:
    at = ", ".join(f"{name} = {x:g}" for name, x in zip(function.variables, point, strict=True))
    return Question(f"∇f, f = {shown(function.text)}, {at}", four_ways.exactly, (function, point))
