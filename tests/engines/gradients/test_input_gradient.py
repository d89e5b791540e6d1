"""∂loss/∂x on every backend: against central differences in plain NumPy, against torch, and what stays constant."""

import numpy as np
import pytest
import torch

from engines import losses
from engines.chain_rule.edges import arriving
from engines.chain_rule.terms import terms
from engines.gradients.audit import LIMIT
from engines.gradients.input_check import check_input
from engines.gradients.input_gradient import InputLoss, gradient_of
from engines.gradients.loss_function import LossFunction
from engines.network import Network
from engines.pieces import PIECE
from tests.engines import oracles

LOSSES = {"cross_entropy": oracles.cross_entropy, "mean_squared_error": oracles.mean_squared_error}
ACTIVATIONS = ("relu", "tanh", "sigmoid")
SIZES = ([6, 4], [6, 5, 7, 4])


def make(backend, sizes=(6, 5, 4), activation="relu", loss="cross_entropy", dtype="float64", seed=0):
    """The loss of one random image in [0, 1], at random parameters (biases too)."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, activation)
    x, labels = rng.uniform(size=(1, sizes[0])), rng.integers(sizes[-1], size=1)
    f = LossFunction(backend, network, losses.get(loss), x, labels, dtype)
    return InputLoss(f, {name: rng.normal(scale=0.7, size=shape) for name, shape in network.shapes.items()})


def by_torch(loss, name):
    """∂loss/∂x by torch.nn.functional, with the parameters as they are."""
    x = torch.tensor(loss.x[None], requires_grad=True)
    hidden, layers = x, len(loss.parameters) // 2
    for layer in range(1, layers + 1):
        weights, bias = (torch.tensor(np.asarray(loss.parameters[f"{kind}{layer}"], loss.f.dtype)) for kind in "Wb")
        hidden = hidden @ weights + bias
        if layer < layers:
            hidden = getattr(torch, loss.f.network.activation)(hidden)
    if name == "cross_entropy":
        value = torch.nn.functional.cross_entropy(hidden, torch.tensor([loss.label]))
    else:
        target = torch.nn.functional.one_hot(torch.tensor([loss.label]), hidden.shape[1])
        value = torch.nn.functional.mse_loss(hidden, target.to(hidden.dtype))
    value.backward()
    return value.item(), x.grad.numpy()[0]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_it_is_that_of_central_differences_and_of_torch(backend, sizes, activation, loss):
    made = make(backend, sizes, activation, loss)
    gradient = made.gradient()
    numeric = oracles.central_differences(
        lambda x: LOSSES[loss](oracles.forward(made.parameters, x, activation), made.f.labels), [made.f.x], 0
    )[0]
    assert oracles.audit_error(gradient, numeric) < oracles.AUDIT_LIMIT
    value, expected = by_torch(made, loss)
    assert oracles.difference(gradient, expected) < 1e-13
    outcomes = made.outcomes(made.x[None])
    assert outcomes.losses[0] == pytest.approx(value, rel=1e-13)
    assert outcomes.probabilities.sum() == pytest.approx(1, rel=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_in_single_precision_too(backend, activation, loss):
    made = make(backend, (6, 5, 7, 4), activation, loss, "float32", seed=1)
    gradient = made.gradient()
    assert gradient.dtype == np.float32
    assert oracles.difference(gradient, by_torch(made, loss)[1]) < 3e-6


def test_the_weights_are_constants_of_that_pass_and_x_of_the_chapters(backend):
    made = make(backend)
    graph = made.recorded()
    assert {node.name: node.gradient is None for node in graph if not node.inputs} == {
        "x": False, "W1": True, "b1": True, "W2": True, "b2": True, "y": True,
    }  # fmt: skip
    weights = made.f.gradient(made.parameters)  # the chapter's: x constant
    assert set(weights) == {"W1", "b1", "W2", "b2"}


def test_a_pixels_entry_is_upstream_times_its_row_of_the_first_weights(backend):
    made = make(backend)
    graph = made.recorded()
    (part,) = arriving(backend, graph, graph.named("x").index)
    upstream = graph.named("matmul 1").gradient[0]
    for pixel in range(6):
        found = terms(backend, graph, part, (0, pixel))
        assert [term.local for term in found] == pytest.approx(list(made.parameters["W1"][pixel]), rel=1e-15)
        assert [term.upstream for term in found] == pytest.approx(list(upstream), rel=1e-15)
        assert sum(term.product for term in found) == pytest.approx(gradient_of(graph)[pixel], rel=1e-12)


def test_a_blank_pixel_silences_its_weights_but_has_a_slope_itself(backend):
    """Footnote 5 both ways round: ∂loss/∂W1 has the pixel as a factor, ∂loss/∂x has the weights."""
    made = make(backend, activation="tanh")
    made.f.x[0, 2] = 0.0
    assert made.f.gradient(made.parameters)["W1"][2].tolist() == [0.0] * 5
    assert made.gradient()[2] != 0


def test_nothing_is_changed(backend):
    made = make(backend)
    before = made.x.copy(), {name: values.copy() for name, values in made.parameters.items()}
    made.gradient()
    [*check_input(made, made.gradient())]
    made.towards(1).outcomes(np.ones((3, 6)))
    assert np.array_equal(made.x, before[0])
    assert all(np.array_equal(made.parameters[name], before[1][name]) for name in before[1])


def test_the_class_can_be_another_one(backend):
    made = make(backend)
    other = (made.label + 1) % 4
    towards = made.towards(other)
    assert towards.label == other
    logits = oracles.forward(made.parameters, made.f.x)
    assert towards.outcomes(made.f.x).losses[0] == pytest.approx(float(oracles.cross_entropy(logits, [other])))
    assert not np.allclose(towards.gradient(), made.gradient())


def test_an_answer_that_is_no_number_is_none(backend):
    made = make(backend)
    outcomes = made.outcomes(np.array([[np.nan] * 6, [0.5] * 6]))
    assert outcomes.answers[0] == -1
    assert outcomes.answers[1] == oracles.forward(made.parameters, np.full((1, 6), 0.5)).argmax()


def checked(loss, gradient):
    *_, made = (each for each in check_input(loss, gradient) if each is not PIECE)
    return made


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_check_passes_a_right_gradient(backend, activation, loss):
    made = make(backend, (40, 9, 5), activation, loss)
    found = checked(made, made.gradient())
    assert found.passed
    assert found.count("agrees") + found.count("kink") == found.done == 40
    assert found.errors[found.states == 0].max() < LIMIT


@pytest.mark.parametrize("wrong", [1 + 1e-4, -1.0, np.nan])
def test_the_check_names_a_wrong_entry(backend, wrong):
    made = make(backend, activation="tanh")
    gradient = made.gradient()
    steepest = int(np.abs(gradient).argmax())
    gradient[steepest] *= wrong
    found = checked(made, gradient)
    assert not found.passed
    assert [found.entries[k].index for k in found.worst(9)] == [(0, steepest)]


def test_a_relus_corner_is_named_not_failed(backend):
    made = make(backend, (3, 4, 2))
    made.parameters["W1"][:] = np.abs(made.parameters["W1"]) + 0.1
    made.parameters["b1"][:] = -(made.x @ made.parameters["W1"]) + 1e-7 * np.array([1, -1, 1, -1])
    found = checked(made, made.gradient())
    assert found.count("kink") == 3
    assert found.count("fails") == 0
    assert not found.passed  # nothing could be checked: that is not said to be right


def test_the_check_comes_in_pieces_with_the_same_result(numpy_backend, monkeypatch):
    made = make(numpy_backend, (40, 9, 5))
    whole = checked(made, made.gradient())
    monkeypatch.setattr("engines.pieces.ROWS_TIMES_WEIGHTS", 10 * made.f.network.parameter_count)
    records = [each for each in check_input(made, made.gradient()) if each is not PIECE]
    assert records[-1].share == 1
    assert len(records) > 3
    assert np.allclose(records[-1].numeric, whole.numeric, rtol=1e-6, atol=1e-9)
    assert np.array_equal(records[-1].at_kink, whole.at_kink)
