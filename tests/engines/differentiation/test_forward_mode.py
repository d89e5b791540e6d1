"""Forward mode by dual numbers: against torch's autograd, SymPy and closed forms, for every operation."""

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engines.backends.torch_backend import TorchBackend
from engines.differentiation.expressions import parse
from engines.differentiation.forward_mode import Dual, DualNumbers, forward_mode
from engines.errors import InvalidExpression
from engines.operations import OPERATIONS
from tests.engines.differentiation.test_expressions import OF_X, POINTS, by_sympy

X = sympy.Symbol("x", real=True)
UNARY = ("sin", "cos", "tanh", "sigmoid", "softplus", "exp", "abs", "relu")


def formulas(depth):
    """Formulas in x, y and numbers, a few operations deep, none of which leaves the reals."""
    leaf = st.sampled_from(["x", "y", "z", "0.7", "2", "-1.3"])
    if depth == 0:
        return leaf
    inner = formulas(depth - 1)
    return st.one_of(
        leaf,
        st.builds("{}({})".format, st.sampled_from(UNARY), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("({} / (1.5 + {}**2))".format, inner, inner),
        st.builds("log(1 + abs({}))".format, inner),
        st.builds("sqrt(0.5 + {}**2)".format, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("(1.1 + sin({}))**{}".format, inner, inner),
    )


def torch_jacobian(f, points):
    """By reverse mode of torch.autograd, through the torch backend's forward pass."""
    inputs = tuple(torch.tensor(np.asarray(point, np.float64)) for point in points)
    found = torch.autograd.functional.jacobian(lambda *tensors: f(TorchBackend(), *tensors), inputs)
    outputs = f(TorchBackend(), *inputs).numel()
    return np.concatenate([part.reshape(outputs, -1).numpy() for part in found], axis=1)


@settings(max_examples=150, deadline=None)
@given(formulas(3), st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3))
def test_any_formula_has_the_derivatives_of_torch(text, place):
    try:
        function = parse(text, ("x", "y", "z"))
    except InvalidExpression:  # too long, or too deep
        reject()
    points = tuple(np.float64(x) for x in place)
    expected = torch_jacobian(function, points)
    got = forward_mode(function, points)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-10 * scale)


@pytest.mark.parametrize("text", OF_X)
def test_values_and_derivatives_are_those_of_sympy(text):
    formula = by_sympy(text, x=X)
    for p in POINTS:
        value, slope = (float(part.subs(X, sympy.Float(p, 40)).evalf(30)) for part in (formula, formula.diff(X)))
        y = parse(text)(DualNumbers(), Dual(p, np.float64(1.0)))
        assert float(y.value) == pytest.approx(value, rel=1e-14, abs=1e-15)
        assert float(0.0 if y.tangent is None else y.tangent) == pytest.approx(slope, rel=1e-13, abs=1e-14)


MATRIX, OTHER, ROW = (np.random.default_rng(k).normal(size=shape) for k, shape in enumerate([(3, 4), (4, 2), (4,)]))
OPTIONS = {
    "matmul": (MATRIX, OTHER),
    "power": (np.abs(MATRIX) + 0.2, ROW),
    "log": (np.abs(MATRIX) + 0.2,),
    "sqrt": (np.abs(MATRIX) + 0.2,),
}


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "cross_entropy"])
def test_every_operation_on_tensors_with_broadcasting(name):
    points = OPTIONS.get(name, (MATRIX, ROW)[: OPERATIONS[name].operands])
    more = {"reshape": ((2, 6),), "transpose": ((1, 0),), "log_softmax": (1,)}.get(name, ())

    def f(engine, *tensors):
        return getattr(engine, name)(*tensors, *more)

    np.testing.assert_allclose(forward_mode(f, points), torch_jacobian(f, points), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("options", [{"axis": 0}, {"axis": 1, "keepdims": True}, {}])
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_sums_along_axes(name, options):
    def f(engine, a):
        return getattr(engine, name)(a, **options)

    np.testing.assert_allclose(forward_mode(f, (MATRIX,)), torch_jacobian(f, (MATRIX,)), rtol=1e-14)


def test_an_operand_that_is_repeated_and_then_summed_has_a_tangent_of_the_results_shape():
    def f(engine, a):
        return engine.sum(engine.add(a, np.zeros((5, 1))))  # a is there five times

    np.testing.assert_array_equal(forward_mode(f, (np.float64(2.0),)), [[5.0]])


def test_many_outputs_take_one_pass_an_input():
    passes = []

    def f(engine, x, y):
        passes.append(engine)
        return engine.multiply(engine.multiply(x, y), np.arange(1.0, 5))

    jacobian = forward_mode(f, (np.float64(3.0), np.float64(0.5)))
    np.testing.assert_array_equal(jacobian, np.outer([1, 2, 3, 4], [0.5, 3.0]))
    assert len(passes) == 2


def test_conventions_at_corners_are_the_engines():
    for text, slope in (("relu(x)", 0), ("abs(x)", 0), ("max(x, 0)", 0.5), ("max(2*x, x)", 1.5), ("x**0", 0)):
        assert forward_mode(parse(text), (np.float64(0.0),))[0, 0] == slope


def test_a_constant_has_no_tangent_and_a_function_that_ignores_an_input_has_derivative_0():
    assert DualNumbers().multiply(2.0, 3.0).tangent is None
    np.testing.assert_array_equal(forward_mode(parse("3 + y", ("x", "y")), (np.float64(1), np.float64(1))), [[0, 1]])
