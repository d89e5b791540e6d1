"""The V-curve: its sides and its lowest point against theory, on every backend."""

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest

from engines.differentiation.difference_errors import (
    LARGEST,
    SMALLEST,
    UNIT_ROUNDOFF,
    best_step,
    measured,
    running_mean,
    theoretical_step,
)
from engines.differentiation.expressions import parse
from engines.differentiation.functions import FUNCTIONS

DTYPES, METHODS = ("float32", "float64"), ("forward", "central")
CURVED = ("x**3 - 3*x", "x**4/4 - x**2 + x/4", "sin(x)", "exp(x)", "sigmoid(x)", "softplus(x)", "tanh(x)", "ln(x + 3)")
POINTS = (-0.7, 0.6, 1.3)  # no root, no level point, no round number in binary

both_dtypes = pytest.mark.parametrize("dtype", DTYPES)
both_methods = pytest.mark.parametrize("method", METHODS)


def error_curve(expression, backend, method, dtype, p):
    """The measured curve, with theory beside it."""
    curve = measured(expression, backend, method, dtype, p)
    return replace(curve, theory=theoretical_step(expression, method, dtype, curve.point))


@both_dtypes
@both_methods
def test_the_best_measured_step_is_within_ten_times_of_theory(backend, method, dtype):
    for text in CURVED:
        for p in POINTS:
            curve = error_curve(parse(text), backend, method, dtype, p)
            assert 0.1 < curve.best / curve.theory < 10, (text, p)


@both_dtypes
def test_theory_by_hand(dtype):
    u = {"float32": 2**-24, "float64": 2**-53}[dtype]
    assert UNIT_ROUNDOFF[dtype] == u == np.finfo(dtype).eps / 2
    assert best_step("forward", dtype, 3.0, -0.5) == pytest.approx(2 * math.sqrt(u * 6))
    assert best_step("central", dtype, -3.0, 0.5) == pytest.approx((3 * u * 6) ** (1 / 3))
    for method in METHODS:
        assert best_step(method, dtype, 3.0, 0.0) == math.inf
        assert best_step(method, dtype, 0.0, 2.0) == 0
        assert math.isnan(best_step(method, dtype, math.nan, 2.0))


def test_theory_is_the_lowest_point_of_the_error_that_it_assumes():
    u, f, second, third = 2**-53, 0.8, 1.7, 2.3
    epsilon = np.geomspace(1e-12, 1e-1, 200_001)
    forward, central = epsilon / 2 * second + 2 * u * f / epsilon, epsilon**2 / 6 * third + u * f / epsilon
    assert epsilon[forward.argmin()] == pytest.approx(best_step("forward", "float64", f, second), rel=1e-3)
    assert epsilon[central.argmin()] == pytest.approx(best_step("central", "float64", f, third), rel=1e-3)


@both_dtypes
@both_methods
def test_the_truncation_side_is_taylors(backend, method, dtype):
    curve = error_curve(parse("exp(x)"), backend, method, dtype, 0.6)
    side = (curve.epsilon > 30 * curve.best) & (curve.epsilon < 0.03)
    order, share = {"forward": (1, 2), "central": (2, 6)}[method]
    taylor = math.exp(curve.point) * curve.epsilon**order / share
    if side.any():
        np.testing.assert_allclose(curve.error[side], taylor[side], rtol=0.05)
    assert side.any() or (method, dtype) == ("central", "float32")


@both_dtypes
@both_methods
def test_the_rounding_side_rises_as_the_step_shrinks_and_stays_in_its_bounds(backend, method, dtype):
    curve = error_curve(parse("sin(x)"), backend, method, dtype, 0.6)
    side = (curve.epsilon < curve.best / 10) & ~curve.lost
    assert side.sum() > 20
    # sin(0.6) lies between ½ and 1: two values, each wrong by up to two units in the last place (u each)
    widths = {"forward": 1, "central": 2}[method] * curve.epsilon[side]
    assert np.all(curve.error[side] <= 4 * UNIT_ROUNDOFF[dtype] / widths)
    assert np.nanmean(curve.error[side][:20]) > 10 * curve.lowest


@pytest.mark.parametrize(("text", "method"), [("x**2", "central"), ("3*x", "forward"), ("relu(x)", "central")])
@both_dtypes
def test_without_curvature_there_is_no_truncation_error(backend, text, method, dtype):
    curve = error_curve(parse(text), backend, method, dtype, 0.6)
    assert curve.theory == math.inf
    assert curve.error[-1] <= 32 * UNIT_ROUNDOFF[dtype]


def test_p_is_rounded_to_the_dtype_first_and_float64_is_the_reference(backend):
    curve = error_curve(parse("x**2"), backend, "forward", "float32", 0.6)
    assert curve.point == float(np.float32(0.6)) != 0.6
    assert curve.slope == 2 * curve.point


@both_methods
def test_a_step_that_rounding_swallows_has_no_error_but_is_marked(backend, method):
    curve = error_curve(parse("exp(x)"), backend, method, "float32", 0.6)
    half_unit = np.spacing(np.float32(0.6)) / 2
    assert curve.lost[curve.epsilon < 0.9 * half_unit].all()
    assert not curve.lost[curve.epsilon > 1.1 * half_unit].any()
    assert np.isnan(curve.error[curve.lost]).all()


def test_an_error_of_exactly_zero_stays_zero(backend):
    curve = error_curve(parse("abs(x)"), backend, "forward", "float64", -1.0)
    assert (curve.error == 0).all()
    assert curve.lowest == 0
    assert curve.best == pytest.approx(LARGEST)


def test_where_f_is_not_defined_nothing_is_measured(backend):
    curve = error_curve(parse("ln(x)"), backend, "central", "float64", -0.5)
    assert np.isnan(curve.error).all()
    assert math.isnan(curve.best)
    assert math.isnan(curve.lowest)


def test_the_grid_is_twenty_steps_a_decade(backend):
    epsilon = error_curve(FUNCTIONS["sin"].expression, backend, "forward", "float64", 0.6).epsilon
    assert (epsilon[0], epsilon[-1], len(epsilon)) == (pytest.approx(SMALLEST), pytest.approx(LARGEST), 281)
    np.testing.assert_allclose(epsilon[20:] / epsilon[:-20], 10, rtol=1e-12)


def test_the_running_mean_is_that_of_half_a_decade_to_each_side():
    error = np.arange(50, dtype=float)
    error[3] = np.nan
    found = running_mean(error)
    assert found[30] == pytest.approx(error[20:41].mean())
    assert found[0] == pytest.approx(np.nanmean(error[:11]))
    assert np.isnan(found[3])


def in_mpmath(text):
    """The function as mpmath computes it from Python's own reading of the text: nothing of the engine."""
    known = {name: getattr(mpmath, name) for name in ("sin", "cos", "exp", "tanh", "sqrt")} | {
        "ln": mpmath.log, "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)), "abs": abs, "mpf": mpmath.mpf,
    }  # fmt: skip
    return lambda x: eval(text, {"__builtins__": {}}, known | {"x": x})


LEVEL = (  # f″ is 0, or next to it, or f‴ is, so that another derivative decides
    ("sigmoid(x)", 0.0), ("2 + sin(x)", 0.0), ("tanh(x) + 1", 0.0), ("x**3 - 3*x + 2", 0.0), ("1 + sin(x)", 1e-12),
    ("x**9 + 1", 0.0), ("2 + cos(x)", 1.5707963267948966), ("2 + cos(x)", 1e-9), ("x**4 + 1", 0.0), ("exp(x**4)", 0.0),
)  # fmt: skip


@pytest.mark.parametrize(("text", "p"), [*LEVEL, *((text, p) for text in CURVED if "soft" not in text for p in POINTS)])
@both_dtypes
@both_methods
def test_at_theorys_step_truncation_and_rounding_are_about_equal(text, p, method, dtype):
    p = float(np.array(p, dtype))
    epsilon = theoretical_step(parse(text), method, dtype, p)
    if not epsilon < 0.05:  # more than a first term counts
        assert epsilon > LARGEST / 10
        return
    with mpmath.workdps(60):
        f, at, step = in_mpmath(text), mpmath.mpf(p), mpmath.mpf(epsilon)
        behind, widths = (at, 1) if method == "forward" else (at - step, 2)
        truncated = abs((f(at + step) - f(behind)) / (widths * step) - mpmath.diff(f, at))
        rounded = 2 / mpmath.mpf(widths) * UNIT_ROUNDOFF[dtype] * abs(f(at)) / step
    assert 0.01 < truncated / rounded < 1.5


def test_where_only_the_second_derivative_is_zero_the_third_decides():
    for dtype, u in UNIT_ROUNDOFF.items():  # σ(0) = ½, σ‴(0) = −⅛
        expected = (6 * u * 0.5 / 0.125) ** (1 / 3)
        assert theoretical_step(parse("sigmoid(x)"), "forward", dtype, 0.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["3*x + 1", "x**2 + x", "2 + cos(x)", "relu(x) + 1", "abs(x)", "x**12 + 1", "sin(x) + 2"]
)
@pytest.mark.parametrize("p", [0.0, 0.6, 2.0])
@both_methods
def test_no_truncation_error_is_said_where_there_is_none(backend, text, p, method):
    curve = error_curve(parse(text), backend, method, "float64", p)
    wide = curve.error[-3:]
    if curve.theory == math.inf:
        assert (wide <= 1e-13).all()
    elif curve.theory < LARGEST / 3:
        assert (wide > 1e-13).all() or curve.theory == 0


@pytest.mark.parametrize(
    ("text", "p"),
    [("x**3 - 3*x", 1.7320508), ("x**2 - 1", 1.0001), ("exp(x) - 1 - x", 0.001), ("x + 1000 - 1000", 0.6)],
)
@both_dtypes
@both_methods
def test_under_cancellation_the_terms_are_what_is_rounded(backend, text, p, method, dtype):
    curve = error_curve(parse(text), backend, method, dtype, p)
    there = np.abs(np.log(curve.epsilon / min(curve.theory, LARGEST))).argmin()
    assert curve.smooth[there] <= 10 * curve.lowest + 1e-12


def test_theory_ends_where_a_corner_of_the_formula_begins(backend):
    for method, text in (("forward", "x + relu(x - 0.62)"), ("central", "x + relu(0.58 - x)")):
        curve = error_curve(parse(text), backend, method, "float64", 0.6)
        assert 0.01 < curve.theory < 0.02
        assert np.nanmin(curve.error[curve.epsilon > 0.05]) > 0.1  # "no truncation error" would be wrong
    assert math.isnan(theoretical_step(parse("1 + x*abs(x)"), "forward", "float64", 0.0))
