"""What is said of balls on a surface: closed forms on quadratics, and a longer path of the same balls."""

import numpy as np
import pytest

from engines.descent.landscapes import SURFACES, own_surface
from engines.descent.paths import descend, rule
from engines.descent.surface_minima import surface_minima
from engines.descent.surface_verdicts import THERE, angle_to, downhill, places


def after(backend, surface, starts, step_size, steps, momentum=0.0):
    paths = descend(backend, surface.function, starts, rule(step_size, momentum, False), steps)
    return paths, places(paths, steps, [steps + 1] * len(starts), surface, backend, momentum)


def test_a_ball_that_creeps_is_not_at_rest(backend):
    """With a step of 0.0001 ten moves are shorter than a thousandth of the frame, far from the bottom."""
    starts = SURFACES["bowl"].starts
    assert after(backend, SURFACES["bowl"], starts, 1e-4, 100)[1] == ("moving",) * 4
    assert after(backend, SURFACES["bowl"], starts, 0.2, 100)[1] == ("minimum",) * 4


def test_on_the_ridge_of_a_saddle_a_ball_ends_at_the_saddle(backend):
    surface = SURFACES["saddle"]
    paths, found = after(backend, surface, [(2.4, 0.0), (0.5, 0.01)], 0.1, 100)
    assert found[0] == "saddle"
    assert places(paths, 100, [101, 40], surface, backend)[1] == "left"


@pytest.mark.parametrize(
    ("text", "start", "found"),
    [
        ("-x**2 - y**2", (0.0, 0.0), "maximum"),
        ("x**4 + y**4", (0.0, 0.0), "minimum"),
        ("x**4 + y**4", (1.0, 1.0), "moving"),
        ("x**4 - y**4", (0.0, 0.0), "saddle"),
        ("max(x**2 + y**2 - 1, 0)", (0.1, 0.2), "undecided"),
        ("log(x) + y", (-1.0, 0.0), "undefined"),
        ("x + y", (0.0, 0.0), "moving"),
    ],
)
def test_the_kind_of_a_place_is_the_hessians(backend, text, start, found):
    assert after(backend, own_surface(text), [start], 1e-3, 20)[1] == (found,)


@pytest.mark.parametrize("name", ["bowl", "ravine", "ravine_100", "himmelblau", "rosenbrock", "beale", "wells"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_what_is_in_a_minimum_is_near_one_and_stays_there(numpy_backend, name, momentum):
    surface = SURFACES[name]
    bottoms = surface_minima(surface, numpy_backend)
    for steps in (5, 60, 400):
        _, found = after(numpy_backend, surface, surface.starts, surface.step_size / 2, steps, momentum)
        later, _ = after(numpy_backend, surface, surface.starts, surface.step_size / 2, steps + 300, momentum)
        for ball, place in enumerate(found):
            if place == "minimum":
                away = np.hypot(*np.moveaxis(later.points[steps:, ball][:, None] - bottoms, -1, 0)).min(axis=1)
                assert away.max() < 4 * THERE * (surface.x[1] - surface.x[0])


def test_the_angle_between_downhill_and_the_way_to_the_minimum():
    """In a bowl it is 0; in a ravine of 100 : 1 from (-2.6, 1.5) the slope points across: atan2 says how much."""
    p = np.array([-2.6, 1.5])
    assert angle_to(p, p, np.zeros(2)) == pytest.approx(0, abs=1e-5)
    gradient = p * [1, 100]
    expected = np.degrees(np.arctan2(-gradient[1], -gradient[0]) - np.arctan2(-p[1], -p[0]))
    assert angle_to(p, gradient, np.zeros(2)) == pytest.approx(abs(expected))
    assert abs(expected) > 50
    assert angle_to(p, np.zeros(2), np.zeros(2)) is None
    assert angle_to(p, p, p) is None


def test_the_way_down_leads_to_the_nearest_minimum():
    point, gradient = np.array([1.0, 1.0]), np.array([0.0, 3.0])
    way = downhill(point, gradient, np.array([[9.0, 1.0], [1.0, -1.0], [-2.0, 1.0]]))
    assert way.minimum.tolist() == [1.0, -1.0]
    assert way.steepest.tolist() == [0.0, -1.0]
    assert way.angle == pytest.approx(0, abs=1e-5)
    assert downhill(point, gradient, np.array([[4.0, 1.0]])).angle == pytest.approx(90)
    assert downhill(point, gradient, np.empty((0, 2))) is None
    assert downhill(point, np.zeros(2), np.array([[4.0, 1.0]])) is None
