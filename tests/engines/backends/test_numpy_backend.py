"""The NumPy engine: short to read, and what a pass has made is free again at once, by reference counting alone."""

import gc
import inspect
import tracemalloc
import weakref

import numpy as np
import pytest

from engines.backends.numpy_backend import NumpyBackend
from engines.errors import InvalidShape
from engines.operations import OPERATIONS


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def every_operation(backend, x):
    """A pass through all kinds of operation, and weak references to the arrays of all its tensors."""
    tensors = [x]
    for operation in (backend.exp, backend.sqrt, backend.log, backend.sin, backend.cos, backend.abs, backend.softplus):
        tensors.append(operation(tensors[-1]))
    for operation in (backend.relu, backend.sigmoid, backend.tanh, backend.negative, backend.log_softmax):
        tensors.append(operation(tensors[-1]))
    for operation in (backend.add, backend.subtract, backend.multiply, backend.maximum, backend.matmul):
        tensors.append(operation(tensors[-1], tensors[-2]))
    tensors.append(backend.power(backend.exp(tensors[-1]), 2))
    tensors.append(backend.divide(tensors[-1], backend.add(backend.transpose(tensors[-1]), 1.0)))
    tensors.append(backend.mean(backend.reshape(tensors[-1], (3, 3)), axis=0))
    tensors.append(backend.cross_entropy(backend.reshape(tensors[-1], (1, 3)), np.array([1])))
    references = [weakref.ref(t.value) for t in tensors[1:] if type(t.value) is np.ndarray]
    return tensors[-1], references


def test_a_pass_is_freed_with_its_output(no_collector):
    backend = NumpyBackend()
    x = backend.tensor(np.random.default_rng(0).uniform(0.5, 1.5, (3, 3)), requires_grad=True)
    output, references = every_operation(backend, x)
    assert len(references) >= 18
    assert all(reference() is not None for reference in references[:-1])
    gradient = backend.gradients(output, [x])[0]
    del output
    assert [reference() for reference in references] == [None] * len(references)
    assert gradient.shape == (3, 3)


def test_a_pass_that_fails_is_freed_too(no_collector):
    backend = NumpyBackend()
    x = backend.tensor(np.ones((3, 4)), requires_grad=True)
    inner = backend.exp(x)
    reference = weakref.ref(inner.value)
    with pytest.raises(InvalidShape) as error:
        backend.matmul(inner, inner)
    assert "(3, 4)" in str(error.value)
    del inner, error
    assert reference() is None


def test_training_does_not_grow(no_collector, make_trainer):
    trainer = make_trainer()
    trainer.run(50)  # caches and the first epoch's order are made
    tracemalloc.start()
    trainer.run(5)
    before = tracemalloc.get_traced_memory()[0]
    trainer.run(100)  # one pass keeps 30 kB, so that 100 leaked ones would be 3 MB
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 30_000


def test_training_leaves_the_collector_nothing(no_collector, make_trainer):
    trainer = make_trainer()
    trainer.run(5)
    gc.collect()
    trainer.run(20)
    assert gc.collect() == 0


def test_a_tensor_shares_the_memory_it_is_given():
    values = np.ones((2, 3))
    for requires_grad in (False, True):
        assert np.shares_memory(NumpyBackend().tensor(values, requires_grad).value, values)


def test_a_very_long_chain_is_freed_without_recursion():
    backend = NumpyBackend()
    x = backend.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(50_000):
        y = backend.add(y, 1.0)
    assert backend.gradients(y, [x])[0] == 1.0
    del y


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_at_most_five_lines(name):
    source = inspect.getsource(inspect.unwrap(getattr(NumpyBackend, name)))
    assert len(source.splitlines()) <= 5
