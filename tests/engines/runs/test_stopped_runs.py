"""Runs that stop by a rule: at the very step that a plain loop over the trainer finds, on every backend."""

import pytest

from engines import optimizers
from engines.network import Network
from engines.pieces import PIECE, STOP
from engines.runs.stop_rules import read
from engines.runs.training_run import TrainingRun
from engines.training import Trainer

RULES = ("step:100", "epoch:3", "loss:0.6", "accuracy:0.9", "patience:2")
LAST = 600


def trainer(backend, data):
    """A run that is far too fast, so that its test loss goes up and down."""
    network = Network([data.features, 16, data.classes])
    return Trainer(backend, network, optimizers.get("sgd")(learning_rate=0.3), data, batch_size=64)


def stops(run, last=LAST):
    """The steps at which the run says that it stops."""
    found = []
    for made in run.work():
        if made is STOP:
            found.append(run.trainer.steps)
        if run.trainer.steps >= last:
            break
    return [step for step in found if step < last]


def by_hand(trainer, rule, last=LAST):
    """The same with a plain loop, the whole list of test points at hand."""
    points, ends = [(0, 0.0, *trainer.evaluate())], []
    while trainer.steps < last - 1:
        trainer.step()
        epochs = trainer.batches.epoch + trainer.batches.progress
        if trainer.batches.progress == 1.0:
            ends.append((trainer.steps, epochs))
        if trainer.batches.progress == 1.0 or trainer.steps & (trainer.steps - 1) == 0:
            points.append((trainer.steps, epochs, *trainer.evaluate()))
    if rule.kind == "step":
        return [rule.number]
    if rule.kind == "epoch":
        return [step for step, epochs in ends if epochs == rule.number]
    if rule.kind == "patience":
        found, counted = [], set()
        for end, epochs in ends:
            _loss, at, lowest = min((loss, at, step) for step, at, loss, _ in points if step <= end)
            if epochs - at >= rule.number and lowest not in counted:
                counted.add(lowest)
                found.append(end)
        return found
    met = [loss <= rule.number if rule.kind == "loss" else accuracy >= rule.number for *_, loss, accuracy in points]
    return [point[0] for point, now, was in zip(points[1:], met[1:], met, strict=False) if now and not was]


@pytest.mark.parametrize("text", RULES)
def test_a_run_stops_where_a_plain_loop_finds_the_rule_met(backend, digits, text):
    rule = read(text)
    run = TrainingRun(trainer(backend, digits))
    run.stop_rule = rule
    expected = by_hand(trainer(backend, digits), rule)
    assert expected
    assert stops(run) == expected


@pytest.mark.parametrize("text", RULES)
def test_a_run_whose_steps_come_in_pieces_stops_there_too(digits, numpy_backend, text, monkeypatch):
    rule = read(text)
    expected = by_hand(trainer(numpy_backend, digits), rule)
    monkeypatch.setattr(Trainer, "is_heavy", True)
    run = TrainingRun(trainer(numpy_backend, digits))
    run.evaluate()
    run.stop_rule = rule
    assert stops(run) == expected


def test_looking_at_a_run_changes_nothing_of_where_it_stops(digits, numpy_backend):
    found = []
    for every in (0, 1, 7):
        run = TrainingRun(trainer(numpy_backend, digits))
        run.stop_rule = read("loss:0.6")
        for made in run.work():
            if made is STOP:
                found.append(run.trainer.steps)
                break
            if made is not PIECE and every and run.trainer.steps % every == 0:
                run.snapshot()
                for _ in run.settle():
                    pass
    assert len(found) == 3
    assert len(set(found)) == 1
