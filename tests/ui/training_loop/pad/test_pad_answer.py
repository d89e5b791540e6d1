"""The network's answer: against the trainer's own prediction, and where the weights are no numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from engines import backends, optimizers
from engines.drawing.normalising import as_it_is, normalised
from engines.drawing.raster import ink_of
from engines.network import Network
from engines.training import Trainer
from tests.engines.drawing.written import written
from ui.training_loop.pad.answer import answer, right, seen, softmax
from ui.training_loop.pad.drawings import Drawing
from ui.training_loop.pad.sheet import Sheet


def drawing(label, seed):
    rng = np.random.default_rng(seed)
    return Drawing((), label, "digits", rng.random(64).astype(np.float32), rng.random(64).astype(np.float32))


@pytest.mark.parametrize("backend", backends.names())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_answer_is_the_run_s_own_prediction(backend, dtype, digits):
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([64, 16, 10], activation="tanh"), sgd, digits, dtype=dtype)
    trainer.run(50)
    now = SimpleNamespace(backend=backend, parameters=trainer.parameters())
    kept = (drawing(3, 0), drawing(7, 1))
    x = digits.x_test[0]
    found = answer(trainer.network, dtype, now, x, kept)

    def wanted(*samples):
        logits = trainer.predict(np.stack(samples)).astype(np.float64)
        shares = np.exp(logits)
        return shares / shares.sum(axis=1, keepdims=True)

    assert found.sheet == pytest.approx(wanted(x)[0], abs=1e-6)
    assert found.kept == pytest.approx(wanted(*(each.x for each in kept)), abs=1e-6)
    assert found.kept_raw == pytest.approx(wanted(*(each.raw for each in kept)), abs=1e-6)
    assert answer(trainer.network, dtype, now, None, kept).sheet is None
    assert answer(trainer.network, dtype, now, None, ()).kept.shape == (0, 10)


def test_scores_that_are_not_finite_are_no_probabilities_and_no_right_answers():
    logits = np.array([[1.0, np.nan, 0.0], [np.inf, 0.0, 0.0], [800.0, -800.0, 0.0]])
    found = softmax(logits)
    assert np.isnan(found[:2]).all()
    assert found[2].tolist() == [1, 0, 0]
    assert right(found, (drawing(0, 0), drawing(0, 1), drawing(0, 2))) == 1
    assert right(np.zeros((0, 3)), ()) == 0


def test_a_sheet_is_seen_in_both_ways():
    shape = (8, 8)
    assert seen(Sheet("digits"), "blocks", shape) is None
    strokes = written(5, 0.05, 0.05, 0.5)
    drawn = seen(Sheet("digits", strokes), "blocks", shape)
    assert np.array_equal(drawn.x, normalised(ink_of(strokes, shape), "blocks", shape))
    assert np.array_equal(drawn.raw, as_it_is(ink_of(strokes, shape), shape))
    pixels = np.random.default_rng(0).random(64).astype(np.float32)
    laid = seen(Sheet("digits", pixels=pixels), "blocks", shape)
    assert np.array_equal(laid.raw, pixels)


def test_a_stroke_on_a_test_image_is_added_to_it(digits):
    """The sheet is finer then than the image: all of it is looked at."""
    x, shape = digits.x_test[0], (8, 8)
    on_it = seen(Sheet("digits", written(1, 0.6, 0.6, 0.2), pixels=x), "blocks", shape)
    assert np.array_equal(on_it.x, on_it.raw)  # there is ink in the first row, and the middle stays where it was
    assert (on_it.x >= x - 1e-6).all()
    assert on_it.x.sum() > x.sum()
