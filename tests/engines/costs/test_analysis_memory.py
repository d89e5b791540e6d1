"""What looking closely costs in memory, against what is really allocated; in time, by the sums behind it."""

import tracemalloc
from functools import partial

import numpy as np
import pytest

from engines import backends, datasets, losses, optimizers
from engines.comparison.agreement import compare_in_both
from engines.costs import analysis_memory
from engines.costs.seconds import check_minutes, check_pass, pass_seconds, step_seconds
from engines.descent.loss_slice import loss_slice, slice_bytes
from engines.errors import TakesTooLong
from engines.gradients.frozen import frozen_at
from engines.gradients.input_gradient import InputLoss, gradient_of
from engines.gradients.input_walk import STEPS, walk_in_pieces
from engines.gradients.loss_function import LossFunction
from engines.gradients.step_sweep import sweep
from engines.network import Network
from engines.races.batch_race import batch_race
from engines.races.gradient_noise import gradient_noise
from engines.training import Trainer
from ui.server.limits import limits

HIDDEN, BATCH = (512, 384), 64  # 600,000 weights, large beside everything else


@pytest.fixture(scope="module")
def fashion():
    return datasets.load("fashion_mnist")


@pytest.fixture
def trainer(fashion):
    network, rule = Network([784, *HIDDEN, 10]), optimizers.get("momentum")(learning_rate=0.01)
    return partial(Trainer, backends.get("numpy"), network, rule, fashion, batch_size=BATCH)


def peak_of(work, records=10**9):
    """The most bytes that are held at once by what a function that makes a generator begins."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _, made in zip(range(records), work(), strict=False):
            del made
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def shape(trainer):
    made = trainer()
    return made.network, made.optimizer, BATCH, made.dtype


def frozen_and_swept(trainer):
    """All that the Gradient tensors page computes at once, with the other backends' gradients held beside it."""
    *_, found = frozen_at(trainer(), 1)
    others = [found.f.gradient(found.state.parameters)]
    yield from sweep(found.f, found.state.parameters, found.gradients)
    del others


def test_frozen_weights(trainer):
    price = analysis_memory.frozen_bytes(*shape(trainer), backends=2)
    assert peak_of(partial(frozen_and_swept, trainer), 12) == pytest.approx(price, rel=0.25)


def test_a_loss_slice(trainer):
    price = slice_bytes(*shape(trainer))
    assert peak_of(lambda: loss_slice(trainer(), 40, "principal", 9)) == pytest.approx(price, rel=0.25)


@pytest.mark.parametrize("sizes", [[784, 512, 384, 10], [3000, 20, 10], [784, 10]], ids=str)
def test_the_gradient_in_an_image_and_its_walk(sizes):
    network, rng = Network(sizes), np.random.default_rng(0)
    f = LossFunction(
        backends.get("numpy"), network, losses.get("cross_entropy"), rng.random((1, sizes[0])), np.array([3])
    )
    loss = InputLoss(f, network.initialize(rng))

    def work():
        graph = yield from loss.recorded_in_pieces()
        yield (yield from walk_in_pieces(loss, gradient_of(graph)))

    assert peak_of(work) == pytest.approx(analysis_memory.input_bytes(network, len(STEPS)), rel=0.25)


def test_the_noise_of_gradients(trainer):
    network, rule, _batch, dtype = shape(trainer)
    price = analysis_memory.noise_bytes(network, rule, 6000, dtype)
    assert peak_of(lambda: gradient_noise(trainer(), 2, (1,)), 400) == pytest.approx(price, rel=0.25)


def test_the_agreement_of_backends(trainer):
    network, rule, batch, _dtype = shape(trainer)
    price = analysis_memory.agreement_bytes(network, rule, batch, backends=2)
    work = lambda: compare_in_both(lambda _name, dtype: trainer(dtype=dtype), ("one", "other"), 3)  # noqa: E731
    assert peak_of(work) == pytest.approx(price, rel=0.25)


def test_the_race_of_batch_sizes(trainer):
    network, rule, _batch, dtype = shape(trainer)
    price = analysis_memory.batch_race_bytes(network, rule, (1, 32, 512), dtype)
    work = lambda: batch_race([trainer(batch_size=size) for size in (1, 32, 512)], 1)  # noqa: E731
    assert peak_of(work, 150) == pytest.approx(price, rel=0.25)


def test_what_takes_too_long_is_refused_with_what_helps():
    network = Network([784, 1024, 1024, 1024, 10])
    seconds = pass_seconds(network, 6000, "float64", passes=3)
    with pytest.raises(TakesTooLong, match=r"at most ([0-9,]+)") as refused:
        check_pass(network, 6000, "float64", most=2.0)
    rows = refused.value.values["rows"]
    check_pass(network, rows, "float64", most=2.0)
    assert rows == pytest.approx(6000 * 2.0 / seconds, rel=1e-3)
    with pytest.raises(TakesTooLong, match=r"about 90 minutes; the limit here is 60"):
        check_minutes(90 * 60, 60)
    check_minutes(90 * 60, np.inf)
    assert limits({"GRADIENT_ENGINE_MINUTES": "none"}).minutes > 1e9


def test_a_step_costs_more_with_every_sample_and_every_weight():
    small, large = Network([64, 32, 10]), Network([64, 64, 10])
    assert step_seconds(small, 32, "float32") < step_seconds(small, 64, "float32") < step_seconds(large, 64, "float32")
    assert step_seconds(small, 64, "float64") > step_seconds(small, 64, "float32")
