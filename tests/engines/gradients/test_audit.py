"""The audit: green for right gradients, relu's corners included; red for every planted mistake."""

import numpy as np
import pytest

from engines import losses
from engines.gradients.audit import (
    LIMIT,
    STATES,
    CentralDifferences,
    Entry,
    all_entries,
    audit,
    relative_errors,
    sampled_entries,
)
from engines.gradients.loss_function import LossFunction
from engines.gradients.wrong_gradients import WRONG_GRADIENTS
from engines.network import Network
from engines.pieces import finished
from tests.engines.gradients.test_loss_function import make

SIZES = {"no hidden layer": (6, 4), "one": (6, 5, 4), "three": (6, 5, 7, 3, 4)}


def audited(f, parameters, gradients=None):
    """The last record of an audit of every entry."""
    gradients = f.gradient(parameters) if gradients is None else gradients
    *_, last = audit(f, parameters, gradients, all_entries(f.network.shapes))
    return last


@pytest.mark.parametrize("loss", losses.names())
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_a_right_gradient_passes(backend, sizes, activation, loss):
    f, parameters = make(backend, sizes, activation, loss)
    made = audited(f, parameters)
    assert made.passed
    assert made.share == 1
    assert made.count("agrees") + made.count("kink") == f.network.parameter_count
    assert made.errors[made.states == 0].max() < LIMIT


@pytest.mark.parametrize("steps", [0, 200])
def test_a_network_that_learns_passes_at_every_stage(backend, make_trainer, steps):
    trainer = make_trainer(backend, "sgd", 0.1, Network([64, 16, 10]))
    for _ in range(steps):
        trainer.step()
    batch = trainer.draw_batch()
    f = LossFunction(trainer.backend, trainer.network, trainer.loss, batch.x, batch.labels)
    made = audited(f, {name: values.astype(np.float64) for name, values in trainer.parameters().items()})
    assert made.passed
    assert made.count("agrees") >= 0.99 * len(made.entries)


@pytest.fixture
def at_the_corner(backend):
    """A relu network whose hidden pre-activations all lie 1e-7 above or below zero: nearer than ε."""
    rng = np.random.default_rng(3)
    network = Network([3, 4, 2])
    x = rng.uniform(0.5, 1.0, (5, 3))
    parameters = {
        "W1": np.zeros((3, 4)),
        "b1": np.array([1e-7, -1e-7, 1e-7, -1e-7]),
        "W2": rng.normal(size=(4, 2)),
        "b2": rng.normal(size=2),
    }
    return LossFunction(backend, network, losses.get("cross_entropy"), x, rng.integers(2, size=5)), parameters


def test_entries_at_a_relus_corner_are_counted_not_failed(at_the_corner):
    f, parameters = at_the_corner
    made = audited(f, parameters)
    naive = (made.errors >= LIMIT).sum()
    assert naive == 3 * 4 + 4  # all of W1 and b1: half of the slope is seen
    assert made.count("kink") == naive
    assert made.passed
    assert {made.entries[k].parameter for k in made.worst(99, "kink")} == {"W1", "b1"}


def test_a_corner_hides_no_mistake_elsewhere(at_the_corner):
    f, parameters = at_the_corner
    gradients = f.gradient(parameters)
    gradients["b2"][0] *= 1.001
    made = audited(f, parameters, gradients)
    assert not made.passed
    assert [made.entries[k] for k in made.worst(9)] == [Entry("b2", (0,))]


@pytest.mark.parametrize("loss", losses.names())
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("mistake", WRONG_GRADIENTS)
def test_every_planted_mistake_is_found(backend, mistake, activation, loss):
    f, parameters = make(backend, (6, 5, 4), activation, loss)
    made = audited(f, parameters, finished(WRONG_GRADIENTS[mistake](f, parameters, "W1")))
    assert not made.passed
    assert made.count("fails") > 0
    worst = made.worst(1)[0]
    assert made.errors[worst] == made.errors.max() > 1e-3


def test_the_planted_mistakes_are_what_they_say(numpy_backend):
    f, parameters = make(numpy_backend)
    right = f.gradient(parameters)
    wrong = {name: finished(plant(f, parameters, "W2")) for name, plant in WRONG_GRADIENTS.items()}
    flipped = wrong["flipped_sign"]["W2"] != right["W2"]
    assert flipped.sum() == 1
    assert np.abs(right["W2"])[flipped] == np.abs(right["W2"]).max()
    assert np.array_equal(wrong["forgotten_mean"]["b1"], 9 * right["b1"])  # nine samples
    assert np.array_equal(np.sort(wrong["transposed"]["W1"], axis=None), np.sort(right["W1"], axis=None))
    assert np.array_equal(wrong["transposed"]["b2"], right["b2"])
    assert not wrong["no_bias"]["b1"].any()
    assert np.array_equal(wrong["no_bias"]["W1"], right["W1"])
    assert np.array_equal(wrong["missing_mask"]["W2"], right["W2"])  # nothing hidden above the last layer
    logits = f.backend.numpy(f.prediction(f.tensors(parameters)))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    above = (probabilities - np.eye(4)[f.labels]) / 9
    assert np.allclose(wrong["missing_mask"]["W1"], f.x.T @ above @ parameters["W2"].T, rtol=1e-12)


@pytest.mark.parametrize("factor", [1 + 1e-5, -1.0, np.nan, np.inf])
def test_one_wrong_entry_is_found_and_named(backend, factor):
    f, parameters = make(backend, activation="tanh")
    gradients = f.gradient(parameters)
    steepest = np.unravel_index(np.abs(gradients["W1"]).argmax(), (6, 5))
    gradients["W1"][steepest] *= factor
    made = audited(f, parameters, gradients)
    assert [made.entries[k] for k in made.worst(9)] == [Entry("W1", tuple(map(int, steepest)))]


def test_two_zeros_agree(backend):
    f, parameters = make(backend)
    f.x[:, 0] = 0.0
    made = audited(f, parameters)
    row = [k for k, entry in enumerate(made.entries) if entry.parameter == "W1" and entry.index[0] == 0]
    assert made.analytic[row].tolist() == made.numeric[row].tolist() == made.errors[row].tolist() == [0.0] * 5
    assert made.passed


def test_a_slope_lost_in_rounding_has_not_failed_but_a_mistake_there_has(numpy_backend):
    """A network that is sure: a loss of 1e-7, whose differences are all rounding."""
    network = Network([2, 2])
    x = np.array([[1.0, 0.3], [0.2, 1.0]])
    f = LossFunction(numpy_backend, network, losses.get("cross_entropy"), x, np.array([0, 1]))
    parameters = {"W1": np.array([[20.0, -4.0], [-4.0, 18.0]]), "b1": np.zeros(2)}
    made = audited(f, parameters)
    assert made.count("rounding") > 0
    assert made.count("fails") == 0
    wrong = {name: gradient + 1e-6 for name, gradient in f.gradient(parameters).items()}
    assert audited(f, parameters, wrong).count("fails") == network.parameter_count


def test_errors_are_relative_with_a_floor():
    analytic = np.array([1.0, 0.0, 1e-6, 2.0, np.nan])
    numeric = np.array([1.0 + 1e-7, 0.0, 2e-6, -2.0, 1.0])
    errors = relative_errors(analytic, numeric, largest=1.0)
    assert errors[:4] == pytest.approx([1e-7, 0.0, 1e-3, 2.0], rel=1e-6)
    assert errors[4] == np.inf


def test_the_central_difference_is_that_of_the_design(numpy_backend):
    f, parameters = make(numpy_backend, activation="sigmoid")
    parameters["W1"][0, 0] = 3.0  # larger than 1: ε grows with it
    found = CentralDifferences(f, parameters, "W1").at((0, 0))
    losses_beside = []
    for sign in (1, -1):
        moved = {name: values.copy() for name, values in parameters.items()}
        moved["W1"][0, 0] += sign * 6e-6 * 3.0
        losses_beside.append(f.value(moved))
    assert found.value == pytest.approx((losses_beside[0] - losses_beside[1]) / (2 * 6e-6 * 3.0), rel=1e-7)
    assert not found.at_kink


def test_progress_goes_from_entry_to_entry(numpy_backend):
    f, parameters = make(numpy_backend)
    records = list(audit(f, parameters, f.gradient(parameters), all_entries(f.network.shapes)))
    assert [record.done for record in records] == list(range(1, f.network.parameter_count + 1))
    assert len(records[6].errors) == 7
    assert records[6].share == pytest.approx(7 / f.network.parameter_count)
    assert sum(records[-1].count(state) for state in STATES) == f.network.parameter_count


def test_an_audit_of_nothing_but_corners_is_no_pass(at_the_corner):
    f, parameters = at_the_corner
    entries = all_entries({"W1": (3, 4)})
    *_, made = audit(f, parameters, f.gradient(parameters), entries)
    assert made.count("fails") == made.count("agrees") == 0
    assert not made.passed


def test_a_sample_has_the_steepest_entry_and_no_entry_twice():
    gradient = np.random.default_rng(0).normal(size=(30, 40))
    gradient[17, 23] = -99.0
    sample = sampled_entries("W1", gradient, 50, np.random.default_rng(1))
    assert len(sample) == len(set(sample)) <= 50
    assert len(sample) >= 49
    assert Entry("W1", (17, 23)) in sample
    assert sample == sampled_entries("W1", gradient, 50, np.random.default_rng(1))
    assert len(sampled_entries("b1", gradient[0], 50, np.random.default_rng(1))) == 40
