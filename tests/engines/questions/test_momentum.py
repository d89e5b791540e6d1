"""Balls with momentum rolled by hand, and stationary points counted by hand."""

import itertools

import numpy as np
import pytest

from engines.errors import InvalidSetting

MOMENTA = (0.0, 0.5, 0.85, 0.88, 0.885, 0.9, 0.93, 0.95, 0.99)


def end(momentum, rate=0.1, x=-3.4, nesterov=False):
    """Where the ball is after many steps on figure 2-13's curve: near −2 or near 3."""
    v = 0.0
    for _ in range(6000):
        slope = 0.12 * x * (x + 2) * (x - 3)
        v = momentum * v - rate * slope
        x = x + momentum * v - rate * slope if nesterov else x + v
    return {-2: "local", 3: "global"}[round(x)]


@pytest.mark.parametrize("momentum", MOMENTA)
def test_where_a_ball_ends(answer, momentum):
    found = answer("end_of_ball", curve="valleys", momentum=momentum)
    assert found.value == end(momentum)
    assert found.numbers["minimum"] == pytest.approx(3 if found.value == "global" else -2, abs=1e-6)


def test_nesterov_s_ball(answer):
    for momentum in (0.9, 0.95, 0.98):
        found = answer("end_of_ball", curve="valleys", momentum=momentum, nesterov=True)
        assert found.value == end(momentum, nesterov=True)


def test_balls_that_do_not_end(answer):
    assert answer("end_of_ball", curve="parabola", momentum=0.0, rate=2.5).value == "diverges"
    assert answer("end_of_ball", curve="parabola", momentum=0.0, rate=2.0).value == "rolling"


def test_how_many_of_a_list_escape(answer):
    ends = [end(momentum) for momentum in MOMENTA]
    found = answer("momenta_that_escape", curve="valleys", momenta=list(MOMENTA))
    assert found.value == ends.count("global") == len(MOMENTA) - found.numbers["local"]
    assert found.numbers["first"] == MOMENTA[ends.index("global")]
    switches = sum(a != b for a, b in itertools.pairwise(ends))
    assert answer("momenta_that_escape", curve="valleys", momenta=list(MOMENTA), count="switches").value == switches


def test_the_first_momentum_that_escapes(answer):
    found = answer("first_escape", curve="valleys").value
    assert (end(found - 2e-6), end(found)) == ("local", "global")
    with pytest.raises(InvalidSetting, match="same minimum"):
        answer("first_escape", curve="parabola")


def test_the_stationary_points_of_the_eight_wells(answer):
    """Newton's method from a dense grid, in plain NumPy."""

    def gradient(p):
        x, y, z = p
        return np.array([
            4 * x * (x * x - 1) + 0.5 * y * z + 0.3,
            4 * y * (y * y - 1) + 0.5 * x * z,
            4 * z * (z * z - 1) + 0.5 * x * y,
        ])  # fmt: skip

    def hessian(p):
        x, y, z = p
        return np.array([
            [12 * x * x - 4, 0.5 * z, 0.5 * y],
            [0.5 * z, 12 * y * y - 4, 0.5 * x],
            [0.5 * y, 0.5 * x, 12 * z * z - 4],
        ])  # fmt: skip

    points = []
    for start in itertools.product(np.linspace(-1.3, 1.3, 7), repeat=3):
        p = np.array(start)
        for _ in range(40):
            p = p - np.linalg.solve(hessian(p), gradient(p))
        if np.abs(gradient(p)).max() < 1e-10 and all(np.abs(p - other).max() > 1e-6 for other in points):
            points.append(p)
    bends = [np.linalg.eigvalsh(hessian(p)) for p in points]
    found = answer("stationary_count").numbers
    assert found["all"] == len(points)
    assert found["minima"] == sum((bend > 0).all() for bend in bends)
    assert found["maxima"] == sum((bend < 0).all() for bend in bends)
    assert found["saddles"] == len(points) - found["minima"] - found["maxima"]
    for kind, name in (("saddle", "saddles"), ("minimum", "minima"), ("maximum", "maxima"), ("all", "all")):
        assert answer("stationary_count", kind=kind).value == found[name]


@pytest.mark.parametrize("dimensions", [1, 2, 3, 5])
def test_stationary_points_by_the_dimension(answer, dimensions):
    """Every choice of −1, 0 or 1 for each coordinate; the curvature there is 12x² − 4."""
    bends = [[12 * x * x - 4 for x in point] for point in itertools.product((-1, 0, 1), repeat=dimensions)]
    minima = sum(min(bend) > 0 for bend in bends)
    maxima = sum(max(bend) < 0 for bend in bends)
    found = answer("stationary_in_dimensions", dimensions=dimensions)
    assert found.value == len(bends) - minima - maxima
    assert (found.numbers["all"], found.numbers["minima"], found.numbers["maxima"]) == (len(bends), minima, maxima)
    assert found.numbers["share"] == found.value / len(bends)
