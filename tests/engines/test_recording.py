"""The recorded graph: nodes in order, and each node's value and gradient against torch.autograd."""

import numpy as np
import pytest
import torch

from engines.network import Network
from engines.operations import OPERATIONS
from engines.recording import Recorder
from tests.engines import oracles

LAYERS = {
    "cross_entropy": ["matmul 1", "add 1", "tanh 1", "matmul 2", "add 2", "cross_entropy 1"],
    "mean_squared_error": [
        *("matmul 1", "add 1", "tanh 1", "matmul 2", "add 2", "subtract 1", "multiply 1", "mean 1"),
    ],
}


@pytest.fixture
def recorded(backend, make_trainer, digits):
    """A trainer's recorded pass over five samples, and the trainer."""

    def record(loss="cross_entropy", activation="tanh"):
        trainer = make_trainer(backend, loss=loss, network=Network([64, 6, 10], activation), dtype="float64")
        trainer.run(3)
        return trainer, trainer.record_pass(digits.x_train[:5], digits.y_train[:5])

    return record


def torch_pass(parameters, x, labels, loss):
    """Every tensor of the pass by name, with torch.autograd's gradients kept."""
    nodes = {"x": torch.tensor(x, dtype=torch.float64, requires_grad=True)}
    nodes |= {name: torch.tensor(values, requires_grad=True) for name, values in parameters.items()}
    nodes["matmul 1"] = nodes["x"] @ nodes["W1"]
    nodes["add 1"] = nodes["matmul 1"] + nodes["b1"]
    nodes["tanh 1"] = nodes["add 1"].tanh()
    nodes["matmul 2"] = nodes["tanh 1"] @ nodes["W2"]
    nodes["add 2"] = nodes["matmul 2"] + nodes["b2"]
    if loss == "cross_entropy":
        nodes["cross_entropy 1"] = torch.nn.functional.cross_entropy(nodes["add 2"], torch.tensor(labels))
    else:
        nodes["subtract 1"] = nodes["add 2"] - torch.nn.functional.one_hot(torch.tensor(labels), 10)
        nodes["multiply 1"] = nodes["subtract 1"] * nodes["subtract 1"]
        nodes["mean 1"] = nodes["multiply 1"].mean()
    for node in nodes.values():
        node.retain_grad()
    nodes[LAYERS[loss][-1]].backward()
    return nodes


@pytest.mark.parametrize("loss", LAYERS)
def test_values_and_gradients_are_those_of_torch(recorded, digits, loss):
    trainer, graph = recorded(loss)
    expected = torch_pass(trainer.parameters(), digits.x_train[:5], digits.y_train[:5], loss)
    assert {node.name for node in graph} == expected.keys() | {"y"}
    for name, tensor in expected.items():
        node = graph.named(name)
        assert oracles.difference(node.value, tensor.detach().numpy()) < 1e-14
        assert oracles.difference(node.gradient, tensor.grad.numpy()) < 1e-13


@pytest.mark.parametrize("loss", LAYERS)
def test_nodes_stand_in_the_order_they_were_computed(recorded, loss):
    _, graph = recorded(loss)
    assert [node.name for node in graph if node.inputs] == LAYERS[loss]
    assert [node.index for node in graph] == list(range(len(graph)))
    for node in graph:
        assert all(index < node.index for index in node.inputs)
        assert graph[node.index] is node
    assert graph[-1].name == LAYERS[loss][-1]
    assert graph[-1].gradient == 1.0


@pytest.mark.parametrize("loss", LAYERS)
def test_leaves_and_operations(recorded, loss):
    _, graph = recorded(loss)
    kinds = {node.name: node.operation for node in graph if not node.inputs}
    assert kinds == {"x": "input", "y": "input"} | dict.fromkeys(("W1", "b1", "W2", "b2"), "parameter")
    for node in graph:
        if node.inputs:
            assert len(node.inputs) == OPERATIONS[node.operation].operands
        assert (node.gradient is None) == (node.name == "y")
        assert node.gradient is None or node.gradient.shape == node.value.shape


def test_the_edges_are_the_networks(recorded):
    _, graph = recorded("mean_squared_error")
    edges = {node.name: [graph[index].name for index in node.inputs] for node in graph if node.inputs}
    assert edges == {
        "matmul 1": ["x", "W1"],
        "add 1": ["matmul 1", "b1"],
        "tanh 1": ["add 1"],
        "matmul 2": ["tanh 1", "W2"],
        "add 2": ["matmul 2", "b2"],
        "subtract 1": ["add 2", "y"],
        "multiply 1": ["subtract 1", "subtract 1"],
        "mean 1": ["multiply 1"],
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_recorded_pass_is_the_pass(backend, make_trainer, digits, dtype):
    trainer = make_trainer(backend, dtype=dtype)
    x, y = digits.x_train[:7], digits.y_train[:7]
    graph, (loss, gradients) = trainer.record_pass(x, y), trainer.gradients(x, y)
    assert graph[-1].value == loss
    assert all(node.value.dtype == dtype for node in graph if node.name != "y")
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(graph.named(name).gradient, gradient)
        np.testing.assert_array_equal(graph.named(name).value, trainer.parameters()[name])


def test_nodes_are_copies(recorded, digits):
    trainer, graph = recorded()
    x, before = digits.x_train[:5].copy(), trainer.parameters()
    for node in graph:
        node.value[...] = 7
    np.testing.assert_array_equal(digits.x_train[:5], x)
    for name, values in before.items():
        np.testing.assert_array_equal(trainer.parameters()[name], values)


def test_an_unknown_name(recorded):
    with pytest.raises(KeyError):
        recorded()[1].named("W9")


def test_a_tensor_used_twice_is_one_node_with_the_sum(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", 3.0, "input")
    graph = recorder.graph(recorder.add(recorder.multiply(x, x), x))
    assert [node.inputs for node in graph] == [(), (0, 0), (1, 0)]
    assert [float(node.gradient) for node in graph] == [7.0, 1.0, 1.0]


def test_options_are_kept_however_they_are_given(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", np.ones((2, 3)), "input")
    turned = recorder.transpose(recorder.reshape(x, (3, 2)), axes=(1, 0))
    graph = recorder.graph(recorder.sum(recorder.mean(turned, 0, keepdims=True)))
    options = [node.options for node in graph]
    assert options == [{}, {"arguments": ((3, 2),)}, {"axes": (1, 0)}, {"keepdims": True, "arguments": (0,)}, {}]
    np.testing.assert_allclose(graph.named("x").gradient, np.full((2, 3), 0.5))


def test_what_was_not_recorded_becomes_a_constant(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", np.array([1.0, 2.0]), "input")
    graph = recorder.graph(recorder.sum(recorder.multiply(recorder.power(x, 2), np.array([3.0, 4.0]))))
    assert [node.name for node in graph] == ["x", "constant 1", "power 1", "constant 2", "multiply 1", "sum 1"]
    assert [node.gradient is None for node in graph] == [False, True, False, True, False, False]
    np.testing.assert_allclose(graph.named("x").gradient, [6.0, 16.0])


@pytest.mark.parametrize("operation", ["add", "multiply", "divide", "maximum", "power"])
def test_a_number_changes_no_dtype_by_being_recorded(backend, operation):
    recorder = Recorder(backend)
    x = recorder.leaf("x", np.array([1.5, 2.5], np.float32), "input")
    recorded = getattr(recorder, operation)(x, 2.0)
    plain = getattr(backend, operation)(backend.tensor(np.array([1.5, 2.5], np.float32)), 2.0)
    assert backend.numpy(recorded).dtype == "float32"
    np.testing.assert_array_equal(backend.numpy(recorded), backend.numpy(plain))


def test_everything_else_is_the_backends_own(backend):
    recorder = Recorder(backend)
    assert recorder.name == backend.name
    np.testing.assert_array_equal(recorder.numpy(recorder.leaf("x", [1.0], "input")), [1.0])
