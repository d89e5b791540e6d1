"""Each computed line of runs in odd states, word by word against a computation of its own."""

import dataclasses
import math
import re
from collections import Counter

import numpy as np
import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from ui.charts.numerals import number, percent
from ui.training_loop import class_readings, readings

RUNS = {
    "step 0": {"steps": 0},
    "learning": {"steps": 400},
    "dead": {"rate": 20.0},
    "diverged": {"rate": 300.0, "loss": "mean_squared_error"},
    "one image a batch": {"batch_size": 1},
    "rate 0": {"rate": 0.0},
    "tanh": {"activation": "tanh"},
    "squared error": {"loss": "mean_squared_error"},
    "three layers": {"hidden": (16, 12, 8)},
    "no hidden layer": {"hidden": ()},
    "float64": {"dtype": "float64"},
    "images of one class": {"classes": 2},
    "momentum": {"optimizer": "momentum", "rate": 0.05},
    "dead, with momentum": {"optimizer": "momentum", "rate": 5.0},
    "adam": {"optimizer": "adam", "rate": 0.01},
}


def english(label):
    return label


@pytest.fixture(scope="module", params=RUNS)
def odd(request, digits):
    """(run, its snapshot, the weights before its last step)."""
    given = {"hidden": (16,), "rate": 0.1, "optimizer": "sgd", "activation": "relu", "steps": 60, "classes": 10}
    given |= RUNS[request.param]
    data = digits
    if given["classes"] == 2:
        zeros = [np.zeros_like(y) for y in (digits.y_train, digits.y_test)]
        data = dataclasses.replace(digits, y_train=zeros[0], y_test=zeros[1], class_names=("0", "1"))
    network = Network([64, *given["hidden"], given["classes"]], activation=given["activation"])
    rule = optimizers.get(given["optimizer"])(learning_rate=given["rate"])
    more = {name: given[name] for name in ("loss", "batch_size", "dtype") if name in given}
    run = TrainingRun(Trainer(backends.get("numpy"), network, rule, data, **more))
    before = run.trainer.parameters()
    for _ in range(given["steps"]):
        if run.divergence is None:
            before = run.trainer.parameters()
            run.step()
    if run.divergence is None:
        run.evaluate()
    assert (run.divergence is not None) == (request.param == "diverged")
    return run, run.snapshot(), before


def answers(run):
    """True class and answer of each test image that has one, by name."""
    names, labels = run.trainer.data.class_names, run.trainer.data.y_test
    return [
        (names[label], names[max(range(len(row)), key=row.__getitem__)])
        for label, row in zip(labels.tolist(), run.test_logits.tolist(), strict=True)
        if all(map(math.isfinite, row))
    ]


def check_mistakes(told, pairs):
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    if not wrong:
        assert "mistake" not in told
        return
    most = max(wrong.values())
    worst = {pair for pair, times in wrong.items() if times == most}
    found = re.search(r"mistakes? \((\d+)× each\): (\S+) taken for (\S+), and (\d+) others?\.", told)
    if len(worst) == 1:
        ((true, predicted),) = worst
        assert f"Most frequent mistake: {true} taken for {predicted} ({most}×)." in told
    else:
        assert (int(found[1]), int(found[4])) == (most, len(worst) - 1)
        assert (found[2], found[3]) in worst


def test_predictions(odd):
    run, snapshot, _ = odd
    data, pairs = run.trainer.data, answers(run)
    told = class_readings.predictions_reading(snapshot.test_logits, data.y_test, data.class_names, english)
    right = sum(true == answer for true, answer in pairs)
    assert told.startswith(f"{right} of 360 test images right ({percent(right / 360)}).")
    assert ("not finite" in told) == (len(pairs) < 360)
    same = len(pairs) == 360 and len(set(map(tuple, run.test_logits.tolist()))) == 1
    assert ("the same answer" in told) == same
    check_mistakes(told, pairs)


def test_confusion(odd):
    run, snapshot, _ = odd
    data, pairs = run.trainer.data, answers(run)
    told = class_readings.confusion_reading(snapshot.test_logits, data.y_test, data.class_names, english)
    of, right = Counter(true for true, _ in pairs), Counter(true for true, answer in pairs if true == answer)
    recall = {name: right[name] / of[name] for name in of}
    best, worst = ({name for name in recall if recall[name] == pick(recall.values())} for pick in (max, min))
    found = re.search(r"Best recognised: (\S+)(?: and (\d+) more)? \(([^)]*)\); worst: (\S+)(?: and (\d+) more)?", told)
    if best == worst:
        assert f"Each class in the test set is recognised equally often: {percent(max(recall.values()))}." in told
        assert not found
    else:
        assert found[1] in best
        assert found[4] in worst
        assert (int(found[2] or 0), int(found[5] or 0)) == (len(best) - 1, len(worst) - 1)
        assert found[3] == percent(max(recall.values()))
        assert f"({percent(min(recall.values()))})" in told
    check_mistakes(told, pairs)


def size(values):
    return math.sqrt(math.fsum(value * value for value in np.float64(values).ravel().tolist()))


def test_first_layer_and_weights(odd):
    run, snapshot, _ = odd
    initial, now = run.initial, snapshot.parameters
    told = readings.first_layer_reading(initial["W1"], now["W1"], english)
    moved = size(now["W1"].astype(np.float64) - initial["W1"]) / size(initial["W1"])
    assert ("still those of the start" in told) == (moved == 0)
    assert (f"moved by {number(moved)} times" in told) == (0 < moved < math.inf)
    told = readings.weights_reading(initial, now, english)
    for name in (name for name in initial if name.startswith("W")):
        spread = [
            np.std([x for x in w[name].ravel().tolist() if math.isfinite(x)] or [math.nan]) for w in (initial, now)
        ]
        assert f"{name} {number(spread[0])} → {number(spread[1])}" in told
    broken = sum(not math.isfinite(x) for w in now.values() for x in w.ravel().tolist())
    assert (f"Not finite: {broken:,} of" in told) == ("Not finite" in told) == (broken > 0)


def test_norms(odd):
    """By the weights before and after the last step; where that is plain SGD's it also tells the gradient."""
    run, snapshot, before = odd
    told = readings.norms_reading(snapshot.norms, snapshot.parameters, english)
    if not snapshot.steps:
        assert told == "No step has been made yet."
        return
    step = snapshot.norms[-1].step
    assert told.startswith(f"Step {step:,}: ")
    if step < snapshot.steps - 1:  # an older step is the newest that was measured
        return
    moved = {name: size(snapshot.parameters[name].astype(np.float64) - before[name]) for name in before}
    kernels = [name for name in before if name.startswith("W")]
    learned = run.trainer.optimizer
    if "nothing is learned" in told:
        assert not any(moved.values())
    if "only earlier gradients" in told:
        assert any(moved.values())
        assert learned.name != "sgd"
    if "of every weight is zero" in told and learned.name == "sgd":
        assert not any(moved[name] for name in kernels)
    found = re.search(r"The step changed (\w+) by (\S+?) of its size", told)
    if found:
        share = moved[found[1]] / size(snapshot.parameters[found[1]])
        assert found[2] == percent(share) or math.isclose(float(found[2].rstrip("%")) / 100, share, abs_tol=2e-3)
    if learned.name == "sgd" and learned.learning_rate and len(kernels) > 1 and found and moved[found[1]]:
        assert found[1] == max(kernels, key=moved.__getitem__)


def test_curves(odd):
    run, snapshot, _ = odd
    told = readings.curves_reading(snapshot, english)
    assert told.startswith("Diverged: at step" if run.divergence else "After step" if snapshot.steps else "No step has")
    test, start = snapshot.tests[-1], snapshot.tests[0]
    assert f"Test set at step {test.step:,}: loss {number(test.loss)}" in told
    assert ("below the start" in told) == (test.loss < start.loss)
    assert ("above the start" in told) == (test.loss > start.loss)
    if run.divergence is None:
        assert f"accuracy {percent(run.trainer.evaluate()[1])}" in told
    else:
        broken = [name for name, w in run.trainer.parameters().items() if not np.isfinite(w).all()]
        assert run.divergence.tensor in [*broken, "loss"]
