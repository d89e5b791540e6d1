"""The backend interface itself: what a third party must write, and what it gets for nothing."""

import inspect

import numpy as np
import pytest

from engines.backends.base import Backend
from engines.backends.numpy_backend import NumpyBackend
from engines.errors import InvalidShape
from engines.operations import OPERATIONS


class Composed(Backend):
    """The NumPy engine without its fused cross-entropy: as a third party's first version would be."""

    name, label, version = "composed", "Composed", "1"
    array, tensor, numpy, gradients = (vars(NumpyBackend)[n] for n in ("array", "tensor", "numpy", "gradients"))


for _name in OPERATIONS.keys() - {"cross_entropy"}:
    setattr(Composed, _name, vars(NumpyBackend)[_name])
Composed.__abstractmethods__ = frozenset()


def test_a_backend_is_the_operations_and_four_questions():
    public = {name for name, _ in inspect.getmembers(Backend, inspect.isfunction) if not name.startswith("_")}
    assert public == OPERATIONS.keys() | {"array", "tensor", "numpy", "gradients"}


def test_only_cross_entropy_comes_for_nothing():
    assert Backend.__abstractmethods__ == OPERATIONS.keys() - {"cross_entropy"} | {
        "array",
        "tensor",
        "numpy",
        "gradients",
    }


def test_an_unfinished_backend_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        type("Unfinished", (Backend,), {"matmul": lambda self, a, b: a})()


def test_every_backend_implements_the_operations_itself(backend):
    inherited = {name for name in OPERATIONS if getattr(type(backend), name) is getattr(Backend, name)}
    assert inherited <= {"cross_entropy"}


def test_every_backend_says_what_it_is(backend):
    assert all(isinstance(text, str) and text for text in (backend.name, backend.label, backend.version))


def test_the_composed_cross_entropy_is_the_fused_one():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(6, 4)) * 3, rng.integers(0, 4, 6)
    results = []
    for backend in (Composed(), NumpyBackend()):
        leaf = backend.tensor(scores, requires_grad=True)
        loss = backend.cross_entropy(leaf, backend.tensor(labels))
        results.append((backend.numpy(loss), *backend.gradients(loss, [leaf])))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-15)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-13, atol=1e-16)


def test_the_composed_cross_entropy_keeps_float32():
    backend = Composed()
    loss = backend.cross_entropy(backend.tensor(np.ones((2, 3), np.float32)), backend.tensor(np.array([0, 2])))
    assert backend.numpy(loss).dtype == "float32"
    np.testing.assert_allclose(backend.numpy(loss), np.log(3), rtol=1e-6)


@pytest.mark.parametrize("labels", [[0, 3], [0, -1], [0], [0.0, 1.0], [[0], [1]], []], ids=str)
def test_the_composed_cross_entropy_refuses_the_same(labels):
    backend = Composed()
    with pytest.raises(InvalidShape):
        backend.cross_entropy(backend.tensor(np.ones((2, 3))), backend.tensor(np.array(labels)))


@pytest.mark.parametrize("error", [ValueError, RuntimeError, IndexError, TypeError])
def test_whatever_a_library_raises_becomes_a_clear_error(error):
    def fails(self, a, b):
        raise error("the library's own words.")

    backend = type("Failing", (NumpyBackend,), {"matmul": fails})()
    with pytest.raises(InvalidShape) as caught:
        backend.matmul(np.ones((2, 3)), backend.tensor(np.ones((4, 5))))
    assert str(caught.value) == "matmul cannot take operands of shape (2, 3) and (4, 5): the library's own words."
    assert isinstance(caught.value.__cause__, error)


def test_an_error_that_is_clear_already_is_kept():
    own = InvalidShape("Only {n} rows.", n=3)

    def fails(self, a):
        raise own

    with pytest.raises(InvalidShape) as caught:
        type("Failing", (NumpyBackend,), {"exp": fails})().exp(1.0)
    assert caught.value is own
