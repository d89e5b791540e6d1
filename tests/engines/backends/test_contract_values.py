"""The contract of every backend: the value of each operation, its shape and dtype."""

import numpy as np
import pytest

from engines.operations import OPERATIONS
from tests.engines.backends.cases import BINARY, CASES


def test_every_operation_has_cases():
    assert {case.operation for case in CASES} == OPERATIONS.keys()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value(backend, case):
    for dtype, tolerance in (("float64", 1e-13), ("float32", 1e-5)):
        inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in case.inputs]
        result = backend.numpy(case.run(backend, case.tensors(backend, inputs)))
        expected = case.expected(*inputs)
        assert (result.shape, result.dtype) == (expected.shape, dtype)
        np.testing.assert_allclose(result, expected.astype(np.float64), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("operation", BINARY)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("number", [2, 0.5])
def test_a_python_number_on_either_side_takes_the_tensors_dtype(backend, operation, dtype, number):
    values = np.array([0.25, 3.0], dtype)  # 0.5 and 2 between them: maximum takes one of each
    numbers = np.full_like(values, number)
    operate = getattr(backend, operation)
    for result, expected in (
        (operate(backend.tensor(values), number), operate(backend.tensor(values), backend.tensor(numbers))),
        (operate(number, backend.tensor(values)), operate(backend.tensor(numbers), backend.tensor(values))),
    ):
        assert backend.numpy(result).dtype == dtype
        np.testing.assert_allclose(backend.numpy(result), backend.numpy(expected), rtol=1e-6)


@pytest.mark.parametrize("operation", BINARY)
def test_arrays_are_operands_as_well_as_tensors(backend, operation):
    a, b = np.array([1.5, 2.0]), np.array([[0.5], [3.0]])
    operate = getattr(backend, operation)
    expected = backend.numpy(operate(backend.tensor(a), backend.tensor(b)))
    for left, right in ((a, backend.tensor(b)), (backend.tensor(a), b), (backend.array(a), backend.tensor(b))):
        np.testing.assert_array_equal(backend.numpy(operate(left, right)), expected)


@pytest.mark.parametrize(
    "values", [3.0, [1, 2], [[1.5, 2.5]], np.float32([1, 2]), np.arange(6).reshape(2, 3), np.ones((0, 2))], ids=repr
)
def test_a_tensor_holds_the_values_it_was_made_of(backend, values):
    for requires_grad in (False, True):
        tensor = backend.tensor(values, requires_grad)
        np.testing.assert_array_equal(backend.numpy(tensor), np.asarray(values))
        if not requires_grad:
            assert backend.numpy(tensor).dtype == np.asarray(values).dtype


@pytest.mark.parametrize("shape", [(1,), (1, 3), (3, 1), (1, 1)])
def test_a_reversed_view_of_one_row_can_be_taken_up(backend, shape):
    values = np.arange(1.0, 4.0)[: max(shape)].reshape(shape)
    flipped = values[tuple(slice(None, None, -1) for _ in shape)]  # one entry backwards is still contiguous
    np.testing.assert_array_equal(backend.numpy(backend.tensor(flipped)), flipped)
    np.testing.assert_array_equal(backend.numpy(backend.array(flipped)), flipped)


def test_whole_numbers_become_float64_where_a_gradient_is_required(backend):
    x = backend.tensor([1, 2, 3], requires_grad=True)
    assert backend.numpy(x).dtype == "float64"
    gradient = backend.numpy(backend.gradients(backend.sum(backend.multiply(x, x)), [x])[0])
    np.testing.assert_array_equal(gradient, [2.0, 4.0, 6.0])


def test_an_array_is_a_copy(backend):
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    array = backend.array(values)
    values[:] = 0
    np.testing.assert_array_equal(backend.numpy(array), [[1, 2], [3, 4]])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_an_array_keeps_shape_and_dtype(backend, dtype):
    for shape in ((), (3,), (2, 0), (2, 3)):
        array = backend.numpy(backend.array(np.ones(shape, dtype)))
        assert (array.shape, array.dtype) == (shape, dtype)


def test_a_tensor_of_a_tensor_is_a_new_leaf(backend):
    x = backend.tensor([1.0, 2.0], requires_grad=True)
    y = backend.tensor(backend.exp(x), requires_grad=True)
    to_x, to_y = backend.gradients(backend.sum(backend.multiply(y, y)), [x, y])
    np.testing.assert_array_equal(backend.numpy(to_x), [0, 0])
    np.testing.assert_allclose(backend.numpy(to_y), 2 * np.exp([1.0, 2.0]), rtol=1e-15)
