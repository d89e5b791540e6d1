"""Paths of descent against closed forms: the quadratic, the regions of convergence, and where a ball overshoots."""

import numpy as np
import pytest
import torch

from engines.descent.paths import descend, descend_each, overshoot_bound, rule, step_bound
from engines.differentiation.expressions import parse
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.optimizers.sgd import SGD


def parabola(curvature):
    return parse(f"0.5*{curvature!r}*x**2")


def positions(backend, function, start, optimizer, steps):
    return descend(backend, function, [(start,)], optimizer, steps).points[:, 0, 0]


@pytest.mark.parametrize("step_times_curvature", [0.1, 0.9, 1.0, 1.5, 1.99, 2.0, 2.01, 3.0])
def test_on_a_parabola_descent_is_the_closed_form(backend, step_times_curvature):
    curvature, start, k = 2.5, 3.0, np.arange(41)
    step = step_times_curvature / curvature
    x = positions(backend, parabola(curvature), start, SGD(learning_rate=step), 40)
    expected = start * (1 - step * curvature) ** k
    np.testing.assert_allclose(x, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("curvature", [0.5, 4.0])
def test_plain_descent_diverges_exactly_beyond_two_over_the_curvature(backend, curvature):
    bound = step_bound(curvature)
    assert bound == 2 / curvature
    below = positions(backend, parabola(curvature), 1.0, SGD(learning_rate=bound * 0.99), 2000)
    above = positions(backend, parabola(curvature), 1.0, SGD(learning_rate=bound * 1.01), 2000)
    assert abs(below[-1]) < 1e-8
    assert abs(above[-1]) > 1e8


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9])
def test_momentum_converges_just_inside_its_region_and_diverges_just_outside(backend, momentum, nesterov):
    curvature = 2.0
    published = (2 + 2 * momentum) / (1 + 2 * momentum) if nesterov else 2 + 2 * momentum
    bound = step_bound(curvature, momentum, nesterov)
    assert bound * curvature == pytest.approx(published, rel=1e-15)
    inside = positions(backend, parabola(curvature), 1.0, rule(0.98 * bound, momentum, nesterov), 1500)
    outside = positions(backend, parabola(curvature), 1.0, rule(1.02 * bound, momentum, nesterov), 1500)
    assert abs(inside[-1]) < 1e-6
    assert not abs(outside[-1]) < 1e6


@pytest.mark.parametrize("momentum", [0.3, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
def test_a_path_is_that_of_torchs_own_sgd(backend, momentum, nesterov):
    """With a constant learning rate torch's convention, the rate outside the velocity, gives the same path."""
    w = torch.tensor([-3.4, 1.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.05, momentum=momentum, nesterov=nesterov)
    expected = [w.detach().numpy().copy()]
    for _ in range(60):
        optimizer.zero_grad()
        (0.03 * w**4 - 0.04 * w**3 - 0.36 * w**2 + torch.sin(w)).sum().backward()
        optimizer.step()
        expected.append(w.detach().numpy().copy())
    function = parse("0.03*x**4 - 0.04*x**3 - 0.36*x**2 + sin(x)")
    found = descend(backend, function, [(-3.4,), (1.5,)], rule(0.05, momentum, nesterov), 60)
    np.testing.assert_allclose(found.points[..., 0], expected, rtol=1e-10)


def test_a_path_holds_values_and_gradients_where_it_was(backend):
    paths = descend(backend, parse("x**2 + 3*x*y", ("x", "y")), [(1.0, 2.0), (-1.0, 0.5)], SGD(learning_rate=0.01), 5)
    x, y = paths.points[..., 0], paths.points[..., 1]
    assert paths.points.shape == (6, 2, 2)
    assert paths.steps == 5
    np.testing.assert_allclose(paths.values, x**2 + 3 * x * y, rtol=1e-14)
    np.testing.assert_allclose(paths.gradients, np.stack([2 * x + 3 * y, 3 * x], axis=-1), rtol=1e-14)
    np.testing.assert_allclose(np.diff(paths.points, axis=0), -0.01 * paths.gradients[:-1], rtol=1e-12)


def test_a_ball_that_runs_off_to_infinity_harms_no_other(backend):
    function = parse("x**4")
    together = descend(backend, function, [(50.0,), (0.5,)], SGD(learning_rate=0.1), 60)
    alone = descend(backend, function, [(0.5,)], SGD(learning_rate=0.1), 60)
    assert not np.isfinite(together.points[-1, 0, 0])
    np.testing.assert_array_equal(together.points[:, 1], alone.points[:, 0])


def test_the_rule_without_momentum_is_plain_sgd():
    assert rule(0.2, 0.0, True) == SGD(learning_rate=0.2)
    assert rule(0.2, 0.5, False) == Momentum(learning_rate=0.2, momentum=0.5)
    assert rule(0.2, 0.5, True) == Nesterov(learning_rate=0.2, momentum=0.5)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.01, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("curvature", [0.5, 4.0])
def test_a_ball_passes_the_bottom_exactly_beyond_the_overshoot_bound(numpy_backend, curvature, momentum, nesterov):
    bound = overshoot_bound(curvature, momentum, nesterov)
    assert bound < step_bound(curvature, momentum, nesterov)

    def lowest(share):
        optimizer = rule(share * bound, momentum, nesterov)
        return positions(numpy_backend, parabola(curvature), 1.0, optimizer, 1500).min()

    for share in (0.01, 0.5, 0.9, 0.999):
        assert lowest(share) >= -1e-300  # but for the rounding of what is almost nothing
    for share in (1.5, 3.0) if momentum > 0.9 else (1.02, 1.2):  # just beyond it the first swing takes long
        assert lowest(share) < 0


def test_the_bounds_of_momentum_are_far_below_the_bound_of_divergence():
    """With each of these the ball never passes the bottom, far below the steps that diverge."""
    for momentum, step in ((0.01, 0.1), (0.5, 0.05), (0.9, 0.002)):
        assert step < overshoot_bound(1.0, momentum)
        assert step < overshoot_bound(1.0, momentum, nesterov=True)
    assert overshoot_bound(2.0) == 0.5


@pytest.mark.parametrize("nesterov", [False, True])
def test_balls_with_rules_of_their_own_go_as_each_would_alone(backend, nesterov):
    function = parse("x**4/40 - x**2/2 + x/5")
    rules = [rule(step, momentum, nesterov) for step in (0.05, 0.3) for momentum in (0.0, 0.5, 0.9)]
    together = descend_each(backend, function, -3.4, rules, 40)
    for ball, one in enumerate(rules):
        alone = descend(backend, function, [(-3.4,)], one, 40)
        for quantity in ("points", "values", "gradients"):
            np.testing.assert_allclose(
                getattr(together, quantity)[:, ball], getattr(alone, quantity)[:, 0], rtol=1e-12, atol=1e-12
            )
