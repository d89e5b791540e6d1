"""Readers' questions about rules: velocity, momentum twice, ε, a momentum of 0.1, rates, batches (chapter 2.4.3)."""

from __future__ import annotations

import numpy as np

from engines.optimizers.adam import Adam
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.optimizers.sgd import SGD
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.readers import verdicts
from engines.readers.answer import ReadersAnswer, curve, first_below
from engines.readers.own_rules import KerasAdam, MultipliedAdam
from engines.readers.runs import (
    RATES,
    STEPS,
    Course,
    apart,
    course,
    digits_loss,
    distance,
    first_weights,
    good_rates,
    over_rates,
    shared,
    trainer,
)  # fmt: skip

REACHED = 1.0  # the test loss that runs with little and much momentum are timed to


def reader_velocity(*, backend: str = "numpy") -> InPieces[Answer]:
    """Does the chapter's listing train where `w += velocity` does, and are the two one rule?"""
    rules = {"listing": Nesterov(0.02, 0.9), "velocity": Momentum(0.02, 0.9)}
    found, first_steps = {}, {}
    for number, (name, rule) in enumerate(rules.items()):
        run = trainer(backend, rule, dtype="float64")
        before = run.parameters()["W2"]
        yield from run.step_in_pieces()
        first_steps[name] = np.linalg.norm(run.parameters()["W2"] - before)
        found[name] = yield from shared(course(trainer(backend, rule), 200, 40), number, len(rules))
    ratio = float(first_steps["listing"] / first_steps["velocity"])
    listing, velocity = (found[name].accuracy for name in rules)
    return ReadersAnswer(
        verdicts.velocity(ratio, listing, velocity),
        {"ratio": ratio, "listing": listing, "velocity": velocity, "steps": 200},
        curves=tuple(curve(name, went.steps, went.losses) for name, went in found.items()),
        logarithmic="y",
    )


def reader_nesterov(*, backend: str = "numpy") -> InPieces[Answer]:
    """Is the chapter's rule the one that looks ahead, with W standing where the look-ahead has its gradient?"""
    f, rate, momentum, steps = digits_loss(backend, samples=200), 0.1, 0.9, 40
    w, ahead, plain = first_weights(f), first_weights(f), first_weights(f)
    rules = Nesterov(rate, momentum), Momentum(rate, momentum)
    states = rules[0].initial_state(w), rules[1].initial_state(plain)
    velocity = {name: 0 * values for name, values in ahead.items()}
    gaps, others = [], []
    for step in range(1, steps + 1):
        rules[0].update(w, f.gradient(w), states[0])
        rules[1].update(plain, f.gradient(plain), states[1])
        looked_from = {name: values + momentum * velocity[name] for name, values in ahead.items()}
        slopes = f.gradient(looked_from)
        velocity = {name: momentum * v - rate * slopes[name] for name, v in velocity.items()}
        ahead = {name: values + velocity[name] for name, values in ahead.items()}
        gaps.append(apart(w, {name: values + momentum * velocity[name] for name, values in ahead.items()}))
        others.append(apart(w, plain))
        yield step / steps if step % 5 == 0 else PIECE
    numbers = np.arange(1, steps + 1)
    return ReadersAnswer(
        verdicts.nesterov(max(gaps), max(others)),
        {"gap": max(gaps), "other": max(others), "steps": steps},
        curves=(curve("ahead", numbers, gaps), curve("plain", numbers, others)),
        logarithmic="y",
    )


def reader_epsilon(*, backend: str = "numpy") -> InPieces[Answer]:
    """How far apart do the two places of Adam's ε lead, for small and for large ε?"""
    epsilons, steps = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0), 100
    parted = []
    for number, epsilon in enumerate(epsilons):
        ends = []
        for rule in (Adam(epsilon=epsilon), KerasAdam(epsilon=epsilon)):
            run = trainer(backend, rule, dtype="float64")
            yield from course(run, steps)
            ends.append(run.parameters())
        start, (paper, keras) = first_weights(digits_loss(backend, samples=1)), ends
        parted.append(distance(paper, keras) / distance(paper, start))
        yield (number + 1) / len(epsilons)
    usual = epsilons.index(1e-7)
    return ReadersAnswer(
        verdicts.epsilon(parted[usual], parted[-1]),
        {
            "usual": parted[usual],
            "large": parted[-1],
            "factor": float((1 - Adam.beta_2) ** -0.5),
            "steps": steps,
        },
        curves=(curve("apart", epsilons, parted),),
        logarithmic="xy",
    )


def reader_book_momentum(*, backend: str = "numpy") -> InPieces[Answer]:
    """How many steps does a momentum of 0.1 save, how many 0.9, and how many a rate ten times as large?"""
    rules = {"none": SGD(0.02), "book": Nesterov(0.02, 0.1), "usual": Nesterov(0.02, 0.9), "rate": SGD(0.2)}
    steps, curves = 600, []
    for number, (name, rule) in enumerate(rules.items()):
        went = yield from shared(course(trainer(backend, rule), steps, 120), number, len(rules))
        curves.append(curve(name, went.steps, went.losses))
    needed = {line.name: min(first_below(line, REACHED), float(steps)) for line in curves}
    return ReadersAnswer(
        verdicts.book_momentum(needed["none"], needed["book"], needed["usual"]),
        needed | {"loss": REACHED},
        curves=tuple(curves),
        logarithmic="y",
    )


def reader_adam_rate(*, backend: str = "numpy") -> InPieces[Answer]:
    """At which learning rates does Adam learn, and at which SGD?"""
    adam, sgd = yield from over_rates(backend, (Adam(), SGD()))
    lowest, highest = good_rates(adam)
    sgd_lowest, sgd_highest = good_rates(sgd)
    numbers = {"lowest": lowest, "highest": highest, "sgd_lowest": sgd_lowest, "sgd_highest": sgd_highest}
    numbers |= {"least": min(adam), "most": max(adam), "best": RATES[int(np.argmax(adam))], "steps": STEPS}
    return ReadersAnswer(
        verdicts.adam_rate(adam), numbers, (curve("adam", RATES, adam), curve("sgd", RATES, sgd)), (), "x", True
    )


def reader_accuracy(*, backend: str = "numpy") -> InPieces[Answer]:
    """At which learning rates does an Adam that multiplies by its correction show that it is wrong?"""
    right, wrong = yield from over_rates(backend, (Adam(), MultipliedAdam()))
    behind = [a - b for a, b in zip(right, wrong, strict=True)]
    fine = [rate for rate, a, b in zip(RATES, wrong, right, strict=True) if verdicts.does_as_well(a, b)]
    worst, usual = int(np.argmax(behind)), RATES.index(Adam().learning_rate)
    numbers = {"fine": len(fine), "rates": len(RATES), "steps": STEPS}
    numbers |= {"usual": RATES[usual], "usual_right": right[usual], "usual_wrong": wrong[usual]}
    numbers["first"] = (1 - Adam.beta_1) ** 2 / (1 - Adam.beta_2)  # its first step, measured by the right one's
    numbers |= {"worst": RATES[worst], "right": right[worst], "wrong": wrong[worst]}
    return ReadersAnswer(
        verdicts.accuracy(len(fine), max(behind)),
        numbers,
        (curve("right", RATES, right), curve("wrong", RATES, wrong)),
        logarithmic="x",
        shares=True,
    )


def reader_full_batch(*, backend: str = "numpy") -> InPieces[Answer]:
    """Batches of 32 against all samples at once, each at its best rate: after as many samples, and as many steps."""
    rates, epochs, steps_of_an_epoch = (0.03, 0.1, 0.3, 1.0), 20, 45
    runs: dict[str, list[Course]] = {"all": [], "batches": []}
    for number, rate in enumerate(rates):
        work = course(trainer(backend, SGD(rate), batch_size=0), epochs, epochs)
        runs["all"].append((yield from shared(work, 2 * number, 2 * len(rates))))
        work = course(trainer(backend, SGD(rate)), epochs * steps_of_an_epoch, epochs * steps_of_an_epoch // 5)
        runs["batches"].append((yield from shared(work, 2 * number + 1, 2 * len(rates))))
    best = {name: min(went, key=lambda one: one.last) for name, went in runs.items()}
    same_steps = min(went.at(epochs) for went in runs["batches"])
    curves = (
        curve("batches", np.array(best["batches"].steps) / steps_of_an_epoch, best["batches"].losses),
        curve("all", best["all"].steps, best["all"].losses),
    )
    numbers = {
        "all": best["all"].last,
        "batches": best["batches"].last,
        "batches_steps": epochs * steps_of_an_epoch,
        "steps": epochs,
        "few": same_steps,
        "all_rate": rates[runs["all"].index(best["all"])],
        "batches_rate": rates[runs["batches"].index(best["batches"])],
    }
    verdict = verdicts.full_batch(best["all"].last, best["batches"].last, same_steps)
    return ReadersAnswer(verdict, numbers, curves, logarithmic="y")
