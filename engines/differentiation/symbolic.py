r"""Symbolic differentiation by SymPy: from a formula to the formula of its derivative (chapter 2.4.4, footnote 7).

What the frameworks do is something else, automatic differentiation: numbers, not formulas, go through the chain
rule. Here the two can be compared. SymPy is imported when it is first needed: that takes half a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from engines.differentiation.expressions import Expression, Subexpression, parse

_DIGITS = 50
_LARGEST_EXPONENT = 1e5  # e to a power beyond this would take mpmath for ever


@dataclass(frozen=True)
class Symbolic:
    """A formula as SymPy has it, in these variables."""

    formula: Any
    variables: tuple[str, ...]

    @property
    def latex(self) -> str:
        """The formula without dollar signs; [x > 0] is 1 where that is so, else 0."""
        import sympy

        return sympy.latex(self.formula, ln_notation=True)

    @property
    def text(self) -> str:
        """The formula on one line."""
        return str(self.formula)

    @property
    def operations(self) -> int:
        """How many operations the formula writes out."""
        return int(self.formula.count_ops())

    def value(self, *point: float) -> float:
        """The formula at a point, with 50 digits, rounded to the nearest float; NaN where it is not defined."""
        import mpmath

        with mpmath.workdps(_DIGITS):
            places = {name: mpmath.mpf(float(x)) for name, x in zip(self.variables, point, strict=True)}
            try:
                return float(_evaluate(self.formula, places))
            except (ArithmeticError, ValueError, TypeError):  # 1/0, too large, complex
                return math.nan


@lru_cache(maxsize=512)
def derivative(expression: Expression, variable: str = "x", order: int = 1) -> Symbolic:
    """The derivative of that order in one variable; order 0 is the function itself.

    At a corner it says what the engine's convention says: relu′(0) = 0, |0|′ = 0, halves where max has a tie.
    """
    import sympy

    symbols = _symbols(expression)
    if order == 0:
        return Symbolic(_formula(expression.root, symbols), expression.variables)
    below = derivative(expression, variable, order - 1)  # kept too: higher ones are asked for one after another
    return Symbolic(sympy.diff(below.formula, symbols[variable]), expression.variables)


@dataclass(frozen=True)
class Written:
    """A function, and its derivative in each of its variables, in LaTeX without dollar signs."""

    function: str
    derivatives: tuple[str, ...]


def written(expression: Expression) -> Written:
    """The function and its derivatives as SymPy writes them."""
    slopes = tuple(derivative(expression, name).latex for name in expression.variables)
    return Written(derivative(expression, expression.variables[0], 0).latex, slopes)


def slope(expression: Expression, x: float) -> float:
    """The derivative of a function of one variable at x, by formula."""
    return derivative(expression, expression.variables[0]).value(x)


def load() -> None:
    """Get ready: SymPy's first derivative takes half a second, whatever it is."""
    derivative(parse("sin(x)*tanh(x)*x**2"))


def _symbols(expression: Expression) -> dict[str, Any]:
    import sympy

    return {name: sympy.Symbol(name, real=True) for name in expression.variables}


def _formula(node: Subexpression, symbols: Mapping[str, Any]) -> Any:
    """The tree in SymPy's terms: whole numbers exact, other numbers as they are."""
    import sympy

    if node.operation is not None:
        return in_sympy()[node.operation](*(_formula(inner, symbols) for inner in node.inputs))
    if node.name in symbols:
        return symbols[node.name]
    if node.name is not None:
        return {"pi": sympy.pi, "e": sympy.E}[node.name]
    number = float(node.constant or 0.0)
    return sympy.Integer(int(number)) if number.is_integer() and abs(number) < 1e15 else sympy.Float(number)


@cache
def in_sympy() -> dict[str, Callable[..., Any]]:
    """The engine's operations as SymPy writes them."""
    import operator

    import sympy

    return {
        "add": operator.add,
        "subtract": operator.sub,
        "multiply": operator.mul,
        "divide": operator.truediv,
        "power": operator.pow,
        "negative": operator.neg,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "tanh": sympy.tanh,
        **_classes(),
        "abs": _classes()["absolute"],
    }


@cache
def _classes() -> dict[str, Any]:
    """The network's functions, which SymPy does not know, each with its derivative as a textbook has it."""
    import sympy

    class step(sympy.Function):
        """[a > 0]: relu's derivative."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.Integer(0)

        def _latex(self, printer: Any, exp: Any = None) -> str:
            return _powered(rf"\left[{printer._print(self.args[0])} > 0\right]", exp)

    class tied_step(sympy.Function):
        """[a > 0] + ½[a = 0]: the derivative of max in its first operand, a being their difference."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.Integer(0)

        def _latex(self, printer: Any, exp: Any = None) -> str:
            a = printer._print(self.args[0])
            return _powered(rf"\left(\left[{a} > 0\right] + \tfrac12\left[{a} = 0\right]\right)", exp)

    class sign(sympy.Function):
        """−1, 0 or 1. SymPy's own has a derivative made of impulses, which no engine computes."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.Integer(0)

        def _latex(self, printer: Any, exp: Any = None) -> str:
            return _powered(rf"\operatorname{{sign}}{{\left({printer._print(self.args[0])} \right)}}", exp)

    class absolute(sympy.Function):
        def fdiff(self, argindex: int = 1) -> Any:
            return sign(self.args[0])

        def _latex(self, printer: Any, exp: Any = None) -> str:
            return _powered(rf"\left|{{{printer._print(self.args[0])}}}\right|", exp)

        def _sympystr(self, printer: Any) -> str:
            return f"abs({printer._print(self.args[0])})"

    class relu(sympy.Function):
        def fdiff(self, argindex: int = 1) -> Any:
            return step(self.args[0])

    class sigmoid(sympy.Function):
        def fdiff(self: Any, argindex: int = 1) -> Any:
            return self * (1 - self)

    class softplus(sympy.Function):
        def fdiff(self, argindex: int = 1) -> Any:
            return sigmoid(self.args[0])

    class maximum(sympy.Function):
        def fdiff(self: Any, argindex: int = 1) -> Any:
            a, b = self.args
            return tied_step(a - b) if argindex == 1 else tied_step(b - a)

        def _latex(self, printer: Any, exp: Any = None) -> str:
            return _powered(rf"\max\left({', '.join(map(printer._print, self.args))}\right)", exp)

    return {cls.__name__: cls for cls in (step, tied_step, sign, absolute, relu, sigmoid, softplus, maximum)}


def _powered(latex: str, exponent: str | None) -> str:
    return f"{latex}^{{{exponent}}}" if exponent else latex


def _evaluate(formula: Any, places: Mapping[str, Any]) -> Any:
    """The formula as a number of mpmath's present precision."""
    import mpmath

    if formula.is_Symbol:
        return places[formula.name]
    if formula.is_number and not formula.args:
        return mpmath.mpmathify(formula.evalf(_DIGITS))
    return _numeric()[formula.func.__name__](*(_evaluate(inner, places) for inner in formula.args))


@cache
def _numeric() -> dict[str, Callable[..., Any]]:
    """What SymPy's nodes compute."""
    import mpmath

    def exp(a: Any) -> Any:
        if abs(a) > _LARGEST_EXPONENT:
            raise OverflowError
        return mpmath.exp(a)

    def power(base: Any, exponent: Any) -> Any:
        if base and abs(exponent * mpmath.log(abs(base))) > _LARGEST_EXPONENT:
            raise OverflowError
        return base**exponent

    def tanh(a: Any) -> Any:
        return mpmath.tanh(max(-200, min(200, a)))

    return {
        "Add": lambda *terms: mpmath.fsum(terms),
        "Mul": lambda *factors: mpmath.fprod(factors),
        "Pow": power,
        "exp": exp,
        "log": mpmath.log,
        "sin": mpmath.sin,
        "cos": mpmath.cos,
        "tanh": tanh,
        "absolute": abs,
        "sign": mpmath.sign,
        "relu": lambda a: max(a, mpmath.mpf(0)),
        "sigmoid": lambda a: 1 / (1 + exp(-a)),
        "softplus": lambda a: mpmath.log1p(exp(a)) if a < 0 else a + mpmath.log1p(exp(-a)),
        "maximum": max,
        "step": lambda a: mpmath.mpf(a > 0),
        "tied_step": lambda a: mpmath.mpf(a > 0) + mpmath.mpf(a == 0) / 2,
    }
