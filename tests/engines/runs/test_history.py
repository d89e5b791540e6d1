"""Curves in bounded memory: every step counts, however wide the bins have become."""

import itertools
import math
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.network import Network
from engines.runs.history import CAPACITY, LearningCurve, thinned

WHOLE = st.lists(st.integers(-1000, 1000), max_size=300)  # whole numbers, whose sums and halves are exact
CAPACITIES = st.sampled_from([2, 4, 6, 8, 16])


def drawn(losses, capacity=CAPACITY):
    curve = LearningCurve(capacity)
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


def smoothed_by_step(losses):
    curve = LearningCurve()
    for step, loss in enumerate(losses):
        curve.add(step, loss, 0.5)
        yield curve.smoothed


LOSSES = st.lists(st.just(0.0) | st.floats(1e-9, 1e3) | st.floats(1e-300, 1.7e308), min_size=1, max_size=150)


@given(losses=LOSSES)
def test_the_smoothed_loss_is_the_mean_of_the_last_batches(losses):
    """After t steps of the last n, where n² ≤ t < (n + 1)²."""
    for steps, smoothed in enumerate(smoothed_by_step(losses), start=1):
        count = next(n for n in range(1, steps + 1) if (n + 1) ** 2 > steps)
        last = [Fraction(loss) for loss in losses[steps - count : steps]]
        assert smoothed == pytest.approx(float(sum(last) / count), rel=1e-12)
        assert float(min(last)) * (1 - 1e-12) <= smoothed <= float(max(last)) * (1 + 1e-12)


def test_the_smoothed_loss_is_that_of_100_batches_at_most():
    losses = [float(step % 1000) for step in range(20_000)]
    for steps, smoothed in enumerate(smoothed_by_step(losses), start=1):
        if steps >= 10_000:
            assert smoothed == pytest.approx(math.fsum(losses[steps - 100 : steps]) / 100, rel=1e-12)


@given(start=st.floats(1, 10), slope=st.floats(1e-6, 1e-4), steps=st.integers(1, 10_000))
def test_a_falling_loss_is_followed_within_half_a_root_of_the_steps(start, slope, steps):
    losses = [start - slope * step for step in range(steps)]
    *_, smoothed = smoothed_by_step(losses)
    lag = (smoothed - losses[-1]) / slope
    assert -1e-3 <= lag <= math.sqrt(steps) / 2 + 1e-3


def test_one_batch_far_out_is_forgotten():
    *before, _ = smoothed_by_step([1e30, *[1.0] * 120])
    assert before[-1] == 1.0


@pytest.mark.parametrize(
    ("activation", "loss"), [("relu", "cross_entropy"), ("sigmoid", "mean_squared_error"), ("tanh", "cross_entropy")]
)
@pytest.mark.parametrize("batch_size", [32, 1437])
def test_the_curve_of_a_real_run_lies_among_its_last_batches(make_run, activation, loss, batch_size):
    """A mean over many steps lay above all of them while the loss fell."""
    run = make_run(network=Network([64, 32, 10], activation), loss=loss, batch_size=batch_size)
    losses = []
    for _ in range(200):
        losses.append(run.step().loss)
        smoothed = run.snapshot().smoothed_loss
        assert min(losses[-15:]) <= smoothed * (1 + 1e-12)
        assert smoothed <= max(losses[-15:]) * (1 + 1e-12)


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


class Point(NamedTuple):
    step: int


def kept(steps, capacity=CAPACITY):
    """The steps whose points a run still has that was given a point at each of these."""
    points = []
    for step in steps:
        points = [*thinned(points, capacity), Point(step)]
    return [point.step for point in points]


def test_nothing_is_thinned_below_the_capacity():
    assert thinned(points := [Point(0), Point(1)], capacity=3) is points


@given(
    strides=st.lists(st.integers(1, 1000), min_size=1, max_size=600),
    capacity=st.sampled_from([4, 5, 16, 64]),
)
def test_thinned_points_are_some_of_the_points_in_their_order_with_the_first_and_the_newest(strides, capacity):
    steps = [0, *itertools.accumulate(strides)]
    points = kept(steps, capacity)
    assert len(points) <= capacity
    assert points == sorted(set(points) & set(steps))
    assert (points[0], points[-1]) == (0, steps[-1])


@pytest.mark.parametrize("last", [500, 81_000, 1_000_000])
def test_a_long_run_keeps_its_beginning_and_no_part_of_it_is_empty(last):
    """Halving the old points again and again left the second one at 10,000 of 81,000 steps."""
    early = [
        0,
        *(2**k for k in range(20) if 2**k < last),
    ]  # as a run evaluates: at powers of two, and later now and then
    steps = sorted({*early, *range(0, last + 1, max(1, last // 5000))})
    points = kept(steps)
    assert [step for step in points if step <= 16] == [step for step in steps if step <= 16]
    for a, b in itertools.pairwise(points):
        asked = [step for step in steps if a < step < b]  # the run had nothing nearer, or it is near enough
        assert not asked or b - a <= last / 40 or b <= 1.25 * a + 2
