"""The table of operations: complete, and with a local derivative for each tensor that an operation takes."""

import inspect

import pytest

from engines.backends.base import Backend
from engines.operations import OPERATIONS

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
