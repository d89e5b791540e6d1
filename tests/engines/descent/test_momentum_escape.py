"""Momentum's escapes: each end against a plain path, the switches of the double well, the bisected one a real one."""

from itertools import pairwise

import numpy as np
import pytest

from engines.descent.curve_minima import minima
from engines.descent.landscapes import CURVES, own_curve
from engines.descent.momentum_escape import DIVERGED, MOMENTA, PRECISION, UNDECIDED, Escapes, escapes
from engines.descent.paths import descend, rule

WELL = CURVES["double_well"]


def ending(backend, curve, momentum, nesterov=False, steps=4000):
    """Where a long path ends, by the path's own code."""
    optimizer = rule(curve.step_size, momentum, nesterov)
    return descend(backend, curve.function, [(curve.start,)], optimizer, steps).points[-1, 0, 0]


def found_on(backend, curve, **options):
    valleys = minima(curve.function, curve.domain, backend)
    *_, last = escapes(backend, curve.function, curve.domain, valleys, curve.start, curve.step_size, **options)
    return valleys, last


@pytest.fixture(scope="module")
def well(numpy_backend):
    return found_on(numpy_backend, WELL)


def test_the_double_well_switches_six_times(well):
    _valleys, found = well
    assert found.share == 1
    assert len(found.switches) == 6
    assert set(found.ends) == {0, 1}


def test_every_end_is_where_a_long_path_ends(well, numpy_backend):
    valleys, found = well
    for momentum, end in list(zip(MOMENTA, found.ends, strict=True))[::12]:
        assert ending(numpy_backend, WELL, momentum, steps=1500) == pytest.approx(valleys[end].x, abs=0.02)


def test_the_first_switch_is_a_real_one(well, backend):
    valleys, found = well
    below, above = found.first
    assert 0 < above - below <= PRECISION
    i, j = found.switches[0]
    assert j == i + 1
    assert MOMENTA[i] <= below < above <= MOMENTA[j]
    ends = [ending(backend, WELL, momentum) for momentum in (below, above)]
    assert ends[0] == pytest.approx(valleys[0].x, abs=1e-3)
    assert ends[1] == pytest.approx(valleys[1].x, abs=1e-3)


@pytest.mark.parametrize("nesterov", [False, True])
def test_every_backend_finds_the_same(backend, numpy_backend, nesterov):
    momenta = MOMENTA[::20]
    ours = found_on(numpy_backend, WELL, nesterov=nesterov, momenta=momenta)[1]
    theirs = found_on(backend, WELL, nesterov=nesterov, momenta=momenta)[1]
    assert theirs.ends == ours.ends
    assert theirs.first == pytest.approx(ours.first, abs=2 * PRECISION)


def test_without_momentum_it_is_plain_descent(numpy_backend):
    valleys, found = found_on(numpy_backend, CURVES["valleys"], momenta=(0.0, 0.5))
    assert valleys[found.ends[0]].x == pytest.approx(-2)


def test_where_the_end_never_changes_there_is_no_switch(numpy_backend):
    _valleys, found = found_on(numpy_backend, CURVES["parabola"])
    assert set(found.ends) == {0}
    assert (found.switches, found.first) == ((), None)


def test_balls_that_run_off_have_diverged(numpy_backend):
    curve = own_curve("x**2")
    valleys = minima(curve.function, curve.domain, numpy_backend)
    work = escapes(numpy_backend, curve.function, curve.domain, valleys, -3.0, 1.4, momenta=(0.0, 0.2, 0.5, 0.8))
    *_, found = work  # diverges where 2·1.4 > 2 + 2β, so below β = 0.4
    assert found.ends == (DIVERGED, DIVERGED, 0, 0)


def test_a_ball_that_swings_for_ever_is_undecided(numpy_backend):
    curve = own_curve("0.5*x**2")
    valleys = minima(curve.function, curve.domain, numpy_backend)
    *_, found = escapes(numpy_backend, curve.function, curve.domain, valleys, -3.0, 2.0, momenta=(0.0,))
    assert found.ends == (UNDECIDED,)


def test_a_switch_across_momenta_that_do_not_settle_counts():
    """Ends "left, not settled, right" are not the same place."""
    assert Escapes(1.0, (0, UNDECIDED, DIVERGED, 1, 1), None, (0.0, 0.1, 0.2, 0.3, 0.4)).switches == ((0, 3),)
    assert Escapes(1.0, (UNDECIDED, None, DIVERGED), None, (0.0, 0.1, 0.2)).settled == ()


def test_on_the_default_curve_nesterov_switches_once_and_plain_momentum_more_often(numpy_backend):
    curve, momenta = CURVES["valleys"], MOMENTA[::2]
    assert len(found_on(numpy_backend, curve, nesterov=True, momenta=momenta)[1].switches) == 1
    assert len(found_on(numpy_backend, curve, momenta=momenta)[1].switches) > 1


def test_progress_only_grows_and_ends_are_never_taken_back(numpy_backend):
    valleys = minima(WELL.function, WELL.domain, numpy_backend)
    work = escapes(numpy_backend, WELL.function, WELL.domain, valleys, WELL.start, WELL.step_size, momenta=MOMENTA[::4])
    seen = list(work)
    shares = [found.share for found in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    for before, after in pairwise(seen):
        assert all(b is None or a == b for b, a in zip(before.ends, after.ends, strict=True))
    assert np.isfinite(seen[-1].first).all()
