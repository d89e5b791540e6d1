"""One weight, one sample (figure 2-11): the curve is the network's own loss, and its slope the backend's gradient."""

import numpy as np
import pytest

from engines import backends, optimizers
from engines.descent.one_weight import BATCH, OTHERS, one_weight_in_pieces
from engines.errors import EngineError
from engines.network import Network
from engines.pieces import finished
from engines.training import Trainer

NETWORKS = [
    Network([64, 32, 10]),
    Network([64, 16, 12, 10], activation="tanh"),
    Network([64, 10]),
    Network([64, 8, 10], activation="sigmoid", initialization="small"),
]
LOSSES = ["cross_entropy", "mean_squared_error"]
networks = pytest.mark.parametrize("network", NETWORKS, ids=lambda network: "-".join(map(str, network.layer_sizes)))
losses = pytest.mark.parametrize("loss", LOSSES)


def one_weight(*arguments, **settings):
    return finished(one_weight_in_pieces(*arguments, **settings))


def inside(one, count=7):
    return np.linspace(*one.domain, count)


@networks
@losses
def test_the_curves_are_the_trainers_losses(backend, network, loss, digits):
    one = one_weight(backend, network, digits, seed=3, loss=loss, sample=2)
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backend, network, sgd, digits, loss=loss, batch_size=BATCH, seed=3, dtype="float64")
    batch = trainer.draw_batch()
    kernel = trainer.parameters()[one.parameter]
    assert one.start == kernel[one.index]
    curves = [one.values(inside(one)), *one.others(inside(one))]
    for k, w in enumerate(inside(one)):
        changed = kernel.copy()
        changed[one.index] = w
        trainer.set_parameters({one.parameter: changed})
        for curve, sample in zip(curves, range(2, 3 + OTHERS), strict=True):
            expected, _ = trainer.gradients(batch.x[[sample]], batch.labels[[sample]])
            assert curve[k] == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert one.mean(inside(one)) == pytest.approx(np.mean(curves, axis=0), rel=1e-13)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("initialization", ["zeros", "constant"])
def test_where_all_weights_above_are_equal_none_below_changes_the_scores_order(
    backend, initialization, activation, digits
):
    one = one_weight(backend, Network([64, 8, 10], activation, initialization), digits)
    assert one.is_flat
    assert one.start == (0.05 if initialization == "constant" else 0)
    np.testing.assert_allclose(one.values(inside(one, 99)), np.log(10), rtol=1e-12)
    squared = one_weight(backend, Network([64, 8, 10], activation, "constant"), digits, loss="mean_squared_error")
    assert not squared.is_flat  # the scores themselves do change
    assert np.ptp(squared.values(inside(squared))) > 1e-3
    assert not any(one_weight(backend, network, digits).is_flat for network in NETWORKS)


@networks
@losses
def test_the_gradient_is_the_slope_of_the_curve(backend, network, loss, digits):
    one = one_weight(backend, network, digits, seed=1, loss=loss)
    points, step = inside(one, 12)[1:-1] + 0.0123, 1e-5  # away from the kink of a relu
    value, (gradient,) = one.value_and_gradient(backend, points)
    assert value == pytest.approx(one.values(points), rel=1e-12)
    central = (one.values(points + step) - one.values(points - step)) / (2 * step)
    assert gradient == pytest.approx(central, rel=1e-6, abs=1e-9)


def test_one_value_gives_one_slope_in_the_wished_precision(backend, digits):
    one = one_weight(backend, Network([64, 32, 10]), digits)
    value, (gradient,) = one.value_and_gradient(backend, one.start, dtype="float32")
    assert value.shape == gradient.shape == ()
    assert value.dtype == gradient.dtype == np.float32
    assert float(value) == pytest.approx(float(one.values(np.array([one.start]))[0]), rel=1e-5)


@pytest.mark.parametrize("sample", range(6))
@pytest.mark.parametrize("loss", LOSSES)
def test_there_is_a_minimum_between_the_start_and_the_far_edge(loss, sample, digits, numpy_backend):
    one = one_weight(numpy_backend, Network([64, 32, 10]), digits, loss=loss, sample=sample)
    assert one.has_minimum
    low, high = one.domain
    assert low < one.start < high
    w = np.linspace(low, high, 401)
    curve = one.values(w)
    lowest = curve.argmin()
    assert 40 < lowest < 360
    assert min(curve[0], curve[-1], one.values(np.array([one.start]))[0]) > curve[lowest]
    _, (slope,) = one.value_and_gradient(numpy_backend, one.start)
    assert slope * (w[lowest] - one.start) < 0  # descent starts towards the minimum


def test_without_a_hidden_layer_cross_entropy_has_none_and_that_is_said(numpy_backend, digits):
    one = one_weight(numpy_backend, Network([64, 10]), digits)
    slopes = np.diff(one.values(inside(one, 50)))
    assert not one.has_minimum
    assert (slopes < 0).all() or (slopes > 0).all()
    assert one_weight(numpy_backend, Network([64, 10]), digits, loss="mean_squared_error").has_minimum


def test_every_backend_takes_the_same_weight(digits):
    for network in NETWORKS:
        found = {
            (one.name, one.start) for one in (one_weight(backends.get(n), network, digits) for n in backends.names())
        }
        assert len(found) == 1


def test_another_sample_has_another_curve_and_the_chosen_one_is_not_among_the_others(numpy_backend, digits):
    first, second = (one_weight(numpy_backend, Network([64, 32, 10]), digits, sample=s) for s in (0, 1))
    assert first.labels[1] == second.labels[0]
    assert len(first.others(inside(first))) == OTHERS
    assert not (first.values(inside(first)) == first.others(inside(first))).all(axis=1).any()


def test_a_network_that_does_not_fit_is_refused(numpy_backend, digits):
    with pytest.raises(EngineError, match="64"):
        one_weight(numpy_backend, Network([784, 10]), digits)
