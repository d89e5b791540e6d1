"""The network: initial weights, forward pass, and what is refused."""

import math

import numpy as np
import pytest

from engines.errors import InvalidSetting
from engines.network import ACTIVATIONS, INITIALIZERS, MAX_PARAMETERS, Network
from tests.engines import oracles

DRAWS = {
    "he": lambda rng, inputs, outputs: rng.standard_normal((inputs, outputs)) * math.sqrt(2 / inputs),
    "glorot": lambda rng, inputs, outputs: (2 * rng.random((inputs, outputs)) - 1) * math.sqrt(6 / (inputs + outputs)),
    "small": lambda rng, inputs, outputs: rng.standard_normal((inputs, outputs)) * 0.05,
    "zeros": lambda rng, inputs, outputs: [[0.0] * outputs] * inputs,
    "constant": lambda rng, inputs, outputs: [[0.05] * outputs] * inputs,
}


def test_names_and_shapes_of_the_parameters():
    network = Network([64, 32, 16, 10])
    assert list(network.shapes.items()) == [
        ("W1", (64, 32)),
        ("b1", (32,)),
        ("W2", (32, 16)),
        ("b2", (16,)),
        ("W3", (16, 10)),
        ("b3", (10,)),
    ]
    assert [layer.weights for layer in network.layers] == ["W1", "W2", "W3"]
    assert network.parameter_count == 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("initialization", DRAWS)
def test_initial_weights_are_those_of_the_seed(backend, make_trainer, initialization, dtype):
    """An independent drawing: float64 from default_rng([seed, 0]), layer by layer, biases 0, then cast."""
    network = Network([64, 20, 12, 10], initialization=initialization)
    for seed in (0, 17):
        rng = np.random.default_rng([seed, 0])
        parameters = make_trainer(backend, network=network, seed=seed, dtype=dtype).parameters()
        for layer, (inputs, outputs) in enumerate([(64, 20), (20, 12), (12, 10)], start=1):
            weights, biases = parameters[f"W{layer}"], parameters[f"b{layer}"]
            assert weights.dtype == biases.dtype == dtype
            expected = DRAWS[initialization](rng, inputs, outputs)
            np.testing.assert_allclose(weights, expected, rtol=4 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps / 4)
            np.testing.assert_array_equal(biases, np.zeros(outputs))


def test_every_initialization_has_an_independent_drawing_here():
    assert DRAWS.keys() == INITIALIZERS.keys()


def spread_of_columns(parameters, name="W1"):
    """The largest difference between two columns, in units of the largest weight."""
    weights = parameters[name].astype(float)
    return np.ptp(weights, axis=1).max() / np.abs(weights).max()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_units_that_begin_equal_stay_equal(make_trainer, activation, optimizer):
    network = Network([64, 32, 10], activation, "constant")
    trainer = make_trainer("numpy", optimizer, 0.01, network, dtype="float64")
    before = trainer.parameters()["W1"]
    for _ in range(300):
        trainer.step()
        assert spread_of_columns(trainer.parameters()) <= 1e-6
    assert np.abs(trainer.parameters()["W1"] - before).max() > 1e-5  # they have moved, all together


def test_what_breaks_the_tie_by_no_more_than_rounding_in_float32_grows(make_trainer):
    random = make_trainer("numpy", "sgd", 0.1, Network([64, 32, 10]), dtype="float64")
    assert spread_of_columns(random.parameters()) > 0.5
    disturbed = make_trainer("numpy", "sgd", 0.1, Network([64, 32, 10], "relu", "constant"), dtype="float64")
    weights = disturbed.parameters()["W1"]
    disturbed.set_parameters({"W1": weights * (1 + 6e-8 * np.random.default_rng(0).standard_normal(weights.shape))})
    assert spread_of_columns(disturbed.parameters()) < 1e-6
    disturbed.run(1000)
    assert spread_of_columns(disturbed.parameters()) > 0.1


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_from_zeros_only_the_last_bias_moves(backend, make_trainer, activation):
    trainer = make_trainer(backend, network=Network([64, 16, 12, 10], activation, "zeros"))
    trainer.run(50)
    parameters = trainer.parameters()
    assert [name for name, values in parameters.items() if values.any()] == ["b3"]


@pytest.mark.parametrize(
    ("initialization", "deviation"),
    [("he", math.sqrt(2 / 400)), ("glorot", math.sqrt(2 / (400 + 500))), ("small", 0.05)],
)
def test_moments_of_the_initial_weights(initialization, deviation):
    weights = Network([400, 500], initialization=initialization).initialize(np.random.default_rng(5))["W1"]
    n = weights.size
    assert weights.dtype == "float64"
    assert abs(weights.mean()) < 5 * deviation / math.sqrt(n)
    assert abs(weights.std() / deviation - 1) < 5 / math.sqrt(2 * n)
    fourth = ((weights / deviation) ** 4).mean()
    assert abs(fourth - (1.8 if initialization == "glorot" else 3.0)) < 0.1  # uniform or normal
    if initialization == "glorot":
        assert np.abs(weights).max() <= math.sqrt(6 / 900)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [[6, 3], [6, 5, 3], [6, 5, 4, 3], [1, 1, 1]], ids=str)
def test_forward_pass(backend, activation, sizes):
    rng = np.random.default_rng(1)
    network = Network(sizes, activation)
    parameters = {name: rng.normal(size=shape) for name, shape in network.shapes.items()}
    tensors = {name: backend.tensor(values) for name, values in parameters.items()}
    for rows in (1, 7):
        x = rng.normal(size=(rows, sizes[0]))
        logits = backend.numpy(network.forward(backend, tensors, backend.tensor(x)))
        assert logits.shape == (rows, sizes[-1])
        np.testing.assert_allclose(logits, oracles.forward(parameters, x, activation), rtol=1e-13, atol=1e-14)


def test_a_network_is_a_value():
    network = Network(np.array([64, 32, 10]))
    assert network == Network((64, 32, 10))
    assert hash(network) == hash(Network([64, 32, 10]))
    assert network.layer_sizes == (64, 32, 10)
    assert network != Network([64, 32, 10], "tanh")
    with pytest.raises(AttributeError):
        network.activation = "tanh"


@pytest.mark.parametrize(
    "sizes",
    [[], [64], [64, 0, 10], [64, -3, 10], [64, 2.5, 10], [64, math.nan, 10], [64, math.inf, 10], "64", "6432",
     ["64", "10"], None, 64, [[64], 10], [64, None]],
    ids=repr,
)  # fmt: skip
def test_layer_sizes_that_cannot_be(sizes):
    with pytest.raises(InvalidSetting) as error:
        Network(sizes)
    assert "at least two whole numbers from 1" in str(error.value)
    assert repr(sizes) in str(error.value)


@pytest.mark.parametrize("name", ["swish", "", "ReLU", None, 1])
def test_unknown_activations_and_initializations(name):
    for setting, choices in (("activation", ACTIVATIONS), ("initialization", INITIALIZERS)):
        with pytest.raises(InvalidSetting) as error:
            Network([64, 10], **{setting: name})
        assert all(text in str(error.value) for text in (setting, repr(name), *choices))


def test_a_network_too_large_is_refused_before_memory_is_taken():
    for sizes in ([10_000, 10_000, 10], [10**12, 10**12]):
        with pytest.raises(InvalidSetting, match=f"{MAX_PARAMETERS:,}") as error:
            Network(sizes)
        assert "too large" in str(error.value)
    assert Network([784, 512, 10]).parameter_count == 407_050
