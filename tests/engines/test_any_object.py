"""Whatever is given to the public interface: it is taken for what it is, or a typed error says in a line what it is."""

import warnings
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engines import backends, datasets, losses, optimizers
from engines.differentiation.expressions import parse
from engines.errors import LONGEST, EngineError
from engines.network import MAX_LAYERS, MAX_UNITS, Network
from engines.operations import OPERATIONS
from engines.training import Trainer
from tests.engines.nasty import DRAWN, NAMES, OBJECTS
from ui.text import Text

KOREAN = Text("ko")
DATA = datasets.load("digits")
X, Y = DATA.x_train[:2], DATA.y_train[:2]
RIGHT = {"network": Network([64, 8, 10]), "optimizer": optimizers.get("adam")(), "data": DATA}


def trainer(name="numpy", **settings):
    return Trainer(**({"backend": backends.get(name)} | RIGHT | settings))


def calls_without_a_backend():
    """Every public name that needs none, as a function of one object in one of its places."""
    yield "backends.get", backends.get
    yield "datasets.load", datasets.load
    yield "datasets.load download", lambda o: datasets.load("digits", download=o)
    yield "datasets.load progress", lambda o: datasets.load("digits", progress=o)
    for part in ("name", "x_train", "y_train", "x_test", "y_test", "image_shape", "class_names", "source"):
        yield f"Dataset {part}", lambda o, part=part: replace(DATA, **{part: o})
        yield f"Dataset {part} of two", lambda o, part=part: replace(DATA, **{part: (o, o)})
    yield "optimizers.get", optimizers.get
    yield "losses.get", losses.get
    yield "Network sizes", Network
    yield "Network one size", lambda o: Network([64, o, 10])
    yield "Network activation", lambda o: Network([64, 10], o)
    yield "Network initialization", lambda o: Network([64, 10], initialization=o)
    yield "parse", parse
    yield "parse variables", lambda o: parse("x", o)
    yield "parse one variable", lambda o: parse("x", (o,))
    graph = trainer().record_pass(X, Y)
    yield "graph.named", graph.named
    for name in optimizers.names():
        rule = optimizers.get(name)
        yield f"{name} in order", lambda o, rule=rule: rule(*[o] * 9)
        for spec in fields(rule):
            yield f"{name} {spec.name}", lambda o, rule=rule, spec=spec: rule(**{spec.name: o})
    for setting in ("backend", "network", "optimizer", "data", "loss", "batch_size", "seed", "dtype"):
        yield f"Trainer {setting}", lambda o, setting=setting: trainer(**{setting: o}).step()


def calls_with(name):
    """Every public name of a trainer and of a backend, as a function of one object in one of its places."""
    backend, run = backends.get(name), trainer(name)
    for method in ("set_parameters", "switch_backend", "set_optimizer", "set_batch_size", "restore", "predict"):
        yield method, getattr(run, method)
    yield "run", lambda o: trainer(name, batch_size=1437).run(o)
    yield "set W1", lambda o: run.set_parameters({"W1": o})
    for method in ("gradients", "record_pass"):
        yield f"{method} x", lambda o, method=method: getattr(run, method)(o, Y)
        yield f"{method} y", lambda o, method=method: getattr(run, method)(X, o)
    for method in ("tensor", "array", "numpy"):
        yield method, getattr(backend, method)
    yield "tensor to be differentiated", lambda o: backend.tensor(o, requires_grad=True)
    yield "requires_grad", lambda o: backend.tensor(1.0, requires_grad=o)
    leaf = backend.tensor(np.ones((2, 3)), requires_grad=True)
    total, values = backend.sum(leaf), backend.exp(leaf)
    yield "gradients of", lambda o: backend.gradients(o, [leaf])
    yield "gradients for", lambda o: backend.gradients(total, o)
    yield "gradients for one", lambda o: backend.gradients(total, [leaf, o])
    yield "gradients upstream", lambda o: backend.gradients(values, [leaf], o)
    for operation, spec in OPERATIONS.items():
        method = getattr(backend, operation)
        if spec.operands == 1:
            yield operation, method
        else:
            yield f"{operation} first", lambda o, method=method: method(o, leaf)
            yield f"{operation} second", lambda o, method=method: method(leaf, o)
    for operation, option in OPTIONS:
        yield f"{operation} {option}", lambda o, case=(operation, option): with_option(backend, leaf, *case, o)


OPTIONS = [("sum", "axis"), ("sum", "keepdims"), ("mean", "axis"), ("mean", "keepdims"), ("reshape", "shape")]
OPTIONS += [("transpose", "axes"), ("log_softmax", "axis")]


def with_option(backend, leaf, operation, option, value):
    result = getattr(backend, operation)(leaf, **{option: value})
    return backend.gradients(result, [leaf], np.ones(backend.numpy(result).shape))


CALLS = dict(calls_without_a_backend())
WITH_BACKEND = {name: dict(calls_with(name)) for name in ("numpy", "torch")}


def taken_or_refused(call, value):
    """Makes the call; an error is of the engines, and short in every language."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of NumPy and torch, about numbers that overflow
        try:
            call(value)
        except EngineError as raised:
            error = raised
        else:
            return None
    assert 20 < len(str(error)) <= LONGEST == 300
    assert str(error).isprintable()
    assert 10 < len(KOREAN.message(error)) <= LONGEST
    return error


NUMBERS = [name for name in NAMES if name == "ten million"]  # half a second each time to make an array of them
OTHERS = [name for name in NAMES if name not in NUMBERS]


@pytest.mark.parametrize("case", CALLS)
def test_any_object(case):
    for name in NAMES:
        taken_or_refused(CALLS[case], OBJECTS[name])


@pytest.mark.parametrize("case", WITH_BACKEND["numpy"])
@pytest.mark.parametrize("backend_name", WITH_BACKEND)
def test_any_object_on_each_backend(backend_name, case):
    for name in OTHERS:
        taken_or_refused(WITH_BACKEND[backend_name][case], OBJECTS[name])


@pytest.mark.parametrize("case", ["predict", "gradients for", "transpose axes"])
def test_very_many_numbers(case):
    for name in NUMBERS:
        assert taken_or_refused(WITH_BACKEND["numpy"][case], OBJECTS[name])


@given(value=DRAWN)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_drawn_objects(value):
    for call in CALLS.values():
        taken_or_refused(call, value)


@pytest.mark.parametrize("backend_name", WITH_BACKEND)
@given(value=DRAWN)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_drawn_objects_on_each_backend(backend_name, value):
    for case, call in WITH_BACKEND[backend_name].items():
        if case != "run":
            taken_or_refused(call, value)


REFUSED = {
    "Trainer data": [None, "digits", datasets],
    "Trainer seed": [2**128, True, 10**1_000_000],
    "Network sizes": [[1] * (MAX_LAYERS + 2), [1] * 10**6, [1, MAX_UNITS + 1, 1], [64, True, 10], {64: 10}],
    "Network activation": [np.array(["relu"]), ["relu"]],
    "datasets.load": [["digits"], np.array("digits"), {}],
    "parse": [["x"], b"x", None],
    "parse variables": ["x", (), ("x", "x"), ("x y",), [1]],
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case):
    for value in REFUSED[case]:
        assert taken_or_refused(CALLS[case], value), value


TENSORS = [None, "x", [[1.0], [1.0, 2.0]], object(), 10**400, [2**64], 1j, [None, 1.0], {}, np.array(["1"]), len]


@pytest.mark.parametrize(
    "case", ["tensor", "array", "tensor to be differentiated", "exp", "add first", "gradients upstream"]
)
@pytest.mark.parametrize("backend_name", WITH_BACKEND)
def test_what_is_no_tensor(backend_name, case):
    for value in TENSORS:
        if value is not None or case != "gradients upstream":
            assert taken_or_refused(WITH_BACKEND[backend_name][case], value), value


@pytest.mark.parametrize(("mine", "other"), [("numpy", "torch"), ("torch", "numpy")])
def test_tensors_of_another_backend_have_no_gradients_here(mine, other):
    here, there = backends.get(mine), backends.get(other)
    ours, theirs = here.tensor([1.0, 2.0], requires_grad=True), there.tensor([1.0, 2.0], requires_grad=True)
    for output, wrt in ((here.sum(ours), [theirs]), (there.sum(theirs), [ours]), (there.sum(theirs), [theirs])):
        with pytest.raises(EngineError, match=f"must be tensors of the backend {mine}"):
            here.gradients(output, wrt)
    with pytest.raises(EngineError):
        here.add(ours, theirs)


def test_a_single_tensor_is_no_list_of_them(backend):
    leaf = backend.tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(EngineError, match="list of tensors"):
        backend.gradients(backend.sum(leaf), leaf)


def test_bounds_are_said():
    with pytest.raises(EngineError, match="more than 1,000 layers"):
        Network([1] * 10**6)
    assert len(Network([1] * (MAX_LAYERS + 1)).layers) == MAX_LAYERS
    with pytest.raises(EngineError, match="100,001 units is too large; the limit is 100,000"):
        Network([1, MAX_UNITS + 1, 1])
    assert max(Network([1, MAX_UNITS, 1]).layer_sizes) == MAX_UNITS


def test_a_checkpoint_of_another_run_is_refused(digits):
    run, other = trainer(), trainer(network=Network([64, 9, 10]))
    run.step()
    before = run.parameters()
    with pytest.raises(EngineError, match="another run"):
        run.restore(other.checkpoint())
    assert run.steps == 1
    assert all(np.array_equal(values, before[name]) for name, values in run.parameters().items())
    run.restore(trainer().checkpoint())
    assert run.steps == 0
