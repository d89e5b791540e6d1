"""One step of the loop, against the same run in plain NumPy."""

import numpy as np
import pytest

from engines.errors import InvalidSetting
from engines.optimizers.sgd import SGD
from engines.runs.recipe import Conditions, Edit


@pytest.mark.parametrize("step", [1, 7, 50])  # 50: in the second epoch
def test_an_entry_after_the_last_step(answer, recipe, by_hand, step):
    before = by_hand().to(step - 1)
    rows = before.next_batch()
    gradients = before.gradients(before.data.x_train[rows], before.data.y_train[rows])
    after = by_hand().to(step)
    found = answer("entry_after_step", recipe(step=step), parameter="W1", entry=[20, 3])
    assert found.value == pytest.approx(after.weights[0][20, 3], rel=1e-9)
    assert found.numbers["before"] == pytest.approx(before.weights[0][20, 3], rel=1e-9)
    assert found.numbers["gradient"] == pytest.approx(gradients[0][0][20, 3], rel=1e-9, abs=1e-15)
    assert found.numbers["change"] == pytest.approx(-0.1 * found.numbers["gradient"], rel=1e-7, abs=1e-12)
    bias = answer("entry_after_step", recipe(step=step), parameter="b2", entry=[4])
    assert bias.value == pytest.approx(after.biases[1][4], rel=1e-9)


def test_the_last_step_is_made_under_the_conditions_of_its_time(answer, recipe, by_hand):
    slower = Edit(5, Conditions("numpy", SGD(learning_rate=0.02), 32))
    run = by_hand().to(5)
    run.rate = 0.02
    found = answer("entry_after_step", recipe(step=6, edits=(slower,)), parameter="W2", entry=[3, 3])
    assert found.value == pytest.approx(run.to(6).weights[1][3, 3], rel=1e-9)
    assert found.numbers["rate"] == 0.02


@pytest.mark.parametrize("rate", [0.1, 3.0])  # at the second one the loss rises
def test_the_fall_of_the_batch_s_own_loss(answer, recipe, by_hand, rate):
    run = by_hand(rate)
    rows = run.next_batch()
    x, y = run.data.x_train[rows], run.data.y_train[rows]
    weights, biases = run.gradients(x, y)
    before, predicted = run.loss(x, y), rate * sum(float((g**2).sum()) for g in weights + biases)
    run.descend(weights, biases, rate)
    fall = before - run.loss(x, y)
    found = answer("loss_fall", recipe(rate, step=1))
    assert found.value == pytest.approx(fall, rel=1e-8)
    assert found.numbers["predicted"] == pytest.approx(predicted, rel=1e-8)
    assert found.numbers["share"] == pytest.approx(fall / predicted, rel=1e-8)
    assert (found.value < 0) == (rate == 3.0)


def test_one_gradient_for_each_parameter(answer, recipe):
    assert answer("gradient_count").value == 64 * 32 + 32 + 32 * 10 + 10 == 2410
    found = answer("gradient_count", recipe(hidden=(8, 4)))
    assert found.value == 64 * 8 + 8 + 8 * 4 + 4 + 4 * 10 + 10
    assert (found.numbers["biases"], found.numbers["tensors"], found.numbers["layers"]) == (22, 6, 3)


@pytest.mark.parametrize("batch", [1, 32, 479, 1437])
def test_the_batches_of_an_epoch(answer, recipe, by_hand, digits, batch):
    drawn, seen = by_hand(batch=batch), []
    while sum(seen) < len(digits.y_train):
        seen.append(len(drawn.next_batch()))
    found = answer("batches_in_epoch", recipe(batch=batch))
    assert (found.value, found.numbers["last"]) == (len(seen), seen[-1])


def test_loss_and_accuracy_on_both_sets(answer, recipe, by_hand, digits):
    start, run = by_hand(), by_hand().to(30)
    test, training = (digits.x_test, digits.y_test), (digits.x_train, digits.y_train)
    found = answer("score", recipe(step=30))
    assert found.value == found.numbers["loss"] == pytest.approx(run.loss(*test), rel=1e-9)
    assert found.numbers["start_loss"] == pytest.approx(start.loss(*test), rel=1e-9)
    assert found.numbers["other_accuracy"] == run.accuracy(*training)
    assert found.numbers["guessing"] == pytest.approx(np.log(10))
    assert answer("score", recipe(step=30), what="accuracy", on="training").value == run.accuracy(*training)


def test_without_a_step_there_is_no_last_one(answer):
    with pytest.raises(InvalidSetting, match="no step"):
        answer("loss_fall")


def test_a_run_that_broke_down_has_no_later_step(answer, recipe):
    with pytest.raises(InvalidSetting, match="breaks down"):
        answer("score", recipe(1e6, step=50, loss="mean_squared_error"))
