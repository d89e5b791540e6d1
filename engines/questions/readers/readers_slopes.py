"""Readers' questions about slopes: exp, relu at 0, a mean's, checks that fail, a loss that stays (2.4.1 to 2.4.4)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from engines import backends, datasets
from engines.arrays import NamedArrays
from engines.batches import Batches
from engines.gradients.audit import relative_errors
from engines.gradients.loss_function import LossFunction, descended
from engines.optimizers.sgd import SGD
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.readers import verdicts
from engines.readers.answer import ReadersAnswer, Row, curve
from engines.readers.own_rules import ReluAtZero
from engines.readers.runs import BATCH, STEPS, course, digits_loss, first_weights, shared, trainer
from engines.readers.verdicts import NEAR_GUESSING
from engines.records import accuracy

FAILS = 0.01  # the relative error from which a check is taken for failed
_ENTRIES = 40
_ROUNDING = 1e-9


def reader_exp(*, backend: str = "numpy") -> InPieces[Answer]:
    """Is the derivative of exp its argument, or its value?"""
    library = backends.get(backend)
    points, step = np.array([-1.0, 0.0, 1.0, 2.0]), 1e-5
    x = library.tensor(points, requires_grad=True)
    (slopes,) = library.gradients(library.sum(library.exp(x)), [x])
    slopes = np.array(library.numpy(slopes))
    yield PIECE
    above, below = (library.numpy(library.exp(library.tensor(points + h))) for h in (step, -step))
    measured, values = (above - below) / (2 * step), np.exp(points)
    to_value, to_point = float(np.abs(slopes - values).max()), float(np.abs(slopes - points).max())
    rows = zip(points, slopes, measured, values, strict=True)
    return ReadersAnswer(
        verdicts.exp(to_value, to_point),
        {"value": to_value, "point": to_point, "at": 2.0, "slope": float(slopes[-1])},
        rows=tuple(Row(float(at), tuple(map(float, told))) for at, *told in rows),
    )


def reader_relu(*, backend: str = "numpy") -> InPieces[Answer]:
    """How often does a relu meet a sum of exactly 0 in training, and what does its slope there change?"""
    slopes, steps, rows, sums, zeros = (0.0, 0.5, 1.0), 300, [], 0, 0
    data, ends = datasets.load("digits"), []
    for number, slope in enumerate(slopes):
        relu = ReluAtZero(backends.get(backend), slope)
        whole = replace(digits_loss(backend, len(data.y_train), dtype="float32"), backend=relu)
        weights, batches = first_weights(whole), Batches(len(data.y_train), BATCH, seed=0)
        for step in range(steps):
            drawn = batches.draw()
            part = replace(whole, x=data.x_train[drawn], labels=data.y_train[drawn])
            weights = descended(weights, part.gradient(weights), 0.1)
            if step % 10 == 0:
                yield PIECE
        sums, zeros_met = sums + relu.sums, relu.zeros
        zeros += zeros_met
        test = replace(whole, x=data.x_test[:], labels=data.y_test)
        logits = yield from test.logits_in_pieces(weights)
        ends.append(accuracy(logits, data.y_test))
        rows.append(Row(slope, (test.value(weights), ends[-1], float(zeros_met))))
        yield (number + 1) / len(slopes)
    numbers = {"sums": sums, "zeros": zeros, "apart": max(ends) - min(ends), "accuracy": ends[0], "steps": steps}
    return ReadersAnswer(verdicts.relu(zeros, max(ends) - min(ends)), numbers, rows=tuple(rows))


def reader_mean(*, backend: str = "numpy") -> InPieces[Answer]:
    """What does an entry of x get from each entry of x − mean(x), and what from their sum?"""
    library = backends.get(backend)
    x = library.tensor(np.array([1.0, 2.0, 4.0, 9.0]), requires_grad=True)
    centred = library.subtract(x, library.mean(x))
    rows = []
    for number in range(4):
        (passed,) = library.gradients(centred, [x], np.eye(4)[number])
        rows.append(np.array(library.numpy(passed), np.float64))
        yield PIECE
    (of_sum,) = library.gradients(library.sum(centred), [x])
    total = np.array(library.numpy(of_sum), np.float64)
    return ReadersAnswer(
        verdicts.mean(total),
        {"own": float(rows[0][0]), "other": float(rows[0][1]), "total": float(np.abs(total).max())},
        rows=(
            *(Row(f"entry{number}", tuple(map(float, row))) for number, row in enumerate(rows, start=1)),
            Row("sum", tuple(map(float, np.where(np.abs(total) < _ROUNDING, 0.0, total)))),
        ),
    )


def reader_check(*, backend: str = "numpy") -> InPieces[Answer]:
    """Which share of a right gradient's entries fails a check, by ε, precision and network? And of a wrong one's?"""
    epsilons = tuple(10.0**-k for k in range(1, 11))
    cases = {
        "float32": (digits_loss(backend, 64, "relu", "float32"), 1.0),
        "float64": (digits_loss(backend, 64, "relu"), 1.0),
        "smooth": (digits_loss(backend, 64, "tanh"), 1.0),
        "wrong": (digits_loss(backend, 64, "tanh"), 1.1),
    }
    curves = []
    for number, (name, (f, factor)) in enumerate(cases.items()):
        weights = first_weights(f)
        gradient = f.gradient(weights)["W1"].astype(np.float64) * factor
        steepest = np.argsort(-np.abs(gradient), axis=None)[: 4 * _ENTRIES : 4]
        shares = []
        for epsilon in epsilons:
            shares.append((yield from _failing(f, weights, gradient, steepest, epsilon)))
        curves.append(curve(name, epsilons, shares))
        yield (number + 1) / len(cases)
    best = {line.name: float(line.y.min()) for line in curves}
    worst = {f"{line.name}_worst": float(line.y.max()) for line in curves}
    right = [line for line in curves if line.name != "wrong"]
    verdict = verdicts.check(min(best[line.name] for line in right), max(float(line.y.max()) for line in right))
    return ReadersAnswer(
        verdict, best | worst | {"entries": _ENTRIES}, curves=tuple(curves), logarithmic="x", shares=True
    )


def _failing(
    f: LossFunction, weights: NamedArrays, gradient: np.ndarray, entries: np.ndarray, epsilon: float
) -> InPieces[float]:
    """The share of these entries of W1 whose central difference is too far from the gradient."""
    numeric = []
    for flat in entries:
        at, losses = np.unravel_index(flat, gradient.shape), []
        for offset in (epsilon, -epsilon):
            moved = np.array(weights["W1"], f.dtype)
            moved[at] += offset
            losses.append(f.value({**weights, "W1": moved}))
        numeric.append((losses[0] - losses[1]) / (2 * epsilon))
        yield PIECE
    analytic = gradient.ravel()[entries]
    errors = relative_errors(analytic, np.array(numeric), float(np.abs(gradient).max()))
    return float(np.mean(errors > FAILS))


def reader_guessing(*, backend: str = "numpy") -> InPieces[Answer]:
    """Which faults leave the loss where guessing has it, at ln 10?"""
    weights = trainer(backend, SGD(), initialization="small").parameters()
    zeros = {name: np.zeros_like(values) for name, values in weights.items()}
    dead = {**weights, "b1": np.full_like(weights["b1"], -10.0)}
    cases = {
        "healthy": trainer(backend, SGD(0.1), initialization="small"),
        "rate_zero": trainer(backend, SGD(0.0), initialization="small"),
        "rate_small": trainer(backend, SGD(1e-6), initialization="small"),
        "zeros": trainer(backend, SGD(0.1), parameters=zeros),
        "dead": trainer(backend, SGD(0.1), parameters=dead),
        "deep": trainer(backend, SGD(0.1), (32,) * 6, "sigmoid", "small"),
    }
    rows, ends = [], {}
    for number, (name, run) in enumerate(cases.items()):
        went = yield from shared(course(run, STEPS), number, len(cases))
        _loss, gradients = yield from run.gradients_in_pieces(run.data.x_train[:200], run.data.y_train[:200])
        ends[name] = went.last
        rows.append(Row(name, (went.losses[0], went.last, float(np.linalg.norm(gradients["W1"])))))
    guess = math.log(run.data.classes)
    stuck = [name for name in ends if name != "healthy" and abs(ends[name] - guess) < NEAR_GUESSING]
    numbers = {"guess": guess, "healthy": ends["healthy"], "stuck": len(stuck), "ill": len(ends) - 1, "steps": STEPS}
    verdict = verdicts.guessing(abs(ends["healthy"] - guess) < NEAR_GUESSING, len(stuck), len(ends) - 1)
    return ReadersAnswer(verdict, numbers, rows=tuple(rows))
