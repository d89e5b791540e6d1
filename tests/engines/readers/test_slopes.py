"""Readers' questions about slopes, against closed forms, `torch.autograd` and differences of one's own."""

import math

import numpy as np
import pytest
import torch

from engines import backends
from engines.network import Network
from engines.random_streams import Stream, generator
from engines.readers import verdicts
from engines.readers.own_rules import ReluAtZero


def test_the_derivative_of_exp_is_exp(answer, backend):
    found = answer("exp", backend)
    assert found.value == "value"
    for row in found.rows:
        x = torch.tensor(row.name, dtype=torch.float64, requires_grad=True)
        x.exp().backward()
        slope, measured, value = row.values
        assert slope == pytest.approx(float(x.grad), rel=1e-14)
        assert measured == pytest.approx(float(x.grad), rel=1e-8)
        assert value == pytest.approx(math.exp(row.name), rel=1e-14)
    assert found.numbers["point"] == pytest.approx(math.exp(2) - 2)


def test_training_does_not_land_on_a_kink(answer, torch_run, digits):
    found = answer("relu")
    assert found.value == "never"
    assert found.numbers["zeros"] == 0
    assert [row.name for row in found.rows] == [0.0, 0.5, 1.0]
    assert found.numbers["sums"] == 3 * 32 * (6 * len(digits.y_train) + 30 * 32)  # 6 epochs of 45 batches, and 30 more
    run = torch_run()
    run.steps(torch.optim.SGD(run.weights.values(), 0.1), 300)
    loss, accuracy = run.test()
    for row in found.rows:
        assert row.values[0] == pytest.approx(loss, rel=1e-3)
        assert row.values[1] == pytest.approx(accuracy, abs=2 / 360)


def test_a_slope_at_zero_is_the_one_asked_for(backend):
    for slope in (0.0, 0.5, 1.0):
        library = ReluAtZero(backends.get(backend), slope)
        x = library.tensor(np.array([-2.0, 0.0, 3.0]), requires_grad=True)
        y = library.relu(x)
        assert library.numpy(y).tolist() == [0, 0, 3]
        assert library.numpy(library.gradients(library.sum(y), [x])[0]).tolist() == [0, slope, 1]
        assert (library.sums, library.zeros) == (3, 1)


def test_the_sum_of_what_is_left_of_the_mean_has_no_gradient(answer, backend):
    found = answer("mean", backend)
    assert found.value == "zero"
    *entries, total = [row.values for row in found.rows]
    assert np.array(entries) == pytest.approx(np.eye(4) - 1 / 4)
    assert total == (0, 0, 0, 0)
    assert (found.numbers["own"], found.numbers["other"]) == pytest.approx((0.75, -0.25))


def test_a_right_gradient_fails_some_checks(answer):
    found = answer("check")
    assert found.value == "sometimes"
    share = {curve.name: dict(zip(np.round(-np.log10(curve.x)), curve.y, strict=True)) for curve in found.curves}
    assert min(share["wrong"].values()) == found.numbers["wrong"] == 1
    assert max(share["smooth"].values()) == found.numbers["smooth_worst"] == 0
    assert share["float32"][8] == 1  # 1 + 1e-8 is 1 there
    assert share["float64"][4] == 0
    assert share["float64"][1] > 0.5  # so far off lie kinks of many units


def test_kinks_and_rounding_are_what_makes_it_fail(answer, digits):
    """The same differences in PyTorch: in float64 across the kinks, in float32 far too close."""
    first = Network([64, 32, 10]).initialize(generator(0, Stream.WEIGHTS))
    for dtype, epsilon, name in ((torch.float64, 1e-1, "float64"), (torch.float32, 1e-3, "float32")):
        w = {key: torch.tensor(value, dtype=dtype) for key, value in first.items()}
        x, y = torch.tensor(digits.x_train[:64], dtype=dtype), torch.tensor(digits.y_train[:64], dtype=torch.long)

        def loss(w1, w=w, x=x, y=y):
            logits = torch.relu(x @ w1 + w["b1"]) @ w["W2"] + w["b2"]
            return torch.nn.functional.cross_entropy(logits, y)

        w1 = w["W1"].clone().requires_grad_()
        loss(w1).backward()
        gradient = w1.grad.double().numpy()
        steepest = np.argsort(-np.abs(gradient), axis=None)[:160:4]
        failed = 0
        for flat in steepest:
            at, both = np.unravel_index(flat, gradient.shape), []
            for offset in (epsilon, -epsilon):
                moved = w["W1"].clone()
                moved[at] += offset
                both.append(float(loss(moved)))
            numeric = (both[0] - both[1]) / (2 * epsilon)
            failed += abs(numeric - gradient[at]) > 0.01 * max(abs(numeric), abs(gradient[at]))
        curve = next(curve for curve in answer("check").curves if curve.name == name)
        assert curve.y[np.argmin(np.abs(curve.x - epsilon))] == pytest.approx(failed / 40, abs=0.05)


def test_five_faults_leave_the_loss_where_guessing_has_it(answer):
    found = answer("guessing")
    assert found.value == "each"
    assert found.numbers["guess"] == math.log(10)
    healthy, *ill = found.rows
    assert healthy.values[1] < 1.2
    for row in ill:
        assert abs(row.values[1] - math.log(10)) < 0.05
    norms = {row.name: row.values[2] for row in found.rows}
    assert norms["zeros"] == norms["dead"] == 0
    assert norms["rate_zero"] > 0.05
    assert 0 < norms["deep"] < 1e-4 * norms["healthy"]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (verdicts.exp(1.0, 0.0), "point"),
        (verdicts.exp(1.0, 1.0), "neither"),
        (verdicts.relu(3, 0.0), "rarely"),
        (verdicts.relu(3, 0.02), "matters"),
        (verdicts.relu(0, 0.02), "matters"),
        (verdicts.mean(np.full(4, 0.75)), "three_quarters"),
        (verdicts.mean(np.array([0, 0, 0, 1.0])), "other"),
        (verdicts.check(0.0, 0.0), "never"),
        (verdicts.check(0.1, 0.5), "always"),
        (verdicts.guessing(False, 2, 5), "some"),
        (verdicts.guessing(False, 0, 5), "none"),
        (verdicts.guessing(True, 5, 5), "everywhere"),
    ],
)
def test_another_outcome_has_another_verdict(said, key):
    assert said == key
