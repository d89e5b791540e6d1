"""Curves in bounded memory: every step counts, however wide the bins have become."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.history import CAPACITY, SMOOTHING_STEPS, Curve, thinned

WHOLE = st.lists(st.integers(-1000, 1000), max_size=300)  # whole numbers, whose sums and halves are exact
CAPACITIES = st.sampled_from([2, 4, 6, 8, 16])


def drawn(losses, capacity=CAPACITY):
    curve = Curve(capacity)
    closed = [curve.add(step, loss, -loss) for step, loss in enumerate(losses)]
    return curve, closed


@given(losses=WHOLE, capacity=CAPACITIES)
def test_means_times_width_are_the_sum(losses, capacity):
    curve, _ = drawn(losses, capacity)
    covered = losses[: len(curve.bins) * curve.width]
    assert len(losses) - len(covered) < curve.width
    assert math.isclose(sum(b.loss for b in curve.bins) * curve.width, sum(covered), rel_tol=1e-12, abs_tol=1e-9)
    for i, b in enumerate(curve.bins):
        steps = losses[i * curve.width : (i + 1) * curve.width]
        assert b.step == (i + 1) * curve.width - 1
        assert b.loss == pytest.approx(sum(steps) / curve.width, rel=1e-12, abs=1e-12)
        assert b.accuracy == -b.loss
        assert (b.lowest, b.highest) == (min(steps), max(steps))


@given(losses=WHOLE, capacity=CAPACITIES)
def test_memory_is_bounded_and_the_width_a_power_of_two(losses, capacity):
    curve, closed = drawn(losses, capacity)
    assert len(curve.bins) < capacity
    assert curve.width & (curve.width - 1) == 0
    assert len(curve.bins) >= capacity // 2 or curve.width == 1
    assert sum(closed) >= len(curve.bins)


@given(losses=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_the_smoothed_loss_is_an_exponential_mean(losses):
    """The newest step has weight 1, each older one 1 − 1/50 of the next."""
    weights = [(1 - 1 / SMOOTHING_STEPS) ** age for age in reversed(range(len(losses)))]
    expected = math.fsum(w * x for w, x in zip(weights, losses, strict=True)) / math.fsum(weights)
    curve, _ = drawn(losses)
    assert curve.smoothed == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert curve.bins[-1].smoothed == curve.smoothed


def test_a_constant_loss_stays_constant():
    curve, _ = drawn([2.5] * 10_000)
    assert curve.smoothed == pytest.approx(2.5, rel=1e-12)
    assert {b.loss for b in curve.bins} == {2.5}
    assert len(curve.bins) < CAPACITY
    assert curve.width == 32


def test_a_bin_closes_every_width_steps():
    curve, closed = drawn(range(12), capacity=4)  # width 1 for 4 steps, 2 for the next 4, then 4
    assert closed == [True, True, True, True, False, True, False, True, False, False, False, True]
    assert [b.step for b in curve.bins] == [3, 7, 11]


def test_thinning_keeps_every_second_point_and_the_newest():
    assert thinned([1, 2, 3], capacity=4) == [1, 2, 3]
    assert thinned([1, 2, 3, 4], capacity=4) == [2, 4]
    points = []
    for step in range(10_000):
        points = [*thinned(points), step]
        assert len(points) <= CAPACITY
        assert points[-1] == step
