"""Upstream × local = downstream: edge by edge against torch.autograd, on every backend."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import backends
from engines.chain_rule.edges import arriving, backward_order, downstream, forward_order, uses
from engines.network import Network
from engines.operations import OPERATIONS
from engines.recording import Recorder
from tests.engines import oracles

SIDE = 3  # all tensors of the random graphs are matrices of that side, but for a row that is broadcast
UNARY = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "sin": torch.sin,
    "softplus": torch.nn.functional.softplus,
    "relu": torch.relu,
    "negative": torch.neg,
    "transpose": lambda a: a.T,
}
BINARY = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "matmul": torch.matmul,
    "maximum": torch.maximum,
}


@st.composite
def programs(draw):
    """A few operations, each on tensors made before: (name, indices of its operands); 0 and 1 are the leaves."""
    steps = []
    for made in range(2, 2 + draw(st.integers(1, 7))):
        name = draw(st.sampled_from([*UNARY, *BINARY]))
        operands = st.integers(0, made - 1)
        steps.append((name, (draw(operands), draw(operands)) if name in BINARY else (draw(operands),)))
    return steps


def leaves(seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(SIDE, SIDE)), rng.normal(size=(1, SIDE))


def wide(operands, shape_of):
    """Matrix products and transposes are for matrices: the row is left to what broadcasts."""
    return all(shape_of(operand) == (SIDE, SIDE) for operand in operands)


def on_torch(program, seed):
    """Every tensor of the program that can be made, and torch's gradient of their last one's mean in each."""
    made = [torch.tensor(values, requires_grad=True) for values in leaves(seed)]
    for name, indices in program:
        operands = [made[index % len(made)] for index in indices]
        if name in ("matmul", "transpose") and not wide(operands, lambda t: tuple(t.shape)):
            name, operands = "tanh", operands[:1]
        made.append((UNARY | BINARY)[name](*operands))
    for tensor in made:
        tensor.retain_grad()
    made[-1].mean().backward()
    return [np.zeros(t.shape) if t.grad is None else t.grad.numpy() for t in made]


def recorded(program, seed, backend):
    recorder = Recorder(backend)
    made = [recorder.leaf(f"x{index}", values, "input") for index, values in enumerate(leaves(seed))]
    for name, indices in program:
        operands = [made[index % len(made)] for index in indices]
        if name in ("matmul", "transpose") and not wide(operands, lambda t: recorder.numpy(t).shape):
            name, operands = "tanh", operands[:1]
        made.append(getattr(recorder, name)(*operands))
    return recorder.graph(recorder.mean(made[-1]))


def contributions(backend, graph):
    """What comes down every edge, in the order of the backward pass."""
    return [part for index in backward_order(graph) for part in downstream(backend, graph, index)]


@settings(max_examples=60)
@given(program=programs(), seed=st.integers(0, 2**32 - 1))
def test_contributions_add_up_to_torchs_gradient_in_graphs_with_shared_tensors(program, seed):
    expected = on_torch(program, seed)
    for name in backends.names():
        backend = backends.get(name)
        graph = recorded(program, seed, backend)
        sums = [np.zeros(node.value.shape) for node in graph]
        for part in contributions(backend, graph):
            assert part.value.shape == graph[part.input].value.shape
            sums[part.input] = sums[part.input] + part.value
        largest = max(1.0, *(np.abs(gradient).max() for gradient in expected))
        for index, gradient in enumerate(expected):
            assert np.abs(sums[index] - gradient).max() <= 1e-13 * largest


def test_x_times_x_has_two_edges_that_bring_half_each(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", 3.0, "input")
    graph = recorder.graph(recorder.multiply(x, x))
    first, second = contributions(backend, graph)
    assert (first.position, second.position, first.input, second.input) == (0, 1, 0, 0)
    assert (first.value, second.value, graph[0].gradient) == (3.0, 3.0, 6.0)
    assert uses(graph, 0) == ((1, 0), (1, 1))
    assert len(arriving(backend, graph, 0)) == 2


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_networks_contributions_add_up_to_its_gradients(backend, make_trainer, digits, loss, dtype):
    trainer = make_trainer(backend, loss=loss, network=Network([64, 12, 8, 10], "tanh"), dtype=dtype)
    graph = trainer.record_pass(digits.x_test[:5], digits.y_test[:5])
    rounding = 1e-6 if dtype == "float32" else 1e-14
    for node in graph:
        parts = arriving(backend, graph, node.index)
        assert all(part.value.dtype == dtype for part in parts)
        if node.gradient is not None and parts:
            assert oracles.difference(sum(part.value for part in parts), node.gradient) <= rounding
    assert not arriving(backend, graph, graph.named("y").index)


def test_a_contribution_knows_its_edge_and_its_rule(backend, make_trainer, digits):
    graph = make_trainer(backend).record_pass(digits.x_test[:2], digits.y_test[:2])
    node = graph.named("matmul 2")
    to_x, to_w = downstream(backend, graph, node.index)
    assert (graph[to_x.input].name, graph[to_w.input].name) == ("relu 1", "W2")
    assert to_w.rule == OPERATIONS["matmul"].rules[1]
    assert to_w.local == OPERATIONS["matmul"].local[1]
    np.testing.assert_array_equal(to_w.upstream, node.gradient)
    np.testing.assert_allclose(to_w.value, graph.named("relu 1").value.T @ node.gradient, rtol=1e-5, atol=1e-7)


def test_what_is_not_differentiated_gets_nothing(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", np.array([1.0, 2.0]), "input")
    c = recorder.leaf("c", np.array([3.0, 4.0]), "constant", requires_grad=False)
    graph = recorder.graph(recorder.sum(recorder.multiply(recorder.negative(c), x)))
    assert [part.input for part in contributions(backend, graph)] == [3, 0]
    assert downstream(backend, graph, 2) == ()  # −c: nothing below it is differentiated
    assert forward_order(graph) == (2, 3, 4)
    assert backward_order(graph) == (4, 3)


def test_the_options_of_an_operation_are_those_it_had(backend):
    recorder = Recorder(backend)
    x = recorder.leaf("x", np.arange(6.0).reshape(2, 3), "input")
    turned = recorder.transpose(recorder.reshape(x, (3, 2)), axes=(1, 0))
    graph = recorder.graph(recorder.sum(recorder.mean(turned, 1, keepdims=True)))
    for node in graph[:-1]:
        (part,) = arriving(backend, graph, node.index)
        np.testing.assert_allclose(part.value, node.gradient, rtol=1e-15)
    np.testing.assert_allclose(graph[0].gradient, np.full((2, 3), 1 / 3))
