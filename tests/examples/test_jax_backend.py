"""The example of a third party's backend: installed as it stands in `examples/`, and right by JAX itself."""

import gc
from importlib.metadata import distribution
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import engines
from engines import backends, optimizers
from engines.network import ACTIVATIONS, Network
from engines.training import Trainer
from tests.engines.backends.test_registry import run

EXAMPLE = Path(engines.__file__).parents[1] / "examples" / "jax_backend"
PLAIN = {"relu": lambda z: jnp.where(z > 0, z, 0), "tanh": jnp.tanh, "sigmoid": lambda z: 1 / (1 + jnp.exp(-z))}


@pytest.fixture(scope="module")
def jax_backend():
    return backends.get("jax")


@pytest.fixture
def make_trainer(jax_backend, digits):
    """A trainer of 64-12-10 on JAX."""

    def make(activation="relu", **settings):
        return Trainer(jax_backend, Network([64, 12, 10], activation), optimizers.get("adam")(), digits, **settings)

    return make


def test_it_is_found_by_the_entry_point_of_its_package(jax_backend):
    (point,) = distribution("gradient-engine-jax").entry_points.select(group=backends.GROUP)
    assert (point.name, point.value) == ("jax", "gradient_engine_jax:JaxBackend")
    assert "jax" in backends.names()[2:]
    assert type(jax_backend) is point.load()
    assert (jax_backend.label, jax_backend.version) == ("JAX", jax.__version__)


def test_what_is_installed_is_the_file_that_is_shown():
    """If not: `pip install ./examples/jax_backend` again."""
    (file,) = (file for file in distribution("gradient-engine-jax").files if file.name == "gradient_engine_jax.py")
    assert file.read_text() == (EXAMPLE / "gradient_engine_jax.py").read_text("utf-8")


def test_it_is_known_without_an_import_and_jax_is_loaded_for_it_alone():
    found = run("""
        import json, sys
        from engines import backends
        known, early = backends.installed(), "jax" in sys.modules
        backends.get("numpy"), backends.get("torch")
        print(json.dumps([known, early, "jax" in sys.modules, backends.get("jax").name, "jax" in sys.modules]))
    """)
    assert "jax" in found[0]
    assert found[1:] == [False, False, "jax", True]


def plain_network(parameters, x, labels, activation, loss):
    """The same network and loss in plain `jax.numpy`, to be differentiated as a whole by `jax.grad`."""
    hidden = PLAIN[activation](x @ parameters["W1"] + parameters["b1"])
    logits = hidden @ parameters["W2"] + parameters["b2"]
    if loss == "mean_squared_error":
        return ((logits - jnp.eye(10)[labels]) ** 2).mean()
    return (jax.scipy.special.logsumexp(logits, axis=1) - logits[jnp.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_networks_gradients_are_those_of_jax_grad(make_trainer, digits, activation, loss):
    trainer = make_trainer(activation, loss=loss, dtype="float64")
    x, labels = digits.x_train[:20], digits.y_train[:20]
    value, gradients = trainer.gradients(x, labels)
    arguments = trainer.parameters(), x.astype("float64"), labels, activation, loss
    expected, slopes = jax.value_and_grad(plain_network)(*arguments)
    assert value == pytest.approx(float(expected), rel=1e-14)
    assert gradients.keys() == slopes.keys()
    for name, slope in slopes.items():
        assert gradients[name].dtype == slope.dtype == "float64"
        np.testing.assert_allclose(gradients[name], slope, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("operation", ["multiply", "divide", "power", "maximum"])
def test_whole_numbers_beside_a_tensor_are_constants(jax_backend, operation):
    values, numbers = np.array([0.5, 2.5, 3.5]), np.array([1, 2, 3])
    x = jax_backend.tensor(values, requires_grad=True)
    y = getattr(jax_backend, operation)(x, jax_backend.tensor(numbers))
    slopes = {
        "multiply": numbers,
        "divide": 1 / numbers,
        "power": numbers * values ** (numbers - 1),
        "maximum": values > numbers,
    }
    (gradient,) = jax_backend.gradients(y, [x], np.ones(3))
    np.testing.assert_allclose(gradient, slopes[operation], rtol=1e-15)


def test_a_step_on_shapes_it_has_seen_compiles_nothing(make_trainer, caplog):
    trainer = make_trainer()
    trainer.run(2)

    def compiled_in_a_step():
        caplog.clear()
        with jax.log_compiles():
            trainer.step()
        return [record for record in caplog.records if "Compiling" in record.getMessage()]

    assert not compiled_in_a_step()
    trainer.set_batch_size(17)
    assert compiled_in_a_step()


def test_programs_of_shapes_that_nobody_trains_any_more_are_forgotten(jax_backend):
    def held():
        gc.collect()
        return len(jax.devices()[0].client.live_executables())

    before = held()
    for length in range(1000, 1130):
        jax_backend.negative(np.ones(length))
    assert held() - before <= 128


def test_arrays_are_jaxs_and_a_step_replaces_them(make_trainer):
    trainer = make_trainer()
    before = trainer.tensors()["W1"].value
    kept = np.array(before)
    trainer.run(3)
    after = trainer.tensors()["W1"].value
    assert isinstance(before, jax.Array)
    assert isinstance(after, jax.Array)
    assert after is not before
    np.testing.assert_array_equal(before, kept)
