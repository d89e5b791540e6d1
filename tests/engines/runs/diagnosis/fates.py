"""Runs and their fates: by the loss after so many steps a run is ill or healthy, not by what was said of it."""

import itertools
import math
from dataclasses import replace

import numpy as np

from engines import backends, datasets, optimizers
from engines.network import Network
from engines.pieces import finished
from engines.runs.diagnosis.remedies import remedied
from engines.runs.training_run import TrainingRun
from engines.training import Trainer


def run_of(data="digits", hidden=(32,), activation="relu", init="he", optimizer="sgd", change=None, **settings):
    """A run; `change` alters its data. What the trainer does not take are the optimizer's hyperparameters."""
    images = datasets.load(data)
    images = change(images) if change else images
    own = {name: settings.pop(name) for name in ("loss", "batch_size", "seed", "dtype", "backend") if name in settings}
    network = Network([images.features, *hidden, images.classes], activation, init)
    rule = optimizers.get(optimizer)(**settings)
    return TrainingRun(Trainer(backends.get(own.pop("backend", "numpy")), network, rule, images, **own))


def shuffled(data):
    """Labels that have nothing to do with the images."""
    return replace(data, y_train=np.random.default_rng(0).permutation(data.y_train))


def all_one(data):
    return replace(data, y_train=np.zeros_like(data.y_train))


def train(run, to):
    """Train to that step, or until it breaks down; every finding on the way, by the step where it was first made."""
    found = []
    for _ in itertools.takewhile(lambda _: run.trainer.steps < to, run.work()):
        finding = finding_of(run)
        if (finding.kind if finding else None) != (found[-1][1] if found else None):
            found.append((run.trainer.steps, finding.kind if finding else None))
    return found


def finding_of(run):
    return run.watch.finding(run.recipe, run.curve, run.trainer.optimizer, run.divergence)


def guessing(run):
    """By a formula of our own: entropy of the labels' shares, or the mean of p (1 − p)."""
    shares = np.bincount(run.trainer.data.y_train, minlength=run.trainer.data.classes) / len(run.trainer.data.y_train)
    if run.course.recipe.loss == "mean_squared_error":
        return float(np.mean(shares * (1 - shares)))
    return float(-sum(p * math.log(p) for p in shares if p))


def is_ill(run):
    """By the loss of all training images (a sample of them where they are many) at the present weights."""
    trainer = run.trainer
    rows = slice(None, None, max(1, len(trainer.data.y_train) // 3000))
    loss = trainer.loss_of(trainer.predict(trainer.data.x_train[rows]), trainer.data.y_train[rows])
    return run.divergence is not None or not loss <= guessing(run) / 2


def cured(run, finding, steps):
    """The run with the change that its finding proposes, so many steps later."""
    snapshot = run.snapshot()
    recipe = remedied(snapshot.recipe, finding.remedy, snapshot.good_step)
    if finding.remedy.makes_another_run:
        run = TrainingRun(recipe.trainer(run.trainer.data))
    else:
        finished(run.turn_to(recipe))
    train(run, recipe.step + steps)
    return run
