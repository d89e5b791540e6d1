"""What stands in for a backend offers its operations, and every function of them is the same on all."""

import numpy as np
import pytest
import sympy

from engines.backends.base import Backend
from engines.backends.numpy_backend import NumpyBackend
from engines.differentiation.counting import Counter
from engines.differentiation.formula_growth import Formulas
from engines.differentiation.forward_mode import Dual, DualNumbers
from engines.differentiation.symbolic import Symbolic
from engines.operations import OPERATIONS
from engines.recording import Recorder
from engines.stand_ins import BackendLike, Operations

ENTRYWISE = [name for name, operation in OPERATIONS.items() if operation.reach == "entry"]
POINT = (0.7, 1.3)


def members(protocol):
    return {name for name, member in vars(protocol).items() if isinstance(member, property)}


def test_the_protocols_name_every_operation():
    assert members(Operations) == {*ENTRYWISE, "matmul", "sum"}
    assert members(Operations) | members(BackendLike) == OPERATIONS.keys() | {"name", "tensor", "numpy", "gradients"}
    assert members(BackendLike) <= vars(Backend).keys() | Backend.__annotations__.keys()


def on_numpy(name, *places):
    backend = NumpyBackend()
    return backend.numpy(getattr(backend, name)(*map(backend.tensor, places)))


def on_a_recorder(name, *places):
    recorder = Recorder(NumpyBackend())
    leaves = [recorder.leaf(str(index), place, "input") for index, place in enumerate(places)]
    return recorder.graph(getattr(recorder, name)(*leaves))[-1].value


def by_dual_numbers(name, *places):
    return getattr(DualNumbers(), name)(*map(Dual, places)).value


def counted(name, *places):
    counter = Counter()
    return getattr(counter, name)(*map(counter.leaf, places)).value


def written_out(name, *places):
    return Symbolic(getattr(Formulas(), name)(*map(sympy.Float, places)), ()).value()


@pytest.mark.parametrize("run", [on_a_recorder, by_dual_numbers, counted, written_out])
@pytest.mark.parametrize("name", ENTRYWISE)
def test_an_operation_is_the_same_on_every_stand_in(run, name):
    places = POINT[: OPERATIONS[name].operands]
    assert run(name, *places) == pytest.approx(on_numpy(name, *places), rel=1e-14)


@pytest.mark.parametrize("run", [by_dual_numbers, counted])
def test_so_are_products_and_sums_of_matrices(run):
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(run("matmul", a, b), a @ b)
    assert run("sum", a) == a.sum()
    np.testing.assert_array_equal(Formulas().matmul(a, b), a @ b)
    assert Formulas().sum(a) == a.sum()


@pytest.mark.parametrize("engine", [Counter(), Formulas()], ids=["counter", "formulas"])
@pytest.mark.parametrize("name", ["mean", "log_softmax", "nothing"])
def test_what_is_not_offered_is_not_there(engine, name):
    assert not hasattr(engine, name)
