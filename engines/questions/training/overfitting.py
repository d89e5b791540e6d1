"""Few training samples: the training loss falls on while the test loss rises again (chapter 2.4, 2.5)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import advanced, trained
from engines.runs.recipe import Recipe

_RISEN = 1.01  # times the lowest loss
_MOST_EPOCHS, _MOST_STEPS = 2000, 20_000


def lowest_test_epoch(*, recipe: Recipe, epochs: int) -> InPieces[Answer]:
    """After which epoch the test loss was lowest; 0 is the start."""
    told = yield from _told(recipe, epochs)
    return Answer(told["epoch"], told)


def course_of_test_loss(*, recipe: Recipe, epochs: int) -> InPieces[Answer]:
    """Whether the test loss "rises" again, to more than 1 % above its lowest, or "falls" to the end."""
    told = yield from _told(recipe, epochs)
    return Answer("rises" if told["test_end"] > _RISEN * told["lowest"] else "falls", told)


def lower_curve(*, recipe: Recipe, epochs: int) -> InPieces[Answer]:
    """Which loss is lower at the end, that on the "training" set or that on the "test" set."""
    told = yield from _told(recipe, epochs)
    return Answer("training" if told["training_end"] < told["test_end"] else "test", told)


class _Epoch(NamedTuple):
    training: float
    test: float
    accuracy: float


def _told(recipe: Recipe, epochs: int) -> InPieces[dict[str, float]]:
    course = yield from _course(recipe, epochs)
    lowest = min(range(len(course)), key=lambda epoch: course[epoch].test)
    start, best, end = course[0], course[lowest], course[-1]
    return {
        "epoch": lowest,
        "lowest": best.test,
        "test_end": end.test,
        "training_end": end.training,
        "test_start": start.test,
        "training_lowest": best.training,
        "accuracy_end": end.accuracy,
        "accuracy_lowest": best.accuracy,
        "samples": len(recipe.dataset().y_train),
        "times": end.test / best.test if best.test else math.inf,
    }


def _course(recipe: Recipe, epochs: int) -> InPieces[list[_Epoch]]:
    """The losses at the start and after each epoch, under the conditions that the run began with."""
    data, run = recipe.dataset(), replace(recipe, edits=(), step=0)
    steps = math.ceil(len(data.y_train) / run.first.batch_size)
    epochs = checked.whole("epochs", epochs, 1, min(_MOST_EPOCHS, max(1, _MOST_STEPS // steps)))
    trainer = yield from trained(run, 0, data)
    course = []
    for epoch in range(epochs + 1):
        yield from advanced(run.at(epoch * steps), trainer)
        logits = yield from trainer.predict_in_pieces(data.x_train)
        training, _accuracy = trainer.score(logits, data.y_train)
        yield PIECE
        course.append(_Epoch(training, *(yield from trainer.evaluate_in_pieces())))
        yield PIECE
    return course
