"""The surfaces of the race: their rates bring each optimizer low, and its manner shows, as the page says."""

from functools import cache

import numpy as np
import pytest

from engines import backends, optimizers
from engines.descent.surface_courses import COURSES
from engines.descent.surface_race import contains, surface_race
from engines.optimizers.momentum import Momentum

NAMES = optimizers.names()
SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM = range(6)
RAVINES = {"ravine": 20, "ravine_100": 100}


@cache
def race(surface, start=0):
    course = COURSES[surface]
    racers = [course.fitted(optimizers.get(name)()) for name in NAMES]
    *_, last = surface_race(backends.get("numpy"), course.surface, course.starts[start], racers, course.steps)
    return last


def test_the_seven_surfaces_of_the_page():
    assert list(COURSES) == ["bowl", "ravine", "ravine_100", "saddle", "beale", "rosenbrock", "himmelblau"]


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_each_course_has_starts_inside_and_a_rate_for_everyone(course):
    assert list(course.rates) == NAMES
    assert all(contains(course.surface, start) for start in course.starts)
    fitted = course.fitted(Momentum(momentum=0.5))
    assert fitted == Momentum(learning_rate=course.rates["momentum"], momentum=0.5)


@pytest.mark.parametrize("name", sorted(COURSES.keys() - {"saddle"}))
@pytest.mark.parametrize("start", range(4))
def test_from_every_start_everyone_stays_inside_and_comes_down_to_a_hundredth(name, start):
    ran = race(name, start)
    assert ran.left == (None,) * 6
    assert (ran.values[-1] < ran.values[0] / 100).all()


def turns(y):
    """How often the path changes the side of the valley."""
    return int((y[:-1] * y[1:] < 0).sum())


@pytest.mark.parametrize("ravine", RAVINES)
def test_across_the_ravine_only_sgd_changes_the_side_at_each_step(ravine):
    y = race(ravine).points[:30, :, 1].T
    assert turns(y[SGD]) == 29
    assert all(turns(y[racer]) < 10 for racer in (MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM))


@pytest.mark.parametrize("ravine", RAVINES)
def test_along_the_ravine_momentum_overshoots_nesterov_less_and_sgd_never(ravine):
    farthest = race(ravine).points[..., 0].max(axis=0)  # they come from the left
    assert farthest[MOMENTUM] > farthest[NESTEROV] > 0.1
    assert farthest[ADAM] > 0.1
    assert max(farthest[SGD], farthest[ADAGRAD]) < 0


@pytest.mark.parametrize(("ravine", "kappa"), RAVINES.items())
def test_the_dividing_rules_go_as_fast_along_the_ravine_as_across(ravine, kappa):
    """A first step is η, or η/√(1 − ρ) for RMSProp, in both directions, though one slope is many times the other."""
    ran = race(ravine)
    first = np.abs(ran.points[1] - ran.points[0])
    rates = COURSES[ravine].rates
    expected = {ADAGRAD: rates["adagrad"], RMSPROP: rates["rmsprop"] / np.sqrt(0.1), ADAM: rates["adam"]}
    for racer, step in expected.items():
        np.testing.assert_allclose(first[racer], [step, step], rtol=1e-5)
    assert first[SGD][1] / first[SGD][0] == pytest.approx(kappa * 1.5 / 2.6, rel=1e-12)


def best_factor(kappa, beta):
    """The smallest factor that the error of the worse direction is multiplied by in the long run, over all rates."""

    def factor(rate):
        steps = [np.array([[1 - rate * k, beta], [-rate * k, beta]]) for k in (1.0, kappa)]
        return max(np.abs(np.linalg.eigvals(step)).max() for step in steps)

    return min(map(factor, np.geomspace(1e-4, 4.0, 2000)))


def test_it_turns_round_at_a_condition_number_of_38():
    """As the page says: below it plain SGD at its best rate is ahead of a momentum of 0.9, above it behind."""
    assert best_factor(37, 0.0) < best_factor(37, 0.9) == pytest.approx(np.sqrt(0.9), rel=1e-4)
    assert best_factor(39, 0.0) > best_factor(39, 0.9) == pytest.approx(np.sqrt(0.9), rel=1e-4)
    for kappa in RAVINES.values():
        assert best_factor(kappa, 0.0) == pytest.approx((kappa - 1) / (kappa + 1), rel=1e-3)


def test_in_the_ravine_that_opens_momentum_ends_lower_than_sgd_and_in_the_rounder_one_higher():
    for start in range(4):
        steep, round_ = race("ravine_100", start).values[-1], race("ravine", start).values[-1]
        assert max(steep[MOMENTUM], steep[NESTEROV]) < steep[SGD] / 100
        assert min(round_[MOMENTUM], round_[NESTEROV]) > round_[SGD] * 10


@pytest.mark.parametrize("ravine", RAVINES)
def test_adagrads_steps_only_get_shorter_on_the_ravine(ravine):
    lengths = np.hypot(*np.diff(race(ravine).points[:, ADAGRAD], axis=0).T)
    assert (np.diff(lengths) < 0).all()
    assert lengths[-1] < lengths[0] / 100


def test_rmsprop_jumps_where_hardly_a_gradient_is_left():
    heights = race("rosenbrock").values[:, RMSPROP]
    low = heights[150:]
    assert (low[1:] / low[:-1]).max() > 3
    assert low.max() < heights[0] / 10


def test_the_dividing_rules_leave_the_saddles_ridge_first_and_sgd_last():
    left = race("saddle").left
    assert max(left[ADAGRAD], left[RMSPROP], left[ADAM]) < min(left[MOMENTUM], left[NESTEROV]) < left[SGD]


def test_exactly_on_the_ridge_everyone_ends_at_the_saddle_that_is_no_minimum():
    ran = race("saddle", 3)
    assert ran.left == (None,) * 6
    assert (ran.points[-1, :, 1] == 0).all()
    assert (np.abs(ran.points[-1, :, 0]) < 0.5).all()


def test_from_the_middle_of_himmelblaus_function_momentum_finds_another_minimum_than_the_rest():
    ran = race("himmelblau")
    found = [int(np.hypot(*(ran.minima - end).T).argmin()) for end in ran.points[-1]]
    assert len(set(found)) == 2
    assert [racer for racer in range(6) if found[racer] != found[SGD]] == [MOMENTUM]
