"""What is said of each stage holds for the run's own activation, loss and optimizer."""

import itertools
import math

import numpy as np
import pytest

from engines import backends, losses, optimizers
from engines.network import ACTIVATIONS, Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from ui.training_loop.stage_readings import loss_change, stage_reading
from ui.training_loop.stage_texts import stage_text


def english(label):
    return label


def made(digits, activation="relu", loss="cross_entropy", optimizer="sgd", sizes=(64, 8, 10), rate=None, **settings):
    rule = optimizers.get(optimizer)
    rule = rule() if rate is None else rule(learning_rate=rate)
    return TrainingRun(Trainer(backends.get("numpy"), Network(sizes, activation), rule, digits, loss=loss, **settings))


def iteration(run):
    while (made := run.next_stage()).stage < 5:
        pass
    return made


@pytest.mark.parametrize(
    ("activation", "loss", "optimizer"), list(itertools.product(ACTIVATIONS, losses.names(), optimizers.names()))
)
def test_the_texts_are_true_of_the_run(digits, activation, loss, optimizer):
    run = made(digits, activation, loss, optimizer, dtype="float64")
    layers, cost, update = (stage_text(stage, run.trainer, english) for stage in (2, 3, 5))
    assert f"`{activation}(dot(x, W) + b)`" in layers
    assert not [other for other in ACTIVATIONS if other != activation and other in layers + cost + update]
    assert (
        ("what the network believes" in layers) == ("confident mistake costs most" in cost) == (loss == "cross_entropy")
    )
    assert ("a score of 2 for the right class costs as much" in cost) == (loss == "mean_squared_error")
    against = []
    for _ in range(12):
        last = iteration(run)
        changes = [(last.after[name] - last.before[name], gradient) for name, gradient in last.gradients.items()]
        against.append(all((change * gradient <= 0).all() for change, gradient in changes))
    assert ("against its gradient" in update) == all(against)  # never along it
    assert ("along its present gradient" in update) == (not all(against))
    assert ("a step of its own" in update) == (optimizer in ("adagrad", "rmsprop"))


def test_the_losses_are_what_the_texts_say(digits):
    numpy, labels = backends.get("numpy"), np.array([3])
    entropy, squared = (losses.get(name) for name in ("cross_entropy", "mean_squared_error"))
    guess = float(entropy.each(numpy, numpy.tensor(np.zeros((1, 10))), labels)[0])
    assert f"= {guess:.3f} for equal probabilities" in stage_text(3, made(digits).trainer, english)
    assert guess == pytest.approx(math.log(10))
    scores = np.zeros((2, 10))
    scores[0, 3] = 2.0
    too_high, too_low = squared.each(numpy, numpy.tensor(scores), np.array([3, 3]))
    assert too_high == too_low


def test_a_network_without_hidden_layers_has_no_activation(digits):
    told = stage_text(2, made(digits, sizes=(64, 10)).trainer, english)
    assert "single layer" in told
    assert "relu" not in told


@pytest.mark.parametrize("loss", losses.names())
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_loss_after_the_update_is_that_of_the_same_batch(digits, loss, optimizer):
    run = made(digits, loss=loss, optimizer=optimizer, dtype="float64")
    last = iteration(run)
    again, _ = run.trainer.gradients(last.batch.x, last.batch.labels)
    assert last.loss_after == pytest.approx(again, rel=1e-12)
    share = abs(last.loss_after / last.loss - 1)
    assert loss_change(last, english).startswith("down by" if again < last.loss else "up by")
    assert f"{100 * share:.1f}" in loss_change(last, english)


def test_readings_of_a_step_that_changes_nothing(digits):
    run = made(digits, rate=0.0, batch_size=1)
    last = iteration(run)
    assert stage_reading(5, last, english) == "No parameter has changed."
    assert loss_change(last, english) == "unchanged"
    assert stage_reading(3, last, english).startswith("The batch is one image; its loss is ")
    assert stage_reading(2, last, english).endswith("of 1 image.")


def test_readings_name_the_entry_that_changed_most(digits):
    last = iteration(made(digits, dtype="float64"))
    largest = max(float(np.abs(last.after[name] - last.before[name]).max()) for name in last.before)
    told = stage_reading(5, last, english)
    name, place = told.partition("]")[0].split("[")
    index = tuple(map(int, place.split(", ")))
    assert abs(last.after[name][index] - last.before[name][index]) == pytest.approx(largest)


@pytest.mark.parametrize("loss", losses.names())
@pytest.mark.parametrize("rate", [0.0, 1e3, 1e30])
def test_no_reading_is_empty_or_breaks_where_the_numbers_do(digits, loss, rate):
    run = made(digits, loss=loss, rate=rate)
    with np.errstate(all="ignore"):
        for _ in range(6):
            if run.divergence:
                break
            last = iteration(run)
            for stage in range(1, 6):
                told = stage_reading(stage, last, english)
                assert told
                assert "nan" not in told
            assert loss_change(last, english)
