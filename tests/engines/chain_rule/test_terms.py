"""Terms and local derivatives: what a page shows of them against Jacobians by central differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import backends
from engines.chain_rule.edges import downstream
from engines.chain_rule.terms import terms
from engines.operations import OPERATIONS
from engines.recording import Recorder


def entrywise(derivative):
    """The Jacobian ∂y/∂operand of a broadcasting operation from the derivative entry by entry."""

    def jacobian(values, position, y):
        wide = [np.broadcast_to(value, y.shape) for value in values]
        local = np.broadcast_to(derivative(*wide), y.shape)
        indices = np.broadcast_to(np.arange(values[position].size).reshape(values[position].shape), y.shape)
        reached = indices[..., None] == np.arange(values[position].size)
        return (local[..., None] * reached).reshape(*y.shape, *values[position].shape)

    return jacobian


def by_matrix_product(values, position, y):
    a, b = values
    if position == 0:
        return np.einsum("ip,kj->ijpk", np.eye(len(a)), b)
    return np.einsum("ik,jp->ijkp", a, np.eye(b.shape[1]))


def by_log_softmax(values, position, y):
    rows, classes = y.shape
    block = np.eye(classes)[None] - np.exp(y)[:, None, :]
    return np.einsum("ri,rcj->rcij", np.eye(rows), block)


def by_cross_entropy(values, position, y):
    a, t = values
    p = np.exp(a) / np.exp(a).sum(1, keepdims=True)
    return (p - np.eye(a.shape[1])[t]) / len(a)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# for every operation and differentiable operand: the formula that is shown, and what it means
SHOWN = {
    "matmul": [
        (r"\partial y_{ij} / \partial a_{ik} = b_{kj}", by_matrix_product),
        (r"\partial y_{ij} / \partial b_{kj} = a_{ik}", by_matrix_product),
    ],
    "add": [("1", entrywise(lambda a, b: 1.0))] * 2,
    "subtract": [("1", entrywise(lambda a, b: 1.0)), ("-1", entrywise(lambda a, b: -1.0))],
    "multiply": [("b", entrywise(lambda a, b: b)), ("a", entrywise(lambda a, b: a))],
    "divide": [("1 / b", entrywise(lambda a, b: 1 / b)), ("-a / b^2", entrywise(lambda a, b: -a / b**2))],
    "negative": [("-1", entrywise(lambda a: -1.0))],
    "power": [
        (r"b\,a^{b-1}", entrywise(lambda a, b: b * a ** (b - 1))),
        (r"a^b \ln a", entrywise(lambda a, b: a**b * np.log(a))),
    ],
    "exp": [("e^a", entrywise(np.exp))],
    "log": [("1 / a", entrywise(lambda a: 1 / a))],
    "sqrt": [(r"1 / (2\sqrt a)", entrywise(lambda a: 1 / (2 * np.sqrt(a))))],
    "sin": [(r"\cos a", entrywise(np.cos))],
    "cos": [(r"-\sin a", entrywise(lambda a: -np.sin(a)))],
    "abs": [(r"\operatorname{sign}(a), \quad 0 \text{ at } a = 0", entrywise(np.sign))],
    "maximum": [
        (r"[a > b] + \tfrac12 [a = b]", entrywise(lambda a, b: (a > b) + 0.5 * (a == b))),
        (r"[b > a] + \tfrac12 [a = b]", entrywise(lambda a, b: (b > a) + 0.5 * (a == b))),
    ],
    "relu": [(r"[a > 0], \quad 0 \text{ at } a = 0", entrywise(lambda a: 1.0 * (a > 0)))],
    "sigmoid": [(r"y\,(1 - y)", entrywise(lambda a: sigmoid(a) * (1 - sigmoid(a))))],
    "tanh": [("1 - y^2", entrywise(lambda a: 1 - np.tanh(a) ** 2))],
    "softplus": [(r"1 / (1 + e^{-a})", entrywise(sigmoid))],
    "sum": [("1", lambda values, position, y: moved(values, y, 1.0, lambda a: a.sum(0)))],
    "mean": [("1 / n", lambda values, position, y: moved(values, y, 1 / len(values[0]), lambda a: a.sum(0)))],
    "reshape": [("1", lambda values, position, y: moved(values, y, 1.0, lambda a: a.reshape(y.shape)))],
    "transpose": [("1", lambda values, position, y: moved(values, y, 1.0, lambda a: a.T))],
    "log_softmax": [(r"\partial y_i / \partial a_j = [i = j] - e^{y_j}", by_log_softmax)],
    "cross_entropy": [(r"\partial y / \partial a_{ij} = (p_{ij} - [j = t_i]) / n", by_cross_entropy)],
}
OPTIONS = {"sum": lambda a: (0,), "mean": lambda a: (0,), "reshape": lambda a: ((a.size,),)}


def moved(values, y, derivative, move):
    """The Jacobian of what only adds up or moves entries: the derivative where an entry goes."""
    (a,) = values
    columns = [move(column.reshape(a.shape)) for column in np.eye(a.size)]
    return derivative * np.stack(columns, -1).reshape(*y.shape, *a.shape)


def operands(name, seed):
    """Operands of random shapes, away from corners; the second one of two is broadcast half of the time."""
    rng = np.random.default_rng(seed)
    rows, inner, columns = rng.integers(1, 4, 3)
    a = rng.uniform(0.3, 2.0, (rows, inner))
    if name not in ("log", "sqrt", "power"):
        a *= rng.choice([-1, 1], a.shape)
    if name == "cross_entropy":
        return [a, rng.integers(0, inner, rows)]
    if name == "matmul":
        return [a, rng.normal(size=(inner, columns))]
    if OPERATIONS[name].operands == 1:
        return [a]
    shape = (inner,) if rng.integers(2) else (rows, inner)
    b = rng.uniform(0.3, 2.0, shape)
    return [a, b] if name != "maximum" else [a, b + np.where(rng.integers(2, size=shape), 0.37, -3.0)]


def recorded(backend, name, values, upstream_seed=0):
    """The operation as node number 1 or 2, under a weighted sum, so that its upstream gradient is anything."""
    recorder = Recorder(backend)
    leaves = [recorder.leaf(f"x{i}", v, "input", requires_grad=v.dtype.kind == "f") for i, v in enumerate(values)]
    y = getattr(recorder, name)(*leaves, *OPTIONS.get(name, lambda a: ())(values[0]))
    weights = np.random.default_rng(upstream_seed).normal(size=recorder.numpy(y).shape)
    return recorder.graph(recorder.sum(recorder.multiply(y, recorder.leaf("w", weights, "constant", False))))


def by_central_differences(backend, name, values, position):
    """∂y/∂operand, (y's shape, operand's shape), from the backend's forward pass alone."""

    def y(moved):
        tensors = [backend.tensor(value) for value in moved]
        return np.array(backend.numpy(getattr(backend, name)(*tensors, *OPTIONS.get(name, lambda a: ())(values[0]))))

    columns = []
    for entry in np.ndindex(values[position].shape):
        ahead, behind = [np.array(v) for v in values], [np.array(v) for v in values]
        ahead[position][entry] += 6e-6
        behind[position][entry] -= 6e-6
        columns.append((y(ahead) - y(behind)) / (ahead[position][entry] - behind[position][entry]))
    return np.stack(columns, -1).reshape(*columns[0].shape, *values[position].shape)


def test_every_local_derivative_that_is_shown_is_checked():
    assert {name: [text for text, _ in shown] for name, shown in SHOWN.items()} == {
        name: list(operation.local) for name, operation in OPERATIONS.items()
    }


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_shown_local_derivative_is_the_jacobian(name, seed):
    values = operands(name, seed)
    for backend in map(backends.get, backends.names()):
        graph = recorded(backend, name, values, seed)
        node = graph[len(values)]
        for part in downstream(backend, graph, node.index):
            jacobian = SHOWN[name][part.position][1](values, part.position, node.value)
            measured = by_central_differences(backend, name, values, part.position)
            assert np.abs(jacobian - measured).max() <= 1e-8 * max(1, np.abs(jacobian).max())
            for entry in np.ndindex(values[part.position].shape):
                found = terms(backend, graph, part, entry)
                local = np.zeros(node.value.shape)
                for term in found:
                    local[term.entry] = term.local
                    assert term.upstream == node.gradient[term.entry]
                assert np.abs(local - jacobian[(..., *entry)]).max() <= 1e-14 * max(1, np.abs(jacobian).max())
                total = sum(term.product for term in found)
                size = sum(abs(term.product) for term in found)
                assert abs(total - part.value[entry]) <= 1e-14 * max(size, 1e-300)


def test_a_matrix_products_terms_are_its_sum(backend):
    graph = recorded(backend, "matmul", [np.ones((2, 3)), np.arange(12.0).reshape(3, 4)])
    part, to_b = downstream(backend, graph, 2)
    found = terms(backend, graph, part, (1, 2))
    assert [term.entry for term in found] == [(1, 0), (1, 1), (1, 2), (1, 3)]
    assert [term.local for term in found] == [8.0, 9.0, 10.0, 11.0]
    assert [term.entry for term in terms(backend, graph, to_b, (0, 3))] == [(0, 3), (1, 3)]


def test_a_product_that_is_zero_is_a_term_all_the_same(backend):
    graph = recorded(backend, "matmul", [np.ones((1, 2)), np.zeros((2, 3))])
    assert [term.local for term in terms(backend, graph, downstream(backend, graph, 2)[0], (0, 1))] == [0.0] * 3


def test_a_broadcast_bias_has_a_term_for_each_sample(backend):
    graph = recorded(backend, "add", [np.zeros((4, 2)), np.zeros(2)])
    found = terms(backend, graph, downstream(backend, graph, 2)[1], (1,))
    assert [(term.entry, term.local) for term in found] == [((row, 1), 1.0) for row in range(4)]


def test_float32_terms_add_up_to_rounding(backend, make_trainer, digits):
    graph = make_trainer(backend).record_pass(digits.x_test[:3], digits.y_test[:3])
    for node in graph:
        for part in downstream(backend, graph, node.index) if node.inputs else ():
            entry = tuple(int(i) for i in np.unravel_index(np.abs(part.value).argmax(), part.value.shape))
            found = terms(backend, graph, part, entry)
            size = sum(abs(term.product) for term in found)
            assert abs(sum(t.product for t in found) - part.value[entry]) <= 2**-22 * size
            assert size > 0


def test_an_entry_that_is_not_there(backend):
    graph = recorded(backend, "tanh", [np.zeros((2, 2))])
    with pytest.raises(IndexError):
        terms(backend, graph, downstream(backend, graph, 1)[0], (2, 0))
