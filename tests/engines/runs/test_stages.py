"""One iteration stage by stage: exactly what a step does, with every tensor shown."""

import numpy as np
import pytest

from engines.network import Network
from engines.runs.stages import NAMES, code_of, record_of, stages
from engines.training import Trainer
from tests.engines import oracles
from tests.engines.comparison.test_agreement import RATES

FILLED = {
    1: [],
    2: ["layers", "probabilities"],
    3: ["losses", "loss"],
    4: ["gradients"],
    5: ["before", "after"],
}


@pytest.mark.parametrize("optimizer", RATES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_stages_are_a_step_bit_for_bit(backend, make_trainer, optimizer, dtype):
    staged, stepped = (make_trainer(backend, optimizer, RATES[optimizer], dtype=dtype) for _ in range(2))
    for _ in range(10):
        *_, last = stages(staged)
        assert oracles.numbers(record_of(last)) == oracles.numbers(stepped.step())
        for name, values in stepped.parameters().items():
            np.testing.assert_array_equal(last.after[name], values)
            np.testing.assert_array_equal(staged.parameters()[name], values)
    assert staged.steps == 10


def test_each_stage_shows_what_it_made_and_no_more(backend, make_trainer):
    shown = set()
    for number, iteration in enumerate(stages(make_trainer(backend)), start=1):
        shown |= set(FILLED[number])
        assert (iteration.stage, iteration.step) == (number, 0)
        for names in FILLED.values():
            for name in names:
                assert (getattr(iteration, name) is not None) == (name in shown), (number, name)
    assert number == len(NAMES) == 5


def test_the_weights_move_in_the_fifth_stage_only(backend, make_trainer):
    trainer = make_trainer(backend)
    before = trainer.parameters()
    for iteration in stages(trainer):
        moved = any(not np.array_equal(trainer.parameters()[name], before[name]) for name in before)
        assert moved == (iteration.stage == 5)
        assert trainer.steps == (iteration.stage == 5)


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_what_is_shown_is_true(backend, make_trainer, digits, loss, activation):
    network = Network([64, 7, 5, 10], activation)
    trainer = make_trainer(backend, "sgd", 0.5, network=network, loss=loss, dtype="float64")
    start = trainer.parameters()
    *_, last = stages(trainer)
    np.testing.assert_array_equal(last.batch.x, digits.x_train[last.batch.indices])

    hidden, close = last.batch.x.astype(np.float64), {"rtol": 1e-12, "atol": 1e-14}
    assert list(last.layers) == ["z1", "a1", "z2", "a2", "logits"]
    for layer in (1, 2):
        z = hidden @ start[f"W{layer}"] + start[f"b{layer}"]
        hidden = oracles.ACTIVATIONS[activation](z)
        np.testing.assert_allclose(last.layers[f"z{layer}"], z, **close)
        np.testing.assert_allclose(last.layers[f"a{layer}"], hidden, **close)
    logits = hidden @ start["W3"] + start["b3"]
    np.testing.assert_allclose(last.layers["logits"], logits, **close)

    exponentials = np.exp(logits)
    np.testing.assert_allclose(last.probabilities, exponentials / exponentials.sum(axis=1, keepdims=True), **close)
    measure = getattr(oracles, loss)
    each = [float(measure(logits[i : i + 1], last.batch.labels[i : i + 1])) for i in range(32)]
    np.testing.assert_allclose(last.losses, each, **close)
    assert last.loss == pytest.approx(np.mean(each), rel=1e-13)
    for name in start:
        np.testing.assert_array_equal(last.before[name], start[name])
        np.testing.assert_allclose(last.after[name], start[name] - 0.5 * last.gradients[name], **close)


def test_a_pass_begun_is_finished_on_the_weights_it_began_with(backend, make_trainer):
    """Looking at the trainer between two stages changes nothing of the iteration."""
    looked, plain = make_trainer(backend), make_trainer(backend)
    for _ in stages(looked):
        looked.evaluate()
        looked.parameters()
        looked.gradients(looked.data.x_train[:3], looked.data.y_train[:3])
    plain.step()
    for name, values in plain.parameters().items():
        np.testing.assert_array_equal(looked.parameters()[name], values)


def test_the_arrays_shown_are_copies(backend, make_trainer):
    trainer, plain = make_trainer(backend), make_trainer(backend)
    for iteration in stages(trainer):
        for group in (iteration.layers, iteration.gradients, iteration.before, iteration.after):
            for values in (group or {}).values():
                values[...] = 7.0
    plain.step()
    for name, values in plain.parameters().items():
        np.testing.assert_array_equal(trainer.parameters()[name], values)


def test_the_code_of_each_stage_is_a_line_of_step():
    lines = [code_of(stage) for stage in range(1, 6)]
    methods = ["draw_batch", "forward", "compute_loss", "backward", "update"]
    for line, method in zip(lines, methods, strict=True):
        assert f"self.{method}(" in line
        assert callable(getattr(Trainer, method))
