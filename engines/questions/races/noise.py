"""One sample, a batch, all of them: how far their gradients scatter, and where equal samples lead (chapter 2.4.3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from engines.errors import InvalidSetting
from engines.optimizers.sgd import SGD
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.records import last
from engines.questions.common.runs import trained
from engines.races.batch_race import BatchRace, batch_race
from engines.races.gradient_noise import GradientNoise, draws, expected_noise, gradient_noise
from engines.runs.recipe import Conditions, Recipe

_MOST = 5000  # samples
_MOST_EPOCHS = 20


def batch_gradient(*, recipe: Recipe, batch: int, what: str = "cosine") -> InPieces[Answer]:
    """How far the gradient of such a batch is from that of all samples: the mean cosine, or the relative spread."""
    checked.choice("what", what, ("cosine", "spread"))
    found = yield from _noise(recipe, (batch,))
    size = found.sizes[0]
    told = {
        "cosine": float(size.cosines.mean()),
        "spread": math.sqrt(size.noise),
        "norm": found.norm,
        "samples": found.samples,
        "batch": size.batch_size,
        "draws": draws(size.batch_size),
    }
    return Answer(told[what], told)


def spread_shrinks(*, recipe: Recipe, batch: int, than: int = 1) -> InPieces[Answer]:
    """How many times less the gradients of larger batches scatter than those of smaller ones."""
    found = yield from _noise(recipe, (than, batch))
    few, many = (math.sqrt(size.noise) for size in found.sizes)
    if not many:
        raise InvalidSetting("The gradient of all samples does not scatter at all.")
    few_theory, many_theory = (expected_noise(1.0, size, found.samples) for size in (than, batch))
    return Answer(
        few / many,
        {
            "root": math.sqrt(batch / than),
            "theory": math.sqrt(few_theory / many_theory),
            "spread": many,
            "than_spread": few,
        },
    )


def same_samples(*, recipe: Recipe, batch: int = 32, epochs: int = 1, rate: float = 0.0) -> InPieces[Answer]:
    """Plain SGD with one sample a step, a batch, and all samples, over as many samples: which training loss is lowest.

    "one", "some" or "all"; without a rate, at the recipe's.
    """
    data = recipe.dataset()
    samples = checked.whole("samples", len(data.y_train), 3, _MOST)
    batch = checked.whole("batch", batch, 2, samples - 1)
    epochs = checked.whole("epochs", epochs, 1, _MOST_EPOCHS)
    rate = checked.positive("rate", rate or recipe.first.optimizer.learning_rate)
    trainers = []
    for size in (1, batch, samples):
        conditions = Conditions(recipe.first.backend, SGD(learning_rate=rate), size)
        trainers.append((yield from trained(replace(recipe, first=conditions, edits=()), 0, data)))
    race = yield from last(batch_race(trainers, epochs), BatchRace)
    told: dict[str, float | str] = {"samples": samples}
    losses = {}
    for name, run in zip(("one", "some", "all"), race.runs, strict=True):
        lost = run.diverged_after is not None
        losses[name] = math.inf if lost else run.last.training
        told |= {f"loss_{name}": losses[name], f"accuracy_{name}": run.last.accuracy, f"steps_{name}": run.last.steps}
    return Answer(min(losses, key=lambda name: losses[name]), told)


def _noise(recipe: Recipe, sizes: Sequence[int]) -> InPieces[GradientNoise]:
    """Batches of these sizes at the recipe's step, against all samples."""
    samples = checked.whole("samples", len(recipe.dataset().y_train), 1, _MOST)
    sizes = [checked.whole("batch", size, 1, samples) for size in sizes]
    trainer = yield from trained(recipe)
    found = yield from last(gradient_noise(trainer, trainer.steps, sizes, recipe.seed), GradientNoise)
    if found.undefined:
        raise InvalidSetting("The gradient of all samples is 0: there is nothing to compare with.")
    return found
