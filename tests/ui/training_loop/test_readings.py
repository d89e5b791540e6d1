"""The lines under the pictures, word by word."""

import dataclasses
import math

import numpy as np
import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.runs import training_run
from engines.runs.training_run import Divergence, NormPoint, TrainingRun
from engines.training import Trainer
from ui.charts.numerals import number, percent
from ui.training_loop import class_readings, readings


def english(label):
    return label


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def curves(snapshot, **changes):
    return plain(readings.curves_reading(dataclasses.replace(snapshot, **changes), english))


def make_run(digits, learning_rate, **settings):
    sgd = optimizers.get("sgd")(learning_rate=learning_rate)
    return TrainingRun(Trainer(backends.get("numpy"), Network([64, 8, 10]), sgd, digits, **settings))


def test_curves(snapshots):
    tests = (training_run.TestPoint(0, 2.0, 0.1), training_run.TestPoint(1200, 0.0912, 0.9722))
    assert curves(snapshots[1], steps=1240, smoothed_loss=0.0612, tests=tests) == (
        "After step 1,240: smoothed loss 0.0612. "
        "Test set at step 1,200: loss 0.0912, 95.4% below the start; accuracy 97.2%."
    )
    worse = (tests[0], training_run.TestPoint(8, 3.0, 0.1))
    assert "step 8: loss 3, 50.0% above the start; accuracy 10.0%." in curves(snapshots[1], tests=worse)
    assert curves(snapshots[0], tests=tests[:1]) == (
        "No step has been made yet. Test set at step 0: loss 2, accuracy 10.0%."
    )


def test_curves_of_a_run_that_went_wrong(snapshots):
    diverged = curves(
        snapshots[1],
        divergence=Divergence(1033, "W2", 50.0, 1e30, overshot=True),
        tests=(training_run.TestPoint(0, 2.0, 0.1),),
    )
    assert diverged.startswith("Diverged: at step 1,033 W2 was no longer finite.")
    zero = (training_run.TestPoint(0, 0.0, 1.0),)
    assert curves(snapshots[1], steps=8, smoothed_loss=0.5, tests=zero).startswith("After step 8: smoothed loss 0.5. ")
    tests = (training_run.TestPoint(0, math.inf, 0.1), training_run.TestPoint(8, math.nan, 0.0))
    assert curves(snapshots[1], steps=8, smoothed_loss=math.nan, tests=tests) == (
        "After step 8: smoothed loss NaN. Test set at step 8: loss NaN, accuracy 0%."
    )
    gone_back = curves(snapshots[1], bins=(), steps=8, tests=(training_run.TestPoint(8, 2.0, 0.1),))
    assert gone_back == "Test set at step 8: loss 2, accuracy 10.0%."


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
@pytest.mark.parametrize("batch_size", [1, 32, 1437])
@pytest.mark.parametrize("steps", [1, 9])
def test_nothing_has_changed_at_learning_rate_0(digits, loss, batch_size, steps):
    """However different the batches are."""
    run = make_run(digits, learning_rate=0.0, loss=loss, batch_size=batch_size)
    for _ in range(steps):
        run.step()
        run.evaluate()
    told = plain(readings.curves_reading(run.snapshot(), english))
    assert ", as at the start; accuracy" in told
    assert "%" not in told.partition("accuracy")[0]


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
def test_the_test_loss_is_compared_with_the_same_images_at_the_start(digits, loss):
    """Also when the run is so long that its test points have been thinned."""
    run = make_run(digits, learning_rate=0.1, loss=loss, batch_size=8)
    start, _ = run.trainer.evaluate()
    for step in range(1000):
        run.step()
        run.evaluate()
        now, accuracy = run.trainer.evaluate()
        word = "below" if now < start else "above"
        change = f"{percent(abs(now / start - 1))} {word} the start; accuracy {percent(accuracy)}."
        if step in (0, 1, 2, 44, 399, 400, 401, 999):
            told = readings.curves_reading(run.snapshot(), english)
            assert told.endswith(f"Test set at step {step + 1:,}: loss {number(now)}, {change}")


def logits_of(predictions, classes):
    return np.eye(classes)[predictions]


def test_predictions():
    labels = np.array([0, 1, 2, 2, 2, 2])
    logits = logits_of([0, 1, 1, 1, 2, 0], 3)
    names = ("cat", "dog", "$cow$")
    assert plain(class_readings.predictions_reading(logits, labels, names, english)) == (
        "3 of 6 test images right (50.0%). Most frequent mistake: $cow$ taken for dog (2×)."
    )
    assert plain(class_readings.predictions_reading(logits[:2], labels[:2], names, english)) == (
        "2 of 2 test images right (100%)."
    )
    logits[0, 1] = np.nan
    assert "2 of 6 test images right" in class_readings.predictions_reading(logits, labels, names, english)
    assert "Without a prediction, because not finite: 1." in class_readings.predictions_reading(
        logits, labels, names, english
    )


@pytest.mark.parametrize(("learning_rate", "are_same"), [(20.0, True), (0.1, False), (0.0, False)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_said_where_every_image_gets_the_same_scores(digits, learning_rate, are_same, dtype):
    """After steps so large that every relu is dead; not in a network that learns, or has not begun to."""
    run = make_run(digits, learning_rate, dtype=dtype)
    for _ in range(60):
        run.step()
    run.evaluate()
    logits = run.snapshot().test_logits
    told = plain(class_readings.predictions_reading(logits, digits.y_test, digits.class_names, english))
    assert ("All test images get exactly the same scores" in told) == are_same == (len({*map(bytes, logits)}) == 1)
    if are_same:
        assert f"the same answer, {digits.class_names[run.trainer.predict(digits.x_test[:1]).argmax()]}:" in told


def test_scores_that_are_nearly_the_same_or_unknown_are_not_called_the_same():
    same = np.tile([0.5, 1.0, 0.25], (4, 1))
    nearly, unknown, infinite = same.copy(), same.copy(), same.copy()
    nearly[2, 0] = np.nextafter(0.5, 1)
    unknown[:, 1], infinite[:, 1] = np.nan, np.inf
    for logits in (nearly, unknown, infinite, same[:1]):
        assert "the same" not in class_readings.predictions_reading(logits, np.zeros(len(logits), int), "abc", english)
    assert "the same answer, b:" in class_readings.predictions_reading(same, np.zeros(4, int), "abc", english)


def test_confusion():
    labels = np.array([0, 0, 1, 2, 2, 2])
    logits = logits_of([0, 0, 0, 2, 2, 0], 4)
    assert plain(class_readings.confusion_reading(logits, labels, "abcd", english)) == (
        "Best recognised: a (100%); worst: b (0%). Most frequent mistakes (1× each): b taken for a, and 1 other."
    )
    assert class_readings.confusion_reading(logits * np.nan, labels, "abcd", english) == (
        "Without a prediction, because not finite: 6."
    )


def test_first_layer():
    initial = np.full((4, 2), 0.5)
    assert readings.first_layer_reading(initial, initial.copy(), english) == (
        "The weights are still those of the start."
    )
    assert readings.first_layer_reading(initial, initial * 2.8, english) == (
        "The weights have moved by 1.8 times their initial size."
    )
    assert readings.first_layer_reading(np.zeros((4, 2)), np.full((4, 2), 0.5), english) == (
        "The weights have moved away from 0, by 1.41 all together."
    )
    broken = initial.copy()
    broken[0, 0] = np.nan
    assert (
        readings.first_layer_reading(initial, broken, english)
        == "Not finite: 1 of the numbers, drawn in grey or left out."
    )
    wide = readings.first_layer_reading(np.ones((4, 1000)), np.zeros((4, 1000)), english)
    assert wide.endswith("by 1 times their initial size. Shown are the first 64 of 1,000 units.")


PARAMETERS = {"W1": np.full((2, 2), 5.0), "b1": np.zeros(2), "W2": np.ones((1, 1)), "b2": np.zeros(1)}


def norms_of(w1, w2, update=0.05):
    gradient = {"W1": w1, "b1": 9.0, "W2": w2, "b2": 9.0}
    return [NormPoint(1999, gradient, dict.fromkeys(gradient, update))]


def test_norms():
    def told(norms, parameters=PARAMETERS):
        return plain(readings.norms_reading(norms, parameters, english))

    assert told(norms_of(0.4, 0.1)) == (
        "Step 1,999: the gradient of W1 is the largest (0.4), 4 times that of W2. "
        "The step changed W1 by 0.5% of its size."
    )
    assert told(norms_of(0.4, 0.0)).startswith(
        "Step 1,999: the gradient of W1 is the largest (0.4), that of W2 is zero."
    )
    zero = dict.fromkeys(PARAMETERS, 0.0)
    assert told([NormPoint(1999, zero, zero)]) == "Step 1,999: the gradient is zero, nothing is learned."
    assert told([NormPoint(1999, zero, zero | {"W1": 0.1})]) == (
        "Step 1,999: the gradient is zero; only earlier gradients still move the parameters."
    )
    assert told(norms_of(0.0, 0.0)) == ("Step 1,999: the gradient of every weight is zero, that of a bias is not.")
    assert told(norms_of(math.nan, 0.5)) == "Step 1,999: not every gradient has a finite norm (W1 NaN, W2 0.5)."
    assert told([]) == "No step has been made yet."
    assert told([NormPoint(0, {"W1": 0.4, "b1": 1.0}, {"W1": 0.1, "b1": 1.0})]) == (
        "Step 0: the norm of the gradient of W1 is 0.4. The step changed W1 by 1.0% of its size."
    )
    assert "∞" in told(norms_of(math.inf, 1.0, update=math.nan))


def alike(weights, **others):
    """What the line beside the curves says besides the tiles and their colours."""
    told = plain(readings.tiles_reading({"W1": weights, "b1": np.zeros(2), **others}, (2, 2), english))
    return told.partition("full colour is ±")[2].partition(" ")[2]


def test_units_with_the_same_weights_are_told():
    hidden, column = {"W2": np.ones((3, 2))}, np.array([[0.5], [-2.0], [0.0], [1.0]])
    same, nearly, apart = (np.repeat(column, 3, axis=1) for _ in range(3))
    nearly[1, 2] += 1e-6
    apart[1, 2] += 3e-6
    assert alike(same, **hidden) == "All 3 units have exactly the same weights."
    assert alike(nearly, **hidden) == "All 3 units have the same weights, to a millionth of the largest."
    assert alike(apart, **hidden) == ""
    assert alike(same) == "All 3 classes have exactly the same weights."
    assert alike(nearly) == "All 3 classes have the same weights, to a millionth of the largest."
    assert alike(column, **hidden) == ""  # a single unit is like no other
    assert alike(np.zeros((4, 3)), **hidden) == "All these weights are 0."
    assert "same" not in alike(np.full((4, 3), np.nan), **hidden)


def test_equal_weights_have_no_spread():
    initial = {"W1": np.full((64, 7), 0.05, np.float32), "W2": np.zeros((7, 3), np.float32)}
    told = readings.weights_reading(initial, {"W1": initial["W1"] + np.eye(64, 7, dtype="f"), "W2": initial["W2"]}, str)
    assert "W1 0 → 0.124, W2 0 → 0." in told


def test_weights():
    initial = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.zeros((2, 1))}
    now = {"W1": np.array([[-2.0, 2.0]]), "b1": np.ones(2), "W2": np.array([[np.nan], [np.inf]])}
    assert readings.weights_reading(initial, initial, english) == (
        "Standard deviation of the weights, at the start → now: W1 1 → 1, W2 0 → 0."
    )
    assert readings.weights_reading(initial, now, english) == (
        "Standard deviation of the weights, at the start → now: W1 1 → 2, W2 0 → NaN. "
        "Not finite: 2 of the numbers, drawn in grey or left out."
    )


def test_every_reading_is_translated(snapshots, digits, bracketed):
    before, after, initial = snapshots
    for snapshot in (before, after):
        logits, labels, names = snapshot.test_logits, digits.y_test, digits.class_names
        for text in (
            readings.curves_reading(snapshot, bracketed),
            class_readings.predictions_reading(logits, labels, names, bracketed),
            class_readings.confusion_reading(logits, labels, names, bracketed),
            readings.first_layer_reading(initial["W1"], snapshot.parameters["W1"], bracketed),
            readings.norms_reading(snapshot.norms, snapshot.parameters, bracketed),
            readings.weights_reading(initial, snapshot.parameters, bracketed),
        ):
            outside = "".join(part.partition("»")[2] for part in ("»" + text).split("«"))
            assert text
            assert not [word for word in outside.split() if word.isalpha() and len(word) > 2], outside
