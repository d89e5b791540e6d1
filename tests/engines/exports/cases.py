"""Runs to export: settings in pairwise combination, and what the app makes of each."""

import itertools
import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engines import optimizers
from engines.runs.recipe import Conditions, Recipe

STEPS = 500
FACTORS = {
    "rule": tuple(optimizers.rules()),
    "activation": ("relu", "tanh", "sigmoid"),
    "loss": ("cross_entropy", "mean_squared_error"),
    "dtype": ("float64", "float32"),
    "hidden": ((32,), (), (24, 16), (12,) * 8),
    "initialization": ("he", "glorot", "small", "zeros", "constant"),
    "batch_size": (32, 1, 100),
}


class Made(NamedTuple):
    """What the app makes of a recipe: the loss of each step and the weights at the end."""

    losses: list
    weights: dict


def pairwise(factors):
    """Few combinations, in which every two values of two factors meet."""
    names = list(factors)
    combinations = list(itertools.product(*factors.values()))
    pairs = [set(itertools.combinations(enumerate(each), 2)) for each in combinations]
    left, chosen = set().union(*pairs), []
    while left:
        best = max(range(len(pairs)), key=lambda n: len(pairs[n] & left))
        left -= pairs[best]
        chosen.append(dict(zip(names, combinations[best], strict=True)))
    return chosen


def recipe(
    data,
    rule="sgd",
    activation="relu",
    loss="cross_entropy",
    dtype="float64",
    hidden=(32,),
    initialization="he",
    batch_size=32,
    steps=STEPS,
    backend="numpy",
    seed=3,
    **settings,
):
    """A run without edits."""
    first = Conditions(backend, optimizers.rules()[rule](**settings), batch_size)
    return Recipe(
        data.name, hidden, activation, initialization, loss, seed, dtype, first, step=steps, identity=data.identity
    )


def steady(data, **settings):
    """A run that learns: a tenth of the rate where steps would overshoot, which magnifies every rounding."""
    run = recipe(data, **settings)
    if len(run.hidden) < 8 and run.first.batch_size > 1:
        return run
    return recipe(data, learning_rate=run.first.optimizer.learning_rate * 0.1, **settings)


def edited(run, step, rule=None, batch_size=None, backend=None, **settings):
    """The run with other conditions from that step on; its earlier edits stay, later ones must not be there."""
    last = run.conditions
    optimizer = optimizers.rules()[rule](**settings) if rule else replace(last.optimizer, **settings)
    after = Conditions(backend or last.backend, optimizer, batch_size or last.batch_size)
    return replace(run, edits=run.edited(after, step).edits)


def slower(run, step=217):
    """The run with its rate changed on the way."""
    return edited(run, step, learning_rate=run.first.optimizer.learning_rate * 0.3)


def made(run, data):
    """The app's own way through the run: `Trainer`, step by step."""
    trainer, losses, edits = run.trainer(data), [], {edit.step: edit.conditions for edit in run.edits}
    for step in range(run.step):
        if step in edits:
            edits[step].apply(trainer)
        with np.errstate(all="ignore"):
            losses.append(trainer.step().loss)
        if not math.isfinite(losses[-1]):
            break
    return Made(losses, trainer.parameters())


def reference(app):
    """Some losses, as a page hands them over; of a run that diverged without the one that is no number."""
    finite = [(step, loss) for step, loss in enumerate(app.losses) if math.isfinite(loss)]
    return [(step, loss) for step, loss in finite if step % 50 in (0, 17) or step + 1 == len(app.losses)]
