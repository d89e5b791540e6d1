"""The contract of every backend: the gradient of each operation for each input, against central differences."""

import hypothesis
import hypothesis.extra.numpy as numpy_strategies
import numpy as np
import pytest
from hypothesis import strategies

from tests.engines.backends.cases import BINARY, CASES, OF_OPERATION, Case, draw
from tests.engines.oracles import AUDIT_LIMIT, audit_error, central_differences


def random_upstream(case):
    return np.random.default_rng(3).normal(size=case.expected().shape)


def audit(backend, case):
    """The largest error of any input's gradient of sum(upstream · operation)."""
    upstream = random_upstream(case)

    def weighted_sum(*inputs):
        return float((upstream * case.expected(*inputs)).sum())

    analytic = case.gradients(backend, upstream)
    for index, gradient in zip(case.differentiable, analytic, strict=True):
        assert gradient.shape == case.inputs[index].shape
        assert gradient.dtype == "float64"
    return max(
        audit_error(gradient, central_differences(weighted_sum, case.inputs, index))
        for index, gradient in zip(case.differentiable, analytic, strict=True)
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradient(backend, case):
    assert audit(backend, case) < AUDIT_LIMIT


@hypothesis.given(
    operation=strategies.sampled_from(BINARY),
    shapes=numpy_strategies.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=3),
    seed=strategies.integers(0, 2**32),
)
@hypothesis.settings(max_examples=60)
def test_gradient_of_any_broadcast(backend, operation, shapes, seed):
    rng = np.random.default_rng(seed)
    case = Case(operation, tuple(np.asarray(draw(rng, operation, i, s)) for i, s in enumerate(shapes.input_shapes)))
    assert backend.numpy(case.run(backend, case.inputs)).shape == shapes.result_shape
    assert audit(backend, case) < AUDIT_LIMIT


@pytest.mark.parametrize("operation", OF_OPERATION)
def test_gradient_in_float32(backend, operation):
    for case in OF_OPERATION[operation]:
        inputs = [x.astype("float32") if x.dtype.kind == "f" else x for x in case.inputs]
        upstream = random_upstream(case)
        singles = case.gradients(backend, upstream.astype("float32"), inputs)
        for single, double in zip(singles, case.gradients(backend, upstream), strict=True):
            assert single.dtype == "float32", case
            np.testing.assert_allclose(single, double, rtol=2e-5, atol=2e-5, err_msg=str(case))


LAYOUTS = {
    "columns first": lambda x: np.array(x, order="F"),
    "reversed": lambda x: x[::-1].copy()[::-1] if x.ndim and len(x) > 1 else x,
    "every second": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "read-only": lambda x: np.broadcast_to(x, x.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("operation", OF_OPERATION)
def test_the_layout_in_memory_changes_no_number(backend, operation, layout):
    for case in OF_OPERATION[operation]:
        upstream, inputs = random_upstream(case), [LAYOUTS[layout](x) for x in case.inputs]
        result = backend.numpy(case.run(backend, case.tensors(backend, inputs)))
        plain = case.gradients(backend, upstream)
        close = {"rtol": 1e-12, "atol": 1e-14, "err_msg": str(case)}
        np.testing.assert_allclose(result, case.expected().astype(np.float64), **close)
        for gradient, expected in zip(case.gradients(backend, LAYOUTS[layout](upstream), inputs), plain, strict=True):
            np.testing.assert_allclose(gradient, expected, **close)


@pytest.mark.parametrize("operation", ["sum", "mean"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_over_no_axes_nothing_is_added_up(backend, operation, keepdims):
    values, upstream = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    case = Case(operation, (values,), {"axis": (), "keepdims": keepdims})
    np.testing.assert_array_equal(backend.numpy(case.run(backend, case.tensors(backend))), values)
    np.testing.assert_array_equal(case.gradients(backend, upstream)[0], upstream)


def test_a_single_class_is_always_right(backend):
    case = Case("cross_entropy", (np.array([[3.0], [-2.0]]), np.array([0, 0])), constants=1)
    assert backend.numpy(case.run(backend, case.tensors(backend))) == 0
    np.testing.assert_array_equal(case.gradients(backend, 1.0)[0], [[0], [0]])


def test_cross_entropy_of_transposed_scores(backend):
    scores, labels = np.random.default_rng(0).normal(size=(4, 3)), np.array([2, 0, 3])
    leaf = backend.tensor(scores, requires_grad=True)
    loss = backend.cross_entropy(backend.transpose(leaf), backend.tensor(labels))
    gradient = backend.numpy(backend.gradients(loss, [leaf])[0])
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=0)
    np.testing.assert_allclose(gradient, (probabilities - np.eye(4)[:, labels]) / 3, rtol=1e-13)


@pytest.mark.parametrize("operation", OF_OPERATION)
def test_nothing_given_is_changed(backend, operation):
    for case in OF_OPERATION[operation]:
        upstream = random_upstream(case)
        inputs, given = [x.copy() for x in case.inputs], upstream.copy()
        first = [gradient.copy() for gradient in case.gradients(backend, given, inputs)]
        for x, kept in zip((*inputs, given), (*case.inputs, upstream), strict=True):
            np.testing.assert_array_equal(x, kept, err_msg=str(case))
        for again, before in zip(case.gradients(backend, given, inputs), first, strict=True):
            np.testing.assert_array_equal(again, before, err_msg=str(case))
