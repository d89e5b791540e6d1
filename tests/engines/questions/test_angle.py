"""The ravine: angle and steps by hand, for ½(x² + κy²)."""

import math

import numpy as np
import pytest

from engines.errors import InvalidSetting


@pytest.mark.parametrize(("surface", "ratio"), [("bowl", 1), ("ravine", 20), ("ravine_100", 100)])
@pytest.mark.parametrize("start", [(-2.6, 1.5), (1.0, -0.01), (0.0, 1.0)])
def test_the_angle_between_gradient_and_goal(answer, surface, ratio, start):
    x, y = start
    cosine = (x * x + ratio * y * y) / math.hypot(x, y) / math.hypot(x, ratio * y)
    found = answer("angle_off", surface=surface, start=list(start))
    assert found.value == pytest.approx(math.degrees(math.acos(min(1.0, cosine))), abs=1e-4)
    assert found.numbers["ratio"] == pytest.approx(ratio, rel=1e-6)
    assert found.numbers["gradient_y"] == pytest.approx(ratio * y)
    assert found.numbers["distance"] == pytest.approx(math.hypot(x, y))


def test_the_nearest_of_four_minima_is_meant(answer):
    lows = np.array([(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)])
    start = np.array([-1.0, 0.5])
    nearest = lows[np.hypot(*(lows - start).T).argmin()]
    x, y = start
    gradient = np.array(
        [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)]
    )
    way = nearest - start
    angle = math.degrees(math.acos(-way @ gradient / np.hypot(*way) / np.hypot(*gradient)))
    found = answer("angle_off", surface="himmelblau", start=[-1, 0.5])
    assert found.value == pytest.approx(angle, abs=1e-3)
    assert (found.numbers["minimum_x"], found.numbers["minimum_y"]) == pytest.approx(tuple(nearest), abs=1e-5)


@pytest.mark.parametrize(
    ("surface", "ratio", "rate"), [("bowl", 1, 0.1), ("ravine", 20, 0.05), ("ravine_100", 100, 0.0195)]
)
def test_the_steps_of_plain_descent(answer, surface, ratio, rate):
    x, y = -2.6, 1.5
    path = [(x * (1 - rate) ** k, y * (1 - ratio * rate) ** k) for k in range(1001)]
    away = [math.hypot(*point) > 6e-3 for point in path]
    last = max(k for k, is_away in enumerate(away) if is_away)
    found = answer("steps_on_surface", surface=surface, start=[x, y], rate=rate)
    assert (found.value, found.numbers["rate"]) == (last + 1, rate)


def test_without_a_rate_that_of_the_race_is_taken(answer):
    assert answer("steps_on_surface", surface="ravine_100", start=[1, 1]).numbers["rate"] == 0.0195
    assert answer("steps_on_surface", surface="bowl", start=[1, 1], optimizer="momentum").numbers["rate"] == 0.03
    assert answer("steps_on_surface", surface="wells", start=[1, 1]).numbers["rate"] == 0.03


def test_where_nothing_is_to_be_reached(answer):
    with pytest.raises(InvalidSetting, match="no way down"):
        answer("angle_off", surface="saddle", start=[1, 1])
    with pytest.raises(InvalidSetting, match="no way down"):
        answer("angle_off", surface="bowl", start=[0, 0])
    with pytest.raises(InvalidSetting, match="does not arrive"):
        answer("steps_on_surface", surface="ravine_100", start=[1, 1], rate=0.021)
    with pytest.raises(InvalidSetting, match="does not arrive"):
        answer("steps_on_surface", surface="saddle", start=[1, 1], steps=20)
    with pytest.raises(InvalidSetting, match="outside"):
        answer("steps_on_surface", surface="bowl", start=[9, 1])
