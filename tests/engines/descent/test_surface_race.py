"""Races on a surface against closed forms and torch.optim, and what is said of who leaves, rests or arrives."""

import numpy as np
import pytest
import torch

from engines import optimizers
from engines.descent.landscapes import SURFACES, Surface
from engines.descent.surface_race import contains, surface_race
from engines.differentiation.expressions import parse
from engines.errors import InvalidSetting

CURVATURES = np.array([1.0, 20.0])  # of the ravine
START = np.array([-2.6, 1.5])
TORCH = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr),
    "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
    "nesterov": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "adagrad": lambda p, lr: torch.optim.Adagrad(p, lr, eps=1e-7),
    "rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr, alpha=0.9, eps=1e-7),
    "adam": lambda p, lr: torch.optim.Adam(p, lr, eps=1e-7),
}
RATES = {"sgd": 0.007, "momentum": 0.0015, "nesterov": 0.002, "adagrad": 0.5, "rmsprop": 0.03, "adam": 0.1}


def get(name, rate):
    return optimizers.get(name)(learning_rate=rate)


def race(backend, surface, start, racers, steps):
    *_, last = surface_race(backend, surface, tuple(start), racers, steps)
    return last


def flat(text, starts=((0.0, 0.0),)):
    return Surface("own", parse(text, ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), starts, 0.1)


def test_on_a_quadratic_sgd_and_both_momenta_are_their_closed_forms(backend):
    rate, beta, steps = 0.03, 0.9, 60
    ran = race(backend, SURFACES["ravine"], START, [get(name, rate) for name in ("sgd", "momentum", "nesterov")], steps)
    assert ran.left == (None, None, None)
    k = np.arange(steps + 1)[:, None]
    np.testing.assert_allclose(ran.points[:, 0], (1 - rate * CURVATURES) ** k * START, rtol=1e-11, atol=1e-14)
    for axis, curvature in enumerate(CURVATURES):
        step = rate * curvature
        heavy = np.array([[1 - step, beta], [-step, beta]])  # (w, v) → (w + βv − ηλw, βv − ηλw)
        ahead = np.array([[1 - step * (1 + beta), beta**2], [-step, beta]])
        for racer, matrix in ((1, heavy), (2, ahead)):
            expected = [(np.linalg.matrix_power(matrix, n) @ [START[axis], 0.0])[0] for n in range(steps + 1)]
            np.testing.assert_allclose(ran.points[:, racer, axis], expected, rtol=1e-9, atol=1e-12)


def torch_path(name, rate, start, steps):
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, path = TORCH[name]([w], rate), [w.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        x, y = w
        sum((c - x + x * y**p) ** 2 for p, c in ((1, 1.5), (2, 2.25), (3, 2.625))).backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def test_all_six_are_torchs_own_on_beales_function(backend):
    start, steps = (1.0, 1.5), 80
    ran = race(backend, SURFACES["beale"], start, [get(name, RATES[name]) for name in TORCH], steps)
    assert optimizers.names() == list(TORCH)
    for racer, name in enumerate(TORCH):
        np.testing.assert_allclose(ran.points[:, racer], torch_path(name, RATES[name], start, steps), rtol=1e-8)
    x, y = np.moveaxis(ran.points, -1, 0)
    expected = sum((c - x + x * y**p) ** 2 for p, c in ((1, 1.5), (2, 2.25), (3, 2.625)))
    np.testing.assert_allclose(ran.values, expected, rtol=1e-12)


def test_who_leaves_the_frame_stops_there_and_the_others_go_on(backend):
    fast, slow = get("sgd", 0.11), get("sgd", 0.01)  # beyond and below 2/20
    together = race(backend, SURFACES["ravine"], START, [fast, slow], 40)
    y = START[1] * (1 - 0.11 * 20) ** np.arange(41)
    first = int(np.argmax(np.abs(y) > 2))
    assert together.left == (first, None)
    np.testing.assert_allclose(together.points[: first + 1, 0, 1], y[: first + 1], rtol=1e-12)
    assert (together.points[first:, 0] == together.points[first, 0]).all()
    alone = race(backend, SURFACES["ravine"], START, [slow], 40)
    np.testing.assert_array_equal(together.points[:, 1], alone.points[:, 0])
    assert together.is_inside(0, first - 1)
    assert not together.is_inside(0, first)
    assert (together.last_step(0), together.last_step(1)) == (first, 40)
    assert together.arrival(0) is None


def test_one_that_flies_off_to_infinity_harms_nobody(backend):
    quartic = flat("x**4 + y**4")
    ran = race(backend, quartic, (2.9, 1.9), [get("momentum", 1e308), get("sgd", 0.01)], 30)
    assert ran.left == (1, None)
    assert np.isfinite(ran.points[:, 1]).all()


def test_the_lowest_is_looked_for_among_those_inside(numpy_backend):
    fall = flat("y")  # down and out of the frame: f = −ηk at step k
    ran = race(numpy_backend, fall, (0.0, 0.0), [get("sgd", 0.3), get("sgd", 0.11), get("sgd", 0.0)], 30)
    assert ran.left == (7, 19, None)  # 0.3·7 and 0.11·19 are the first beyond 2
    assert [ran.lowest(step) for step in (1, 6, 7, 18, 19, 30)] == [0, 0, 1, 1, 2, 2]
    gone = race(numpy_backend, fall, (0.0, 0.0), [get("sgd", 0.3)], 10)
    assert gone.lowest(10) is None


def test_rest_is_ten_moves_and_all_later_ones_that_together_are_a_ten_thousandth_of_the_frame(numpy_backend):
    slope = flat("y")
    edge = 6.0 * 1e-4 / 10  # a move
    ran = race(numpy_backend, slope, (0.0, 0.0), [get("sgd", 0.99 * edge), get("sgd", 1.01 * edge)], 20)
    assert [ran.is_at_rest(racer, 20) for racer in (0, 1)] == [True, False]
    assert not ran.is_at_rest(0, 9)  # too early to say
    assert not ran.is_at_rest(0, 10)  # the ten after these are as long again
    away = race(numpy_backend, slope, (0.0, -1.9), [get("sgd", 0.2)], 30)
    assert not away.is_at_rest(0, 30)  # it stands still, but outside


def test_rest_is_not_claimed_of_one_that_still_jumps(backend):
    """RMSProp stands still at a minimum until what it divides by is so small that the least slope moves it far."""
    racer, start = get("rmsprop", 0.07), (-4.432, -2.841)
    ran = race(backend, SURFACES["himmelblau"], start, [racer], 120)
    moves = np.hypot(*np.diff(ran.points[:, 0], axis=0).T)
    assert moves[43:53].sum() < 15e-4 < 0.1 < moves[53:].max()
    for step in range(121):
        later = moves[max(0, step - 10) :].sum()
        assert ran.is_at_rest(0, step) == (step >= 10 and later < 15e-4)
    assert not ran.is_at_rest(0, 53)


def test_arrival_is_for_good_and_within_a_thousandth_of_the_frame(backend):
    rate, width = 0.05, 6.0
    ran = race(backend, SURFACES["ravine"], START, [get("sgd", rate)], 200)
    k = np.arange(201)[:, None]
    distances = np.hypot(*((1 - rate * CURVATURES) ** k * START).T)
    np.testing.assert_allclose(ran.distances(0), distances, rtol=1e-9)
    assert ran.arrival(0) == int(np.argmax(distances <= 1e-3 * width)) > 50
    through = race(backend, SURFACES["bowl"], (-2.0, 0.0), [get("momentum", 0.05)], 30)
    assert np.abs(through.points[:, 0, 0]).min() < 0.1  # it runs through the minimum, and is not there in the end
    assert through.arrival(0) is None


def test_without_a_minimum_nobody_arrives(numpy_backend):
    ran = race(numpy_backend, SURFACES["saddle"], (2.4, 0.0), [get("sgd", 0.1)], 200)
    assert ran.minima.shape == (0, 2)
    assert np.isnan(ran.distances(0)).all()
    assert ran.arrival(0) is None


def test_records_come_on_the_way_and_the_last_one_has_all_steps(numpy_backend):
    records = list(surface_race(numpy_backend, SURFACES["bowl"], (1.0, 1.0), [get("sgd", 0.1)], 25))
    assert [record.share for record in records] == [0, 0.4, 0.8, 1]
    assert [record.steps for record in records] == [0, 10, 20, 25]
    np.testing.assert_array_equal(records[1].points, records[-1].points[:11])


def test_a_start_outside_is_refused(numpy_backend):
    with pytest.raises(InvalidSetting, match="outside the frame"):
        next(surface_race(numpy_backend, SURFACES["bowl"], (0.0, 2.5), [get("sgd", 0.1)], 5))


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((-3, -2), True),
        ((3, 2), True),
        ((3.01, 0), False),
        ((0, -2.01), False),
        ((np.nan, 0), False),
        ((0, np.inf), False),
    ],
)
def test_the_frame_has_its_edges_and_no_more(point, inside):
    assert contains(SURFACES["bowl"], point) is inside
