"""What is said of a ball in the end: on made-up paths, and on real ones by a much longer path of the same ball."""

import numpy as np
import pytest

from engines.descent.curve_minima import Minimum, minima
from engines.descent.landscapes import CURVES, own_curve
from engines.descent.paths import Paths, descend, rule
from engines.descent.verdicts import sides, verdict
from engines.differentiation.expressions import parse

VALLEY = Minimum(1.0, 0.0, 4.5, "lowest")
OTHER = Minimum(-2.0, 0.0, 4.5, "lowest")
FUNCTION = parse("0.25*(x - 1)**2*(x + 2)**2")  # with a maximum at -0.5
FRAME = (-4.0, 4.0)


def along(backend, x, function=FUNCTION):
    with np.errstate(all="ignore"):
        value, (slope,) = function.value_and_gradient(backend, np.asarray(x, np.float64))
    return Paths(np.reshape(x, (-1, 1, 1)), np.reshape(value, (-1, 1)), np.reshape(slope, (-1, 1, 1)))


@pytest.mark.parametrize(
    ("x", "outcome", "minimum", "step"),
    [
        (1 + 2.0 ** -np.arange(60), "settled", VALLEY, 7),
        (np.r_[np.zeros(10), np.full(30, 1.0)], "settled", VALLEY, 10),
        (np.linspace(-1, 0.5, 50), "creeping", VALLEY, None),
        (np.linspace(1.5, 3.5, 50), "creeping", None, None),
        (1 + 0.5 * (-1.0) ** np.arange(50), "oscillating", VALLEY, None),
        (3 * (-1.0) ** np.arange(50), "oscillating", None, None),
        (2 + 0.5 * (-1.0) ** np.arange(50), "oscillating", None, None),
        (np.full(50, 0.3), "stuck", None, 0),
        (np.full(50, -0.5), "maximum", None, 0),
        (np.r_[np.zeros(20), np.full(20, 9.0)], "left", None, 20),
        (np.r_[np.zeros(20), 9.0, 0.0, 9.0 * 3.0 ** np.arange(20)], "diverged", None, 20),
        (np.r_[np.zeros(20), 9.0 * 3.0 ** np.arange(20), 0.0], "diverged", None, 20),
        (np.r_[np.zeros(20), np.inf, np.nan], "diverged", None, 20),
        (np.r_[0.0, 7.0, np.full(40, -2.0)], "settled", OTHER, 2),
        (np.r_[0.0, np.full(9, 1e5), np.full(40, -2.0)], "settled", OTHER, 10),
    ],
)
def test_verdicts(numpy_backend, x, outcome, minimum, step):
    found = verdict(along(numpy_backend, x), FUNCTION, FRAME, [OTHER, VALLEY])
    assert (found.outcome, found.minimum, found.step) == (outcome, minimum, step)


def test_settling_means_a_thousandth_of_the_frame(numpy_backend):
    edge = 8.0 * 1e-3
    inside, outside = (along(numpy_backend, np.full(30, 1.0 + share * edge)) for share in (0.99, 1.01))
    assert verdict(inside, FUNCTION, FRAME, [VALLEY]).outcome == "settled"
    assert verdict(outside, FUNCTION, FRAME, [VALLEY]).outcome == "stuck"


def test_a_ball_that_is_near_but_fast_has_not_settled(numpy_backend):
    passing = along(numpy_backend, 1 + 5e-4 * np.arange(-8, 8))
    assert verdict(passing, FUNCTION, FRAME, [VALLEY]).outcome == "settled"
    assert verdict(passing, FUNCTION, FRAME, [VALLEY], momentum=0.99).outcome == "creeping"


@pytest.mark.parametrize(
    ("text", "start", "outcome"),
    [
        ("relu(x)", -2.0, "settled"),  # everywhere left of 0 is a minimum
        ("max(x**2 - 1, 0)", -0.983, "settled"),
        ("2", 1.0, "settled"),
        ("-x**2", 0.0, "maximum"),
        ("-relu(x)", -1.0, "maximum"),
        ("relu(-x - 1) - relu(x - 1)", 0.0, "terrace"),
        ("x**3", 0.0, "terrace"),
        ("0.00000000000000000001*x", 3.0, "stuck"),
        ("log(x)", -3.0, "undefined"),
        ("sqrt(x)", 0.3, "undefined"),
        ("1/x", 0.0, "undefined"),
        ("exp(x**2)", -3.0, "diverged"),
        ("abs(x)", -3.01, "oscillating"),
        ("abs(x)", -3.0, "settled"),  # it lands on the corner
        ("x", 0.0, "left"),
    ],
)
def test_a_ball_is_told_what_it_is_on_by_the_values(backend, text, start, outcome):
    function = own_curve(text).function
    path = descend(backend, function, [(start,)], rule(0.125, 0.0, False), 300)
    found = verdict(path, function, FRAME, minima(function, FRAME, backend))
    assert found.outcome == outcome


def test_a_minimum_between_two_places_of_the_grid_is_seen_by_its_values(numpy_backend):
    function = parse("max(abs(x - 1.0005) - 0.0001, 0)")
    path = descend(numpy_backend, function, [(1.0005,)], rule(0.1, 0.0, False), 50)
    found = verdict(path, function, FRAME, [])
    assert (found.outcome, found.minimum, found.step) == ("settled", None, 0)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("name", [*CURVES, "0.0001*x**2", "abs(x)", "x**4 - 3*x**2 + x", "x**3 - 3*x"])
def test_what_has_settled_never_gets_away_and_what_diverges_never_comes_back(numpy_backend, name, nesterov):
    """The oracle: 1,500 steps instead of 300."""
    curve = CURVES.get(name) or own_curve(name)
    valleys = minima(curve.function, curve.domain, numpy_backend)
    low, high = curve.domain
    starts = [(start,) for start in np.linspace(low, high, 7)]
    for step in (1e-4, curve.step_size, 10 * curve.step_size, 1.0):
        for momentum in (0.0, 0.5, 0.99):
            long = descend(numpy_backend, curve.function, starts, rule(step, momentum, nesterov), 1500)
            for ball in range(len(starts)):
                path = Paths(*(part[:301, ball : ball + 1] for part in (long.points, long.values, long.gradients)))
                found = verdict(path, curve.function, curve.domain, valleys, momentum)
                later = long.points[300:, ball, 0]
                if found.outcome == "settled" and found.minimum:
                    assert found.minimum.distance(later).max() < 4e-3 * (high - low)
                if found.outcome == "diverged":
                    assert not np.abs(later[-1]) < high - low
                if found.outcome in ("maximum", "terrace", "stuck"):
                    assert (later == later[0]).all()


def test_sides_are_told_by_values():
    assert sides(parse("x**2"), 0.0, FRAME) == (1, 1)
    assert sides(parse("x**3"), 0.0, FRAME) == (-1, 1)
    assert sides(parse("relu(x)"), -1.0, FRAME) == (0, 1)
    assert sides(parse("cos(x)"), 0.0, FRAME) == (-1, -1)
