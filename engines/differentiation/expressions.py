"""Formulas that a person types, read safely: from text to a tree of the engine's own operations (chapter 2.4.1).

Python's parser makes a syntax tree and only what is known here is taken from it: numbers, the variables, and the
signs and functions that `engines.operations` says are `typed`. Nothing is ever evaluated as Python. The tree runs
on any backend, so that a typed function is differentiated like a network.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engines import given, syntax
from engines.backends.base import Backend, Tensor
from engines.backends.numpy_backend import NumpyBackend
from engines.errors import InvalidExpression
from engines.operations import OPERATIONS
from engines.stand_ins import Operations

MAX_VARIABLES = 26
MAX_CHARACTERS, MAX_NODES, MAX_DEPTH, MAX_EXPONENT, MAX_DEGREE = 200, 60, 10, 12, 64

CONSTANTS = {"pi": math.pi, "e": math.e}


@dataclass(frozen=True)
class Subexpression:
    """A number, a variable (`name`), or an operation of `engines.operations` on further subexpressions.

    `constant` is its value where no variable is in it, else None.
    """

    operation: str | None = None
    inputs: tuple[Subexpression, ...] = ()
    name: str | None = None
    constant: float | None = None

    def walk(self) -> Iterator[Subexpression]:
        """This one and all that it is made of."""
        yield self
        for node in self.inputs:
            yield from node.walk()


@dataclass(frozen=True)
class Expression:
    """A function of the variables, in their order. Made by `parse`."""

    text: str
    variables: tuple[str, ...]
    root: Subexpression

    def __call__(self, backend: Operations, *tensors: Tensor) -> Tensor:
        """The backend's operations on the tensors, one a variable. Whatever has the operations may stand for it."""
        result = _run(self.root, backend, dict(zip(self.variables, tensors, strict=True)))
        if isinstance(result, float):  # a constant function still has a place for every sample
            return backend.add(backend.multiply(tensors[0], 0.0), result)
        return result

    def values(self, *points: np.ndarray) -> np.ndarray:
        """f at the points, entry by entry, in their dtype; NaN or infinite where it is not defined."""
        backend = NumpyBackend()
        with np.errstate(all="ignore"):
            return np.array(backend.numpy(self(backend, *map(backend.tensor, points))))

    def value_and_gradient(
        self, backend: Backend, *points: np.ndarray | float, dtype: str = "float64"
    ) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """f and its derivative in each variable, entry by entry: one forward and one backward pass.

        The points, one array a variable, have the same shape; so have the results.
        """
        tensors = [backend.tensor(np.array(point, dtype), requires_grad=True) for point in points]
        with np.errstate(all="ignore"):
            y = self(backend, *tensors)
            gradients = backend.gradients(y, tensors, upstream=np.ones(np.shape(points[0]), dtype))
        numpy = backend.numpy
        return np.array(numpy(y)), tuple(np.array(numpy(gradient)) for gradient in gradients)


def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """The function that `text` says, such as "x**3 - 3*x + sin(x)"; ^ stands for ** too.

    Raises `InvalidExpression` for everything that is not such a formula, is too long or too deep, has too large
    an exponent, or a part that is a number beyond all bounds.
    """
    formula, names = given.text(text), _names(variables)
    if formula is None:
        raise InvalidExpression("A formula must be a text such as 'x**3 - 3*x', not {value!r}.", value=text)
    if not names:
        raise InvalidExpression(
            "The variables of a formula must be a tuple of different names such as ('x', 'y'), not {value!r}.",
            value=variables,
        )
    return _parsed(formula, names)


def _names(variables: Any) -> tuple[str, ...]:
    """The variables' names, at most `MAX_VARIABLES`; none where one of them is no name, or is there twice."""
    found = (given.first(variables, MAX_VARIABLES + 1) or []) if given.is_a(variables, tuple | list) else []
    names = [given.text(name) or "" for name in found]
    fits = len(set(names)) == len(names) <= MAX_VARIABLES and all(map(str.isidentifier, names))
    return tuple(names) if fits else ()


@lru_cache(maxsize=1024)
def _parsed(text: str, variables: tuple[str, ...]) -> Expression:
    if len(text) > MAX_CHARACTERS:
        raise InvalidExpression(
            "The formula has {count:,} characters; the limit is {limit}.", count=len(text), limit=MAX_CHARACTERS
        )
    if not text.strip():
        raise InvalidExpression("Write a formula, such as x**3 - 3*x.")
    try:
        body = syntax.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidExpression(
            "This cannot be read as a formula. Write every multiplication: 2*x, not 2x; |x| is abs(x)."
        ) from None
    if sum(1 for node in ast.walk(body) if isinstance(node, ast.expr)) > MAX_NODES:
        raise InvalidExpression("The formula has more than {limit} parts.", limit=MAX_NODES)
    root = _Reader(variables).node(body, MAX_DEPTH)
    if _degree(root) > MAX_DEGREE:
        raise InvalidExpression("Powers of powers add up to more than {limit}.", limit=MAX_DEGREE)
    return Expression(text, variables, root)


class _Reader:
    """Takes what it knows from Python's syntax tree."""

    def __init__(self, variables: tuple[str, ...]) -> None:
        self._variables = variables
        self._operations = {
            _written(syntax.parse(example, mode="eval").body): operation
            for operation in OPERATIONS.values()
            for example in operation.typed
        }

    def node(self, part: ast.expr, depth: int) -> Subexpression:
        if depth == 0:
            raise InvalidExpression("The formula is nested more than {limit} levels deep.", limit=MAX_DEPTH)
        match part:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _number(number)
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, depth - 1)
            case ast.UnaryOp(operand=operand) if operation := self._operations.get(_written(part)):
                return _applied(operation.name, self.node(operand, depth - 1))
            case ast.BinOp(left=left, right=right) if operation := self._operations.get(_written(part)):
                return _applied(operation.name, self.node(left, depth), self.node(right, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments, depth - 1)
        raise InvalidExpression(
            "{part} cannot be used in a formula. Use {variables}, numbers, + - * / ** and {functions}.",
            part=_shown(part),
            variables=", ".join(self._variables),
            functions=self._functions,
        )

    @property
    def _functions(self) -> str:
        return ", ".join(form for form in self._operations if isinstance(form, str))

    def _named(self, name: str) -> Subexpression:
        if name in self._variables:
            return Subexpression(name=name)
        if name in CONSTANTS:
            return Subexpression(name=name, constant=CONSTANTS[name])
        raise InvalidExpression(
            "There is no {name} here; the variables are {variables}.",
            name=name[:40],
            variables=", ".join(self._variables),
        )

    def _call(self, name: str, arguments: list[ast.expr], depth: int) -> Subexpression:
        operation = self._operations.get(name)
        if operation is None:
            raise InvalidExpression(
                "There is no function {name}; the functions are {functions}.", name=name[:40], functions=self._functions
            )
        if len(arguments) != operation.operands:
            raise InvalidExpression(
                "Wrong number of values for {name}: {operands} needed, {count} given.",
                name=name,
                operands=operation.operands,
                count=len(arguments),
            )
        return _applied(operation.name, *(self.node(argument, depth) for argument in arguments))


def _written(part: ast.expr) -> str | type[ast.operator | ast.unaryop] | None:
    """A function's name, or the kind of a sign."""
    match part:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case ast.UnaryOp(op=sign) | ast.BinOp(op=sign):
            return type(sign)
    return None


def _number(number: float) -> Subexpression:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    return Subexpression(constant=_bounded(value))


def _applied(operation: str, *inputs: Subexpression) -> Subexpression:
    if operation == "power" and abs(inputs[1].constant or 0) > MAX_EXPONENT:
        raise InvalidExpression("An exponent is larger than {limit}.", limit=MAX_EXPONENT)
    if any(node.constant is None for node in inputs):
        return Subexpression(operation, inputs)
    backend = NumpyBackend()
    tensors = [backend.tensor(np.float64(node.constant)) for node in inputs]
    with np.errstate(all="ignore"):
        value = float(backend.numpy(getattr(backend, operation)(*tensors)))
    return Subexpression(operation, inputs, constant=_bounded(value))


def _bounded(value: float) -> float:
    if not math.isfinite(value):
        raise InvalidExpression("A part of the formula is not a finite number.")
    return value


def _degree(node: Subexpression) -> float:
    """What powers of powers multiply to: (x**3)**4 has degree 12."""
    below = max(map(_degree, node.inputs), default=1.0)
    if node.operation != "power":
        return below
    return below * max(1.0, abs(node.inputs[1].constant or 1))


def _run(node: Subexpression, backend: Operations, tensors: Mapping[str, Tensor]) -> Tensor | float:
    """The node's tensor; a constant stays a plain number, which takes the dtype of the operand beside it."""
    if node.constant is not None:
        return node.constant
    if node.operation is None:
        return tensors[str(node.name)]
    return getattr(backend, node.operation)(*(_run(inner, backend, tensors) for inner in node.inputs))


def _shown(part: ast.expr) -> str:
    try:
        return ast.unparse(part)[:40]
    except (RecursionError, ValueError):
        return type(part).__name__
