"""The contract of every backend: shapes that do not fit raise `InvalidShape`, which names them."""

import numpy as np
import pytest

from engines.errors import InvalidShape
from tests.engines.backends.cases import BINARY


@pytest.mark.parametrize("operation", BINARY)
@pytest.mark.parametrize("shapes", [((2, 3), (2, 4)), ((3,), (2,)), ((2, 3), (2,)), ((2, 1, 3), (2, 2, 2))])
def test_operands_that_do_not_broadcast(backend, operation, shapes):
    with pytest.raises(InvalidShape) as error:
        getattr(backend, operation)(*(backend.tensor(np.ones(shape)) for shape in shapes))
    assert all(str(part) in str(error.value) for part in (operation, *shapes))


@pytest.mark.parametrize(
    "shapes",
    [
        ((2, 3), (2, 3)),
        ((3,), (2,)),
        ((2, 3), (4,)),
        ((), (2, 2)),
        ((2, 2), ()),
        ((3, 2, 2), (2, 2, 2)),
        ((2, 0), (1, 2)),
    ],
    ids=str,
)
def test_matrices_that_do_not_fit(backend, shapes):
    with pytest.raises(InvalidShape) as error:
        backend.matmul(*(backend.tensor(np.ones(shape)) for shape in shapes))
    assert all(str(part) in str(error.value) for part in ("matmul", *shapes))


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("sum", {"axis": 2}),
        ("sum", {"axis": -3}),
        ("sum", {"axis": (0, 0)}),
        ("sum", {"axis": (0, -2)}),
        ("mean", {"axis": 2}),
        ("mean", {"axis": (1, 1), "keepdims": True}),
        ("reshape", {"shape": (4,)}),
        ("reshape", {"shape": (-1, -1)}),
        ("reshape", {"shape": (-1, 4)}),
        ("reshape", {"shape": (2, 3, 2)}),
        ("reshape", {"shape": "ab"}),
        ("transpose", {"axes": (0,)}),
        ("transpose", {"axes": (0, 0)}),
        ("transpose", {"axes": (0, 2)}),
        ("transpose", {"axes": (0, 1, 2)}),
        ("log_softmax", {"axis": 2}),
        ("log_softmax", {"axis": -3}),
    ],
    ids=str,
)
def test_options_that_do_not_fit(backend, operation, options):
    with pytest.raises(InvalidShape) as error:
        getattr(backend, operation)(backend.tensor(np.ones((2, 3))), **options)
    assert operation in str(error.value)
    assert "(2, 3)" in str(error.value)


@pytest.mark.parametrize(
    ("shape", "labels"),
    [
        ((3, 4), [0, 1, 4]),
        ((3, 4), [0, 1, -1]),
        ((3, 4), [0, 1, -100]),
        ((3, 4), [0, 1]),
        ((3, 4), [0, 1, 2, 3]),
        ((3, 4), [[0], [1], [2]]),
        ((3, 4), 1),
        ((3, 4), [0.0, 1.0, 2.0]),
        ((3, 4), np.eye(4)[:3]),
        ((3, 4), [0, 1, 2**62]),
        ((0, 4), np.zeros(0, np.int64)),
        ((4,), 1),
        ((4,), [1]),
        ((3, 4, 2), np.zeros((3, 2), np.int64)),
    ],
    ids=str,
)
def test_scores_and_labels_that_do_not_fit(backend, shape, labels):
    with pytest.raises(InvalidShape) as error:
        backend.cross_entropy(backend.tensor(np.zeros(shape)), backend.tensor(np.asarray(labels)))
    assert "cross_entropy" in str(error.value)
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64"])
def test_labels_may_be_whole_numbers_of_any_size(backend, dtype):
    scores, labels = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]), np.array([2, 0], dtype)
    loss = backend.numpy(backend.cross_entropy(backend.tensor(scores), backend.tensor(labels)))
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(loss, -np.log(probabilities[[0, 1], [2, 0]]).mean(), rtol=1e-14)
