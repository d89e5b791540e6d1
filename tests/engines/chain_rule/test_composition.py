"""f(g(x)) and a(W1, b(W2, c(W3))): the product of the slopes is the slope of the whole."""

import math

import numpy as np
import pytest

from engines import backends
from engines.chain_rule.composition import STAGES, compose, composition, nest, recorded_composition, recorded_nest
from engines.differentiation import symbolic
from engines.differentiation.expressions import parse

OUTERS = ("u**2", "sin(u)", "exp(u)", "tanh(u)", "relu(u) + u*u", "e * u - pi")
INNERS = ("sin(x)", "x**2", "2*x - 1", "x*exp(x)", "sigmoid(x)")


@pytest.fixture(params=backends.names())
def backend(request):
    return backends.get(request.param)


def f_and_g(outer, inner):
    return parse(outer, ("u",)), parse(inner)


def test_the_chain_rule_with_numbers_known_by_heart(backend):
    found = compose(*f_and_g("u**2", "sin(x)"), backend, 0.6)
    assert found.inner.slope == pytest.approx(math.cos(0.6), rel=1e-15)
    assert found.outer.slope == pytest.approx(2 * math.sin(0.6), rel=1e-15)
    assert found.product == pytest.approx(math.sin(1.2), rel=1e-15)
    assert found.slope == pytest.approx(math.sin(1.2), rel=1e-15)


@pytest.mark.parametrize("outer", OUTERS)
@pytest.mark.parametrize("inner", INNERS)
def test_the_product_is_the_slope_by_backend_sympy_and_difference(backend, outer, inner):
    f, g = f_and_g(outer, inner)
    whole, x = composition(f, g), 0.7
    found = compose(f, g, backend, x)
    assert found.product == pytest.approx(found.slope, rel=1e-14)
    assert found.product == pytest.approx(symbolic.derivative(whole).value(x), rel=1e-14)
    values = whole.values(np.array([x - 1e-5, x, x + 1e-5]))
    assert values[1] == pytest.approx(found.outer.value, rel=1e-15)
    assert found.product == pytest.approx((values[2] - values[0]) / 2e-5, rel=1e-8)


def test_the_composition_replaces_the_variable_everywhere_and_nothing_else():
    whole = composition(*f_and_g("u**2 - e*u", "x + 1"))
    assert float(whole.values(np.array([2.0]))[0]) == 9 - math.e * 3


def test_the_record_is_one_pass_through_both(backend):
    graph = recorded_composition(*f_and_g("u*u", "2*x"), backend, 3.0)
    assert [node.operation for node in graph] == ["input", "constant", "multiply", "multiply"]
    assert (float(graph[-1].value), float(graph[0].gradient)) == (36, 24)


def test_outside_of_a_domain_there_is_no_slope(backend):
    found = compose(*f_and_g("ln(u)", "x - 1"), backend, 0.0)
    assert math.isnan(found.outer.value)
    assert math.isnan(found.outer.slope)


def test_three_factors_two_and_one_by_hand(backend):
    # c = 0.5·4 = 2, b = relu(3·2) = 6, a = -2·6 = -12; ∂a/∂b = -2, ∂b/∂c = 3, ∂c/∂W3 = 4
    found = nest(("multiply", "relu", "multiply"), (-2.0, 3.0, 0.5), 4.0, backend)
    assert [stage.value for stage in found.stages] == [-12, 6, 2]
    assert [found.factors(index) for index in (0, 1, 2)] == [(6,), (-2, 2), (-2, 3, 4)]
    assert found.gradients == (6, -4, -24)


@pytest.mark.parametrize("a", STAGES)
@pytest.mark.parametrize("b", STAGES)
def test_products_are_the_gradients_of_one_pass_and_of_the_record(backend, a, b):
    operations, weights, x = (a, b, "tanh"), (1.3, -0.7, 0.4), 1.5
    found, graph, step = nest(operations, weights, x, backend), recorded_nest(operations, weights, x, backend), 1e-5
    for index in range(3):
        product = math.prod(found.factors(index))
        assert product == pytest.approx(found.gradients[index], rel=1e-14, abs=1e-300)
        assert float(graph.named(f"W{index + 1}").gradient) == found.gradients[index]
        moved = [
            nest(operations, tuple(w + s * step * (i == index) for i, w in enumerate(weights)), x, backend)
            for s in (1, -1)
        ]
        slope = (moved[0].stages[0].value - moved[1].stages[0].value) / (2 * step)
        assert product == pytest.approx(slope, rel=1e-8, abs=1e-10)
    assert float(graph[-1].value) == found.stages[0].value
