"""One entry moved, and all of them along −gradient, against the same network in plain NumPy."""

import numpy as np
import pytest

from engines.errors import InvalidSetting

STEP = 9


@pytest.fixture
def now(by_hand):
    """The run at that step with the batch that comes next."""
    run = by_hand().to(STEP)
    rows = run.next_batch()
    return run, run.data.x_train[rows], run.data.y_train[rows]


def loss_along(now, step):
    run, x, y = now
    weights, biases = run.gradients(x, y)
    run.descend(weights, biases, step)
    loss = run.loss(x, y)
    run.descend(weights, biases, -step)
    return loss


@pytest.mark.parametrize(("layer", "entry"), [(1, (20, 3)), (2, (3, 3))])
def test_the_gradient_of_an_entry(answer, recipe, now, layer, entry):
    run, x, y = now
    gradients = run.gradients(x, y)[0][layer - 1]
    found = answer("entry_gradient", recipe(step=STEP), parameter=f"W{layer}", entry=list(entry))
    assert found.value == pytest.approx(gradients[entry], rel=1e-8)
    assert found.numbers["largest"] == pytest.approx(np.abs(gradients).max(), rel=1e-8)
    assert found.numbers["silent"] == (gradients == 0).sum()


@pytest.mark.parametrize("size", [0.01, 1.0, 300.0])
def test_the_change_of_the_loss_as_one_entry_moves(answer, recipe, now, size):
    run, x, y = now
    gradient, before = run.gradients(x, y)[0][1][3, 3], run.loss(x, y)
    run.weights[1][3, 3] -= size * gradient
    real, predicted = run.loss(x, y) - before, -size * gradient**2
    found = answer("entry_change", recipe(step=STEP), parameter="W2", entry=[3, 3], size=size)
    assert found.value == pytest.approx(real, rel=1e-6)
    assert found.numbers["predicted"] == pytest.approx(predicted, rel=1e-8)
    assert found.numbers["off"] == pytest.approx(abs(real / predicted - 1), rel=1e-3)
    told = answer("entry_change", recipe(step=STEP), parameter="W2", entry=[3, 3], size=size, what="predicted")
    assert told.value == found.numbers["predicted"]


def test_the_marks_along_the_gradient(answer, recipe, now):
    run, x, y = now
    before = run.loss(x, y)
    found = answer("step_along_gradient", recipe(step=STEP), mark="rise").numbers
    best, rise, parting = found["best"], found["rise"], found["parting"]
    assert loss_along(now, rise * (1 - 1e-5)) <= before < loss_along(now, rise * (1 + 1e-5))
    assert all(loss_along(now, step) <= before for step in np.geomspace(1e-4, rise * 0.999, 60))
    assert loss_along(now, best) < min(loss_along(now, best * factor) for factor in (0.98, 1.02))
    assert found["lowest"] == pytest.approx(loss_along(now, best), rel=1e-8)
    off = 1 + (loss_along(now, parting) - before) / (parting * found["slope"])
    assert abs(off) == pytest.approx(0.1, rel=1e-3)
    for mark in ("best", "rise", "parting"):
        assert answer("step_along_gradient", recipe(step=STEP), mark=mark).value == found[mark]


def test_an_entry_that_is_not_there(answer, recipe):
    for entry in ([64, 0], [0], [0, -1], [0, 0, 0], ["a", 1]):
        with pytest.raises(InvalidSetting):
            answer("entry_gradient", recipe(), parameter="W1", entry=entry)
    with pytest.raises(InvalidSetting, match="no parameter"):
        answer("entry_gradient", recipe(), parameter="W3", entry=[0, 0])
