"""Four ways to differentiate: the numbers agree, counts are those made by hand, the costs cross where they do."""

import math

import numpy as np
import pytest
import sympy

from engines import backends
from engines.differentiation import formula_growth
from engines.differentiation.counting import Counter, Tally, count
from engines.differentiation.differences import central_differences
from engines.differentiation.expressions import parse
from engines.differentiation.families import MANY_INPUTS, MANY_OUTPUTS, Family
from engines.differentiation.formula_growth import growth
from engines.differentiation.forward_mode import forward_mode
from engines.differentiation.four_ways import WAYS, central_mode, compare, reverse_mode
from engines.differentiation.way_costs import LONGEST, Cost, Costs, crossing, measure

FAMILIES = [*MANY_INPUTS.values(), *MANY_OUTPUTS.values()]
FUNCTIONS = [
    ("x1*x2*x3*x4*x5", ("x1", "x2", "x3", "x4", "x5")),
    ("(1 - x)**2 + 100*(y - x**2)**2", ("x", "y")),
    ("sigmoid(1.5*tanh(0.8*x - 0.3*y) - 0.7*tanh(0.4*x + z))", ("x", "y", "z")),
    ("exp(-x)*sin(y)/(1 + z**2) + softplus(x*z)", ("x", "y", "z")),
]


def rng():
    return np.random.default_rng(3)


def counted(text, *names):
    return count(parse(text, names), tuple(np.float64(0.7 + i) for i in range(len(names))))


@pytest.mark.parametrize(("text", "names"), FUNCTIONS)
def test_the_four_ways_agree(backend, text, names):
    point = tuple(np.linspace(0.4, 1.3, len(names)))
    numbers = compare(parse(text, names), backend, point)
    symbols = dict(zip(names, sympy.symbols(names, real=True), strict=True))
    locals_ = {"sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "softplus": lambda a: sympy.log(1 + sympy.exp(a))}
    formula = sympy.sympify(text, locals=locals_ | symbols)
    for name, exact in zip(names, numbers.partials["symbolic"], strict=True):
        at = {symbols[other]: sympy.Float(x, 40) for other, x in zip(names, point, strict=True)}
        assert exact == pytest.approx(float(formula.diff(symbols[name]).evalf(40, subs=at)), rel=1e-15)
    size = max(map(abs, numbers.partials["symbolic"]))
    assert max(numbers.errors("forward")) <= 1e-14 * size
    assert max(numbers.errors("reverse")) <= 1e-14 * size
    # rounding u·|f|/ε and truncation ε²|f‴|/6, both about 1e-11 of f's size
    assert 0 < max(numbers.errors("central")) <= 1e-9 * max(1.0, size)
    assert numbers.errors("symbolic") == (0,) * len(names)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.latex)
def test_jacobians_of_every_family_agree_and_have_outputs_by_inputs(backend, family):
    task = family.make(4, rng())
    jacobian = reverse_mode(task.f, backend, task.points)
    assert jacobian.shape == ((4, 1) if family in MANY_OUTPUTS.values() else (1, 4))
    np.testing.assert_allclose(forward_mode(task.f, task.points), jacobian, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(central_mode(task.f, backend, task.points), jacobian, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.latex)
def test_the_formulas_of_a_family_have_its_derivatives(family):
    task = family.make(3, rng())
    places = [*map(float, np.concatenate([np.ravel(point) for point in task.points]))]
    found = list(formula_growth.derivatives(task))
    names = sorted(set().union(*(formula.free_symbols for formula in found)), key=lambda symbol: symbol.dummy_index)
    assert len(names) == len(places)
    values = [float(formula.subs(dict(zip(names, places, strict=True)))) for formula in found]
    expected = reverse_mode(task.f, backends.get("numpy"), task.points)
    np.testing.assert_allclose(np.reshape(values, expected.shape), expected, rtol=1e-12)


def test_central_differences_of_several_inputs_and_outputs():
    def f(a, b):
        return np.array([a.sum() * b, (a**2).sum(), b**3])

    jacobian = central_differences(f, (np.array([1.0, 2.0]), np.float64(50.0)))
    np.testing.assert_allclose(jacobian, [[50, 50, 3], [2, 4, 0], [0, 0, 7500]], rtol=1e-8, atol=1e-9)


def test_central_differences_take_two_evaluations_an_input_and_leave_the_points_alone():
    seen, points = [], (np.array([1.0, 2.0]), np.array(3.0))

    def f(a, b):
        seen.append((*a, float(b)))
        return a.sum() + b

    central_differences(f, points)
    assert len(seen) == 6
    assert all(sum(x != y for x, y in zip(one, (1, 2, 3), strict=True)) == 1 for one in seen)
    np.testing.assert_array_equal(points[0], [1, 2])


@pytest.mark.parametrize(
    ("text", "names", "value", "tangent", "adjoint"),
    [
        ("x*y", "xy", 1, 3, 2),  # x·dy + y·dx; back: ·y, ·x
        ("x + y", "xy", 1, 1, 0),
        ("x - y", "xy", 1, 2, 1),  # the sign of dy is turned
        ("x / y", "xy", 1, 5, 4),
        ("x*x", "x", 1, 3, 3),  # back: two products and their sum
        ("x**2", "x", 1, 3, 3),  # 2·x¹·dx
        ("2*x", "x", 1, 1, 1),
        ("sin(x)", "x", 1, 2, 2),
        ("cos(x)", "x", 1, 3, 3),
        ("tanh(x)", "x", 1, 3, 3),
        ("exp(x)", "x", 1, 1, 1),
        ("-x", "x", 1, 1, 1),
        ("sin(x)*x + 3", "x", 3, 5, 5),
        ("relu(x) + max(x, y)", "xy", 3, 5, 4),  # tangents 1 + 3 + 1; back: 1, 1, 1 and x's two parts
    ],
)
def test_counts_are_those_counted_by_hand(text, names, value, tangent, adjoint):
    tally = counted(text, *names)
    assert (tally.value, tally.tangent, tally.adjoint) == (value, tangent, adjoint)
    assert (tally.inputs, tally.outputs) == (len(names), 1)


def test_operations_and_passes_of_all_ways():
    tally = Tally(value=10, tangent=20, adjoint=15, inputs=3, outputs=2)
    assert tally.operations == {"central": 3 * (20 + 7), "forward": 90, "reverse": 40}  # 2 x ± ε, gap, 2 · (−, ÷)
    assert tally.passes == {"central": (6, 0), "forward": (3, 0), "reverse": (1, 2)}


def test_the_product_of_n_inputs_costs_3n_and_n_squared():
    for n in (2, 5, 9):
        tally = count(MANY_INPUTS["product"].make(n, rng()).f, MANY_INPUTS["product"].make(n, rng()).points)
        assert tally.operations["reverse"] == (n - 1) + 2 * (n - 1)
        assert tally.operations["forward"] == n * ((n - 1) + 3 * (n - 1))
        found = list(formula_growth.derivatives(MANY_INPUTS["product"].make(n, rng())))
        assert sum(map(formula_growth.operations, found)) == n * (n - 2)


def test_a_matrix_product_and_a_sum_are_counted_by_entry():
    def f(engine, a, b):
        return engine.sum(engine.matmul(a, b))

    tally = count(f, (np.ones((2, 3)), np.ones((3, 4))))
    product = 2 * 4 * (2 * 3 - 1)
    assert tally.value == product + 7
    assert tally.tangent == 2 * product + 8 + 7
    assert tally.adjoint == 6 * (2 * 4 - 1) + 12 * (2 * 2 - 1)


def test_what_broadcasting_repeats_is_summed_on_the_way_back():
    tally = count(lambda engine, x: engine.multiply(x, np.ones(5)), (np.float64(2.0),))
    assert (tally.value, tally.tangent, tally.adjoint) == (5, 5, 5 + 4)


def test_the_counter_computes_what_the_engine_does_and_knows_no_other_operation():
    counter, backend = Counter(), backends.get("numpy")
    function = parse(FUNCTIONS[2][0], FUNCTIONS[2][1])
    places = (np.float64(0.3), np.float64(-1.0), np.float64(2.0))
    got = function(counter, *map(counter.leaf, places))
    assert backend.numpy(got) == backend.numpy(function(backend, *map(backend.tensor, places)))
    with pytest.raises(AttributeError):
        counter.no_such_operation  # noqa: B018


@pytest.mark.parametrize("text", ["4*x*(1 - x)", "sigmoid(2*x - 1)", "x + 1", "relu(x)"])
def test_growth_has_the_sizes_of_the_composed_formula(text):
    found = list(growth(parse(text), 3))
    assert [record.share for record in found][-1] == 1
    sizes = found[-1].sizes
    assert [size.depth for size in sizes] == [1, 2, 3]
    composed = "x"
    for _ in range(3):
        composed = f"({text.replace('x', composed)})" if "max" not in text else composed
    backend = backends.get("numpy")
    _, (slope,) = parse(composed).value_and_gradient(backend, 0.3)
    symbols = {"x": 0.3, "sigmoid": lambda a: 1 / (1 + math.exp(-a)), "step": lambda _: 1}  # of 0.3 > 0
    assert float(sympy.lambdify((), sympy.sympify(sizes[-1].text, locals=symbols))()) == pytest.approx(float(slope))


def test_a_formula_grows_much_faster_than_reverse_mode():
    logistic = list(growth(parse("4*x*(1 - x)")))[-1].sizes
    assert [size.function for size in logistic[:4]] == [3, 8, 18, 38]  # 2·before + 2
    assert [size.reverse for size in logistic] == [8 * size.depth for size in logistic]  # 3 there, 5 back
    assert logistic[-1].derivative > 50 * logistic[-1].reverse
    assert logistic[-1].shared < 3 * logistic[-1].reverse
    assert logistic[-1].text == ""
    assert len(logistic) < 12  # it stops before formulas get too large


def test_growth_of_a_wide_formula_stops_early():
    wide = " + ".join(f"sin({k}*x)" for k in range(1, 10))
    records = list(growth(parse(wide)))
    assert len(records) < 5
    assert records[-1].share == 1


def test_where_lines_cross():
    n = np.array([1, 2, 4, 8, 16, 32])
    assert crossing(n, 3 * n, 12 * np.ones(6)) == pytest.approx((4, 12))
    assert crossing(n, n**2, 10 * n) == pytest.approx((10, 100))
    assert crossing(n, 2 * n, n) is None  # cheaper from the beginning
    assert crossing(n, n, 2 * n) is None  # never
    assert crossing([1, 2, 3, 4], [1, 9, 1, 9], [3, 3, 3, 3]) == pytest.approx((math.sqrt(12), 3))  # the last one
    assert crossing([], [], []) is None


def test_crossings_of_costs_use_only_sizes_that_both_have():
    costs = [Cost("reverse", n, 12, None) for n in (1, 2, 4, 8)] + [Cost("forward", n, 3 * n, None) for n in (2, 8)]
    assert Costs(tuple(costs), 1.0).crossing("forward", "reverse", "operations") == pytest.approx((4, 12))
    assert Costs(tuple(costs), 1.0).crossing("forward", "reverse", "seconds") is None


def test_measuring_goes_through_all_sizes_and_gives_up_what_takes_too_long(backend, monkeypatch):
    family = Family("small", "", MANY_INPUTS["product"].make, (2, 3, 4, 6))
    monkeypatch.setitem(LONGEST, "central", 0.0)
    records = list(measure(family, backend, rng()))
    assert [record.share for record in records] == sorted(record.share for record in records)
    last = records[-1]
    assert last.share == 1
    assert [(cost.size, cost.way) for cost in last.costs] == [(n, way) for n in family.sizes for way in WAYS]
    for way in ("symbolic", "forward", "reverse"):
        assert last.line(way, "seconds")[0].tolist() == [2, 3, 4, 6]
        assert (last.line(way, "seconds")[1] < 2).all()
    assert last.line("central", "seconds")[0].tolist() == [2]
    assert last.line("central", "operations")[0].tolist() == [2, 3, 4, 6]
    assert last.line("symbolic", "operations")[1].tolist() == [3, 8, 24]  # none at n = 2: x₂ and x₁ themselves
