"""The contract of every backend at kinks, ties and extremes: the stated conventions, and plain torch.autograd."""

import numpy as np
import pytest
import torch

ANYTHING = [0.0, -0.0, 1e-30, -1e-30, 0.5, -0.5, 3.0, -3.0, 30.0, -30.0, 1000.0, -1000.0]
TORCH = {
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "abs": torch.abs,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
    "power": torch.pow,
    "maximum": torch.maximum,
    "divide": torch.div,
    "multiply": torch.mul,
    "log_softmax": lambda a: torch.log_softmax(a, -1),
}


def with_torch(operation, inputs, upstream):
    """Value and gradients by torch.autograd alone."""
    leaves = [torch.from_numpy(x.copy()).requires_grad_() for x in inputs]
    y = TORCH[operation](*leaves)
    y.backward(torch.from_numpy(upstream.copy()))
    return y.detach().numpy(), [leaf.grad.numpy() for leaf in leaves]


def with_backend(backend, operation, inputs, upstream):
    tensors = [backend.tensor(x, requires_grad=True) for x in inputs]
    with np.errstate(all="ignore"):
        y = getattr(backend, operation)(*tensors)
        return backend.numpy(y), [backend.numpy(g) for g in backend.gradients(y, tensors, upstream)]


def assert_as_torch(backend, operation, *inputs, absolute=0.0):
    upstream = np.linspace(0.5, 2.0, np.broadcast(*inputs).size, dtype=inputs[0].dtype)
    upstream = upstream.reshape(np.broadcast(*inputs).shape)
    tolerance = 3e-6 if inputs[0].dtype == np.float32 else 1e-14
    value, gradients = with_backend(backend, operation, inputs, upstream)
    expected, expected_gradients = with_torch(operation, inputs, upstream)
    for found, right in zip((value, *gradients), (expected, *expected_gradients), strict=True):
        assert found.dtype == right.dtype
        np.testing.assert_allclose(found, right, rtol=tolerance, atol=max(absolute, np.finfo(right.dtype).tiny))


@pytest.mark.parametrize(
    ("operation", "at", "slope"), [("relu", 0.0, 0.0), ("relu", -0.0, 0.0), ("abs", 0.0, 0.0), ("abs", -0.0, 0.0)]
)
def test_the_slope_at_a_kink(backend, operation, at, slope):
    value, (gradient,) = with_backend(backend, operation, [np.array([at, 2.0])], np.array([7.0, 7.0]))
    np.testing.assert_array_equal(value, [0, 2])
    np.testing.assert_array_equal(gradient, [7 * slope, 7.0])


def test_a_tie_is_shared(backend):
    a, b = np.array([1.0, 2.0, 3.0, 0.0]), np.array([2.0, 2.0, 2.0, -0.0])
    _, (to_a, to_b) = with_backend(backend, "maximum", [a, b], np.full(4, 6.0))
    np.testing.assert_array_equal(to_a, [0, 3, 6, 3])
    np.testing.assert_array_equal(to_b, [6, 3, 0, 3])


def test_the_larger_of_a_tensor_and_itself_has_slope_one(backend):
    x = backend.tensor([1.0, 2.0], requires_grad=True)
    gradient = backend.gradients(backend.maximum(x, x), [x], np.ones(2))[0]
    np.testing.assert_array_equal(backend.numpy(gradient), [1, 1])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("operation", ["sin", "cos", "abs", "relu", "sigmoid", "tanh", "softplus", "exp"])
def test_anywhere_on_the_line_as_torch(backend, operation, dtype):
    assert_as_torch(backend, operation, np.array(ANYTHING, dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("operation", ["log", "sqrt"])
def test_at_zero_and_below_as_torch(backend, operation, dtype):
    assert_as_torch(backend, operation, np.array([0.0, 1e-30, 1e30, -1.0], dtype))


@pytest.mark.parametrize("operation", ["relu", "abs", "sigmoid", "tanh", "softplus", "exp"])
def test_infinities_as_torch(backend, operation):
    assert_as_torch(backend, operation, np.array([np.inf, -np.inf]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_powers_at_and_below_zero_as_torch(backend, dtype):
    base = np.array([0, 0, 0, 0, 0, 0, -2, -2, -2, 2, 2, np.inf, np.nan], dtype)
    exponent = np.array([0, 1, 0.5, 2, 3, -1, 3, 2, 0.5, 0, -2, 0, 0], dtype)
    assert_as_torch(backend, "power", base, exponent)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
def test_whole_powers_of_zero(backend, exponent):
    x = backend.tensor(np.array([0.0, 2.0]), requires_grad=True)
    gradient = backend.numpy(backend.gradients(backend.power(x, exponent), [x], np.ones(2))[0])
    np.testing.assert_array_equal(gradient, [1.0 if exponent == 1 else 0.0, exponent * 2.0 ** (exponent - 1)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ties_and_infinities_as_torch(backend, dtype):
    values = np.array([-np.inf, -1, -0.0, 0, 1, 1000, np.inf], dtype)
    assert_as_torch(backend, "maximum", values[:, None], values)


@pytest.mark.parametrize("scale", [1.0, 1e-25, 1e-12, 1e12, 1e25])
def test_quotients_of_very_small_and_large_numbers_as_torch(backend, scale):
    a, b = np.array([1, -2, 3], "float32") * np.float32(scale), np.array([2, 4, -5], "float32") * np.float32(scale)
    assert_as_torch(backend, "divide", a, b)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scores_of_any_size_as_torch(backend, dtype):
    rows = [[1000, -1000, 0], [-1000, -1000, -1000], [0, 0, 0], [1e-5, -1e-5, 0], [-np.inf, 0, 1], [30, 0, -30]]
    cancelled = 4 * np.finfo(dtype).eps  # upstream − softmax · sum(upstream) is near 0 for some
    assert_as_torch(backend, "log_softmax", np.array(rows, dtype), absolute=cancelled)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_cross_entropy_of_scores_of_any_size_as_torch(backend, dtype, label):
    rows = np.array([[1000, -1000, 0], [-1000, -1000, -1000], [0, 0, 0], [30, 0, -30], [1e-5, -1e-5, 0]], dtype)
    labels = np.full(len(rows), label)
    theirs = torch.from_numpy(rows).requires_grad_()
    expected = torch.nn.functional.cross_entropy(theirs, torch.from_numpy(labels))
    expected.backward()
    ours = backend.tensor(rows, requires_grad=True)
    loss = backend.cross_entropy(ours, backend.tensor(labels))
    gradient = backend.numpy(backend.gradients(loss, [ours])[0])
    assert backend.numpy(loss).dtype == gradient.dtype == dtype
    tolerance = 1e-6 if dtype == "float32" else 1e-14
    np.testing.assert_allclose(backend.numpy(loss), expected.item(), rtol=tolerance)
    np.testing.assert_allclose(gradient, theirs.grad.numpy(), rtol=tolerance, atol=tolerance / 10)


@pytest.mark.parametrize("operation", ["relu", "abs", "sigmoid", "tanh", "softplus", "exp", "log", "sqrt", "negative"])
def test_nan_is_never_hidden(backend, operation):
    with np.errstate(invalid="ignore"):
        result = backend.numpy(getattr(backend, operation)(backend.tensor(np.array([np.nan, 0.5]))))
    np.testing.assert_array_equal(np.isnan(result), [True, False])


@pytest.mark.parametrize("operation", ["maximum", "add", "multiply"])
def test_nan_is_never_hidden_on_either_side(backend, operation):
    a, b = backend.tensor(np.array([np.nan, 1.0, 1.0])), backend.tensor(np.array([1.0, np.nan, 1.0]))
    result = backend.numpy(getattr(backend, operation)(a, b))
    np.testing.assert_array_equal(np.isnan(result), [True, True, False])


def test_nan_in_one_score_makes_the_loss_nan(backend):
    scores = backend.tensor(np.array([[0.0, np.nan], [0.0, 1.0]]))
    assert np.isnan(backend.numpy(backend.cross_entropy(scores, backend.tensor(np.array([0, 1])))))
