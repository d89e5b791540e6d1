"""The loss along the gradient: against the closed form of a linear network with mean squared error."""

import numpy as np
import pytest

from engines.gradients.loss_function import descended, squared_norm
from engines.gradients.step_sweep import STEPS, sweep
from engines.pieces import PIECE
from tests.engines.gradients.test_loss_function import make


def last(f, parameters):
    *_, made = sweep(f, parameters, f.gradient(parameters))
    return made


def curvature(f, gradients):
    """gᵀHg of ‖x·W + b − y‖² / (n·k), worked out by hand: (2 / n·k) · ‖x·G + g_b‖²."""
    along = f.x @ gradients["W1"] + gradients["b1"]
    return 2 / along.size * (along**2).sum()


def test_a_linear_network_follows_the_closed_form(backend):
    f, parameters = make(backend, (6, 4), loss="mean_squared_error")
    gradients = f.gradient(parameters)
    slope, bend = squared_norm(gradients), curvature(f, gradients)
    made = last(f, parameters)
    exact = -STEPS * slope + STEPS**2 / 2 * bend
    scale = np.abs(STEPS * slope) + STEPS**2 * bend
    assert np.abs(np.array(made.changes) - exact).max() <= 1e-12 * scale.max()
    assert (np.abs(np.array(made.changes) - exact) / scale)[STEPS > 0.01].max() < 1e-11
    assert made.predicted == pytest.approx(-STEPS * slope)
    assert made.parting == pytest.approx(0.2 * slope / bend, rel=1e-4)  # where step²·bend/2 = 0.1·step·slope
    assert made.best[0] == pytest.approx(slope / bend, rel=1e-4)
    assert made.best[1] == pytest.approx(-(slope**2) / (2 * bend), rel=1e-8)


def test_the_share_grows_to_one(numpy_backend):
    f, parameters = make(numpy_backend)
    records = [made for made in sweep(f, parameters, f.gradient(parameters)) if made is not PIECE]
    shares = [record.share for record in records]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [len(record.changes) for record in records[:3]] == [1, 2, 3]
    assert len(records[2].steps) == len(records[2].predicted) == 3


def test_no_slope_has_no_marks(numpy_backend):
    f, parameters = make(numpy_backend)
    zero = {name: 0 * values for name, values in parameters.items()}
    *_, made = sweep(f, parameters, zero)
    assert made.parting is None
    assert made.best is None
    assert set(made.changes) == {0.0}


def test_a_loss_that_overflows_is_no_best(numpy_backend):
    f, parameters = make(numpy_backend, (6, 5, 5, 4), loss="mean_squared_error")
    huge = {name: 1e60 * gradient for name, gradient in f.gradient(parameters).items()}
    *_, made = sweep(f, parameters, huge)
    assert not np.isfinite(made.changes[-1])
    assert made.best is None


def test_relu_parts_from_its_prediction_within_the_range(backend):
    f, parameters = make(backend, (6, 5, 4))
    made = last(f, parameters)
    assert STEPS[0] < made.parting < made.best[0] < STEPS[-1]
    gradients = f.gradient(parameters)
    real = f.value(descended(parameters, gradients, made.parting)) - f.value(parameters)
    assert abs(real / (-made.parting * made.slope) - 1) == pytest.approx(0.1, rel=1e-4)
