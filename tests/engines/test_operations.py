"""The table of operations: complete, every fact there, and a new operation is an entry and a backend's method."""

import inspect

import numpy as np
import pytest

from engines.backends.base import Backend
from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.edges import downstream
from engines.chain_rule.terms import terms
from engines.comparison.same_operation import differences
from engines.differentiation.counting import count
from engines.differentiation.expressions import parse
from engines.differentiation.forward_mode import forward_mode
from engines.differentiation.symbolic import derivative
from engines.operations import OPERATIONS, Operation
from engines.recording import Recorder

DESIGNED = (
    "matmul, add, subtract, multiply, divide, negative, power, exp, log, sqrt, sin, cos, abs, maximum, relu, "
    "sigmoid, tanh, softplus, sum, mean, reshape, transpose, log_softmax, cross_entropy"
)


def test_the_operations_are_those_of_the_design():
    assert ", ".join(OPERATIONS) == DESIGNED


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_each_differentiable_operand_has_a_derivative_and_a_rule(operation):
    parameters = inspect.signature(getattr(Backend, operation.name)).parameters.values()
    tensors = [parameter.name for parameter in parameters if parameter.annotation == "Tensor"]
    assert operation.operands == len(tensors)
    assert len(operation.local) == len(operation.rules) == len(tensors) - len(operation.constants)
    assert operation.constants == (("t",) if operation.name == "cross_entropy" else ())


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_the_texts_are_latex(operation):
    assert OPERATIONS[operation.name] is operation
    assert operation.formula.startswith("y")
    for letter, rule in zip("ab", operation.rules, strict=False):
        assert rule.startswith(rf"\bar {letter}")
        assert r"\bar y" in rule
    for text in (operation.formula, *operation.local, *operation.rules):
        assert text
        assert "$" not in text
        assert text.count("{") == text.count("}")
        assert text.count("(") == text.count(")")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_each_fact_is_there(operation):
    assert len(operation.costs) == (operation.operands if operation.reach == "entry" else 0)
    assert len(operation.shapes) in (0, len(operation.local))
    names = set(inspect.signature(getattr(Backend, operation.name)).parameters)
    assert operation.options.keys() <= names
    hash(operation)


TYPED = [operation for operation in OPERATIONS.values() if operation.typed]


@pytest.mark.parametrize("operation", TYPED, ids=lambda operation: operation.name)
def test_a_typed_operation_is_known_to_every_way_of_differentiating(operation):
    place = tuple(np.float64(x) for x in (1.3, 0.7)[: operation.operands])
    names = ("a", "b")[: operation.operands]
    for text in operation.typed:
        expression = parse(text, names)
        assert expression.root.operation == operation.name
        expected = getattr(NumpyBackend(), operation.name)(*place).value
        slopes = forward_mode(expression, place)[0]
        assert expression.values(*place) == expected
        for name, slope in zip(names, slopes, strict=True):
            assert derivative(expression, name, 0).value(*place) == pytest.approx(expected, rel=1e-14)
            assert derivative(expression, name).value(*place) == pytest.approx(slope, rel=1e-14)
        assert count(expression, place).operations.keys() == {"central", "forward", "reverse"}


SQUARE = Operation("square", "y = a^2", ("2a",), (r"\bar a = 2a \odot \bar y",), costs=(2,), typed=("square(a)",))


class Squaring(NumpyBackend):
    name, label = "squaring", "NumPy that squares"

    def square(self, a):
        return self.multiply(a, a)


def test_a_new_operation_is_an_entry_and_a_method(monkeypatch):
    monkeypatch.setitem(OPERATIONS, "square", SQUARE)
    monkeypatch.setattr(NumpyBackend, "square", Squaring.square, raising=False)
    backend, expression = Squaring(), parse("square(x) + 1")
    y, (slope,) = expression.value_and_gradient(backend, np.array([3.0, -0.5]))
    assert y.tolist() == [10.0, 1.25]
    assert slope.tolist() == [6.0, -1.0]

    recorder = Recorder(backend)
    graph = recorder.graph(recorder.sum(recorder.square(recorder.leaf("x", np.array([3.0, -0.5]), "input"))))
    (part,) = downstream(backend, graph, 1)
    assert part.rule == SQUARE.rules[0]
    assert [tuple(term) for term in terms(backend, graph, part, (0,))] == [((0,), 1.0, 6.0)]

    assert count(parse("square(x)"), (np.float64(3.0),)).value == 1
    assert count(parse("square(x)"), (np.float64(3.0),)).adjoint == 2
    assert differences("square", [NumpyBackend(), backend], np.random.default_rng(0)) == {"squaring": (0.0, 0.0)}
