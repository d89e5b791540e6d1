"""∂loss/∂x and the smallest change found, against the same network in plain NumPy."""

import numpy as np
import pytest

from engines.errors import InvalidSetting
from tests.engines import oracles

STEP, IMAGE = 300, 45  # a 3 that the network has right


@pytest.fixture
def weights(by_hand):
    run = by_hand().to(STEP)
    return {"W1": run.weights[0], "b1": run.biases[0], "W2": run.weights[1], "b2": run.biases[1]}


def slopes(weights, x, label):
    """∂(cross-entropy)/∂x of one image (64,) by the chain rule, written out."""
    hidden = x @ weights["W1"] + weights["b1"]
    logits = np.maximum(hidden, 0) @ weights["W2"] + weights["b2"]
    probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    return (((probabilities - np.eye(10)[label]) @ weights["W2"].T) * (hidden > 0)) @ weights["W1"].T


def test_the_entries_and_the_blank_pixels(answer, recipe, weights, digits):
    run, x = recipe(step=STEP), digits.x_test[IMAGE].astype(float)
    assert answer("input_entries", run, image=IMAGE).value == 64
    found = answer("blank_slopes", run, image=IMAGE)
    gradient = slopes(weights, x, 3)
    assert found.numbers["blank"] == (x == 0).sum()
    assert found.numbers["steep"] == (gradient[x == 0] != 0).sum()
    assert found.numbers["weights"] == 0
    assert found.value == "all"


@pytest.mark.parametrize("move", [1, 30, -30])
def test_the_change_along_the_gradient(answer, recipe, weights, digits, move):
    x = digits.x_test[IMAGE].astype(float)
    gradient = slopes(weights, x, 3)
    moved = np.clip(x + move / 100 * gradient / np.abs(gradient).max(), 0, 1)
    losses = [float(oracles.cross_entropy(oracles.forward(weights, image[None]), [3])) for image in (x, moved)]
    found = answer("input_change", recipe(step=STEP), image=IMAGE, move=move)
    assert found.numbers["real"] == pytest.approx(losses[1] - losses[0], rel=1e-6)
    assert found.numbers["predicted"] == pytest.approx((moved - x) @ gradient, rel=1e-6)
    assert found.value == ("like" if move == 1 else "more")


def test_the_smallest_change_and_what_it_looks_like(answer, recipe, weights, digits):
    run, x = recipe(step=STEP), digits.x_test[IMAGE].astype(float)
    gradient = slopes(weights, x, 8)
    steps = np.linspace(0, 1, 100_001)
    said = oracles.forward(weights, np.clip(x - steps[:, None] * gradient / np.abs(gradient).max(), 0, 1)).argmax(1)
    moved = np.clip(x - steps[(said == 8).argmax()] * gradient / np.abs(gradient).max(), 0, 1)
    found = answer("smallest_change", run, image=IMAGE, to=8)
    assert found.value == pytest.approx(np.abs(moved - x).max(), abs=2e-5)
    assert found.numbers["length"] == pytest.approx(np.linalg.norm(moved - x), abs=1e-4)
    distances = np.linalg.norm(digits.x_train - moved, axis=1)
    assert digits.y_train[distances.argmin()] == 3
    looks = answer("moved_likeness", run, image=IMAGE, to=8)
    assert looks.value == "own"
    assert looks.numbers["own_far"] == pytest.approx(distances[digits.y_train == 3].min(), rel=1e-3)
    assert looks.numbers["new_far"] == pytest.approx(distances[digits.y_train == 8].min(), rel=1e-3)


def test_where_nothing_can_turn_this_is_said(answer, recipe):
    with pytest.raises(InvalidSetting, match="No change"):
        answer("smallest_change", recipe(initialization="zeros"), image=IMAGE)
    with pytest.raises(InvalidSetting, match="whole number from 0 to 359"):
        answer("input_entries", image=360)
