"""Moments of a run as the tests of the mistakes need them, and drawings."""

import numpy as np

from engines import backends, optimizers
from engines.network import Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from ui.training_loop.pad.drawings import Drawing

DIGITS = tuple("0123456789")


def english(label):
    return label


def moment(digits, logits):
    """After five steps, had the network given these logits (n, classes)."""
    run = TrainingRun(Trainer(backends.get("numpy"), Network([64, 10]), optimizers.get("sgd")(), digits))
    for _ in range(5):
        run.step()
    run.test_points.logits, run.test_points.logits_at = logits, 5
    run.test_points.look_is_due = lambda seconds: False
    return run.snapshot()


def drawing(number, label, x):
    return Drawing((), label, "digits", np.asarray(x, np.float32), np.asarray(x, np.float32), number)
