"""The contract of every backend: gradients through whole graphs, and where there are none."""

import numpy as np
import pytest

from engines.errors import InvalidShape, NotDifferentiable


def leaf(backend, values):
    return backend.tensor(np.array(values, np.float64), requires_grad=True)


def gradients(backend, output, wrt, upstream=None):
    return [backend.numpy(gradient) for gradient in backend.gradients(output, wrt, upstream)]


def test_a_tensor_used_twice_gets_both_contributions(backend):
    x = leaf(backend, [1.0, -2.0, 3.0])
    np.testing.assert_array_equal(gradients(backend, backend.multiply(x, x), [x], np.ones(3))[0], [2, -4, 6])
    np.testing.assert_array_equal(gradients(backend, backend.add(x, x), [x], np.ones(3))[0], [2, 2, 2])
    np.testing.assert_array_equal(gradients(backend, backend.subtract(x, x), [x], np.ones(3))[0], [0, 0, 0])
    np.testing.assert_allclose(gradients(backend, backend.divide(x, x), [x], np.ones(3))[0], [0, 0, 0], atol=1e-16)


def test_a_matrix_times_itself(backend):
    values = np.arange(9.0).reshape(3, 3)
    x, ones = leaf(backend, values), np.ones((3, 3))
    found = gradients(backend, backend.matmul(x, x), [x], ones)[0]
    np.testing.assert_array_equal(found, ones @ values.T + values.T @ ones)


def test_where_paths_of_different_length_meet(backend):
    x = leaf(backend, 0.7)
    short = backend.multiply(x, 3.0)
    long = backend.exp(backend.sin(backend.multiply(short, 2.0)))
    found = gradients(backend, backend.multiply(backend.add(short, long), x), [x])[0]  # (3x + e^sin 6x) · x
    expected = 6 * 0.7 + np.exp(np.sin(4.2)) * (1 + 6 * 0.7 * np.cos(4.2))
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("first", ["short", "long"])
def test_the_shorter_path_waits_for_the_longer(backend, first):
    """Whichever operand comes first: a result hands its gradient on when all of it has arrived."""
    x = leaf(backend, 0.7)
    paths = {"short": backend.multiply(x, 3.0)}
    paths["long"] = backend.exp(backend.sin(backend.multiply(paths["short"], 2.0)))
    ordered = [paths[first], *(path for name, path in paths.items() if name != first)]
    found = gradients(backend, backend.multiply(*ordered), [x])[0]  # 3x · e^sin 6x
    expected = 3 * np.exp(np.sin(4.2)) * (1 + 6 * 0.7 * np.cos(4.2))
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("first", ["shallow", "deep"])
def test_a_result_is_as_deep_as_its_deepest_input(backend, first):
    """The sum of a shallow and a deep result feeds the deep one's own source: that source must wait for it."""
    x = leaf(backend, 0.7)
    shallow = backend.multiply(x, 3.0)
    source = backend.exp(backend.sin(shallow))
    deep = backend.sin(backend.sin(source))
    total = backend.add(shallow, deep) if first == "shallow" else backend.add(deep, shallow)
    u, du = np.exp(np.sin(2.1)), 3 * np.cos(2.1) * np.exp(np.sin(2.1))
    w, dw = 2.1 + np.sin(np.sin(u)), 3 + np.cos(np.sin(u)) * np.cos(u) * du
    for output in (backend.multiply(total, source), backend.multiply(source, total)):
        np.testing.assert_allclose(gradients(backend, output, [x])[0], dw * u + w * du, rtol=1e-13)


def test_a_shared_result_is_walked_once(backend):
    x = leaf(backend, 1.0)
    y = x
    for _ in range(60):  # 2⁶⁰ paths, 60 edges
        y = backend.add(y, y)
    assert gradients(backend, y, [x])[0] == 2.0**60


def test_a_chain_a_thousand_deep(backend):
    x = leaf(backend, 0.5)
    y = x
    for _ in range(1000):
        y = backend.sin(y)
    slope, value = 1.0, 0.5
    for _ in range(1000):
        slope, value = slope * np.cos(value), np.sin(value)
    np.testing.assert_allclose(gradients(backend, y, [x])[0], slope, rtol=1e-11)


def test_inner_results_have_gradients_too(backend):
    x = leaf(backend, [0.3, 0.6])
    inner = backend.exp(x)
    output = backend.sum(backend.multiply(inner, inner))
    to_x, to_inner, to_output = gradients(backend, output, [x, inner, output])
    np.testing.assert_allclose(to_inner, 2 * np.exp([0.3, 0.6]), rtol=1e-15)
    np.testing.assert_allclose(to_x, 2 * np.exp([0.6, 1.2]), rtol=1e-15)
    np.testing.assert_array_equal(to_output, 1.0)


def test_upstream_times_local_is_downstream(backend):
    x, upstream = leaf(backend, [0.3, 0.6]), np.array([10.0, -1.0])
    for given in (upstream, upstream.tolist(), backend.array(upstream), backend.tensor(upstream)):
        found = gradients(backend, backend.exp(x), [x], given)[0]
        np.testing.assert_allclose(found, upstream * np.exp([0.3, 0.6]), rtol=1e-15)


def test_one_number_of_any_rank_needs_no_upstream(backend):
    for shape in ((), (1,), (1, 1)):
        x = leaf(backend, np.full(shape, 3.0))
        found = gradients(backend, backend.multiply(x, x), [x])[0]
        assert found.shape == shape
        assert found.item() == 6.0


def test_what_the_output_does_not_depend_on_gets_zeros(backend):
    x, other = leaf(backend, [1.0, 2.0]), leaf(backend, [[3.0], [4.0]])
    constant = backend.tensor([5.0, 6.0])
    beside = backend.exp(other)
    for output in (backend.sum(x), backend.sum(constant)):
        to_other, to_beside = gradients(backend, output, [other, beside])
        np.testing.assert_array_equal(to_other, np.zeros((2, 1)))
        np.testing.assert_array_equal(to_beside, np.zeros((2, 1)))


def test_gradients_of_no_tensors_are_none(backend):
    assert list(backend.gradients(backend.exp(leaf(backend, 1.0)), [])) == []


def test_the_same_tensor_may_be_asked_for_twice(backend):
    x = leaf(backend, 3.0)
    assert [g.item() for g in gradients(backend, backend.multiply(x, x), [x, x])] == [6.0, 6.0]


def test_gradients_can_be_asked_for_again(backend):
    x = leaf(backend, [[0.3, -0.6], [1.0, 2.0]])
    y = backend.sum(backend.tanh(backend.matmul(x, x)))
    first = gradients(backend, y, [x])[0].copy()
    np.testing.assert_array_equal(gradients(backend, y, [x])[0], first)


def test_a_constant_costs_its_partner_nothing(backend):
    x, constant = leaf(backend, [1.0, 2.0]), backend.tensor(np.array([3.0, 4.0]))
    for output in (backend.multiply(x, constant), backend.multiply(constant, x)):
        np.testing.assert_array_equal(gradients(backend, output, [x], np.ones(2))[0], [3, 4])


def test_what_needs_no_gradient_has_none(backend):
    x, constant = leaf(backend, 2.0), backend.tensor(3.0)
    product = backend.multiply(x, constant)
    for output, wrt in (
        (product, [constant]),
        (product, [x, constant]),
        (backend.exp(x), [constant]),
        (constant, [constant]),
        (product, [backend.exp(constant)]),
    ):
        with pytest.raises(NotDifferentiable, match="does not require a gradient"):
            backend.gradients(output, wrt)


@pytest.mark.parametrize("shape", [(2,), (1, 3), (0,)])
def test_more_than_one_number_needs_an_upstream(backend, shape):
    x = leaf(backend, np.ones(shape))
    with pytest.raises(NotDifferentiable) as error:
        backend.gradients(backend.exp(x), [x])
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (1, 2)])
def test_an_upstream_of_another_shape_is_refused(backend, shape):
    x = leaf(backend, [1.0, 2.0])
    with pytest.raises(InvalidShape) as error:
        backend.gradients(backend.exp(x), [x], np.ones(shape))
    assert str(shape) in str(error.value)
    assert "(2,)" in str(error.value)
