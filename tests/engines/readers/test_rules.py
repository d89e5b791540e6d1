"""Readers' questions about rules, against `torch.optim` and updates written out."""

import math

import numpy as np
import pytest
import torch

from engines.readers import verdicts
from engines.readers.runs import RATES

IMAGE = 1 / 360  # of the test digits: rounding in float32 may turn one or two
SGD, Adam = torch.optim.SGD, torch.optim.Adam


def line(answer, name):
    return next(curve for curve in answer.curves if curve.name == name)


def test_both_lines_of_momentum_train(answer, torch_run):
    found = answer("velocity")
    assert found.value == "both"
    assert found.numbers["ratio"] == pytest.approx(1 + 0.9)
    for name, nesterov in (("listing", True), ("velocity", False)):
        run = torch_run()
        losses = run.steps(SGD(run.weights.values(), 0.02, 0.9, nesterov=nesterov), 200, every=5)
        assert line(found, name).y == pytest.approx(losses, rel=1e-3)
        assert found.numbers[name] == pytest.approx(run.test()[1], abs=2 * IMAGE)


def test_the_listing_is_the_rule_that_looks_ahead(answer, backend, torch_run, digits):
    found = answer("nesterov", backend)
    assert found.value == "ahead"
    assert found.numbers["gap"] < 1e-12
    ends = []
    for nesterov in (True, False):
        run = torch_run(dtype=torch.float64)
        optimizer = SGD(run.weights.values(), 0.1, 0.9, nesterov=nesterov)
        for _ in range(40):
            optimizer.zero_grad()
            run.loss(digits.x_train[:200], digits.y_train[:200])[0].backward()
            optimizer.step()
        ends.append(run.weights)
    gap = max(float((ends[0][name] - ends[1][name]).detach().abs().max()) for name in ends[0])
    assert line(found, "plain").y[-1] == pytest.approx(gap, rel=1e-6)


@pytest.mark.parametrize("epsilon", [1e-7, 1.0])
def test_the_places_of_epsilon_part_as_far_as_it_says(answer, torch_run, own_adam, epsilon):
    found = answer("epsilon")
    assert found.value == "large"
    assert found.numbers["factor"] == pytest.approx(1 / math.sqrt(0.001))
    paper, keras = torch_run(dtype=torch.float64), torch_run(dtype=torch.float64)

    def of_keras(m, s, t):
        return 0.001 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (s.sqrt() + epsilon)

    paper.steps(Adam(paper.weights.values(), 0.001, eps=epsilon), 100)
    keras.steps(own_adam(keras.weights.values(), of_keras), 100)
    apart, way = (
        math.sqrt(sum(float(((paper.weights[name] - others[name]) ** 2).sum()) for name in others))
        for others in (keras.weights, paper.first)
    )
    number = found.numbers["usual" if epsilon < 1 else "large"]
    assert number == pytest.approx(apart / way, rel=0.01)


def test_a_momentum_of_a_tenth_saves_little(answer, torch_run):
    found = answer("book_momentum")
    assert found.value == "little"
    for name, rate, momentum in (("none", 0.02, 0), ("book", 0.02, 0.1), ("usual", 0.02, 0.9), ("rate", 0.2, 0)):
        run = torch_run()
        losses = run.steps(SGD(run.weights.values(), rate, momentum, nesterov=momentum > 0), 400, every=5)
        reached = 5 * next(n for n, loss in enumerate(losses) if loss <= 1.0)
        assert abs(found.numbers[name] - reached) <= 5
    assert found.numbers["usual"] < found.numbers["book"] < found.numbers["none"] < 600


@pytest.mark.parametrize("rate", [1e-5, 0.003, 0.01, 1.0])
def test_adam_learns_at_some_rates(answer, torch_run, rate):
    found = answer("adam_rate")
    assert found.value == "needs"
    run = torch_run()
    run.steps(Adam(run.weights.values(), rate, eps=1e-7), 200)
    accuracy = line(found, "adam").y[RATES.index(rate)]
    assert accuracy == pytest.approx(run.test()[1], abs=0.02 if rate < 1 else 0.1)  # far too fast, it is chaos


def test_the_good_rates_are_told(answer):
    found = answer("adam_rate")
    for name, prefix in (("adam", ""), ("sgd", "sgd_")):
        good = [rate for rate, accuracy in zip(RATES, line(found, name).y, strict=True) if accuracy >= 0.9]
        assert (found.numbers[f"{prefix}lowest"], found.numbers[f"{prefix}highest"]) == (min(good), max(good))
    assert found.numbers["most"] == line(found, "adam").y.max() == line(found, "adam").y[RATES.index(0.01)]


def test_an_adam_that_multiplies_is_not_seen_at_every_rate(answer, torch_run, own_adam):
    found = answer("accuracy")
    assert found.value == "hidden"
    right, wrong = line(found, "right").y, line(found, "wrong").y
    for rate in (0.001, 0.03):
        runs = torch_run(), torch_run()

        def multiplied(m, s, t, rate=rate):
            return rate * m * (1 - 0.9**t) / ((s * (1 - 0.999**t)).sqrt() + 1e-7)

        runs[0].steps(Adam(runs[0].weights.values(), rate, eps=1e-7), 200)
        runs[1].steps(own_adam(runs[1].weights.values(), multiplied), 200)
        for run, curve in zip(runs, (right, wrong), strict=True):
            assert curve[RATES.index(rate)] == pytest.approx(run.test()[1], abs=0.03)
    fine = sum(1 for a, b in zip(wrong, right, strict=True) if a >= 0.9 and a >= b - 0.01)
    assert found.numbers["fine"] == fine > 0
    assert found.numbers["worst"] == RATES[int(np.argmax(right - wrong))]


def test_its_first_step_is_as_long_as_it_says(answer, own_adam):
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.tensor([0.3])
    own_adam([weight], lambda m, s, t: m * (1 - 0.9**t) / (s * (1 - 0.999**t)).sqrt()).step()
    assert -float(weight) == pytest.approx(answer("accuracy").numbers["first"], rel=1e-5)  # the right one's is 1


def test_all_samples_at_once_are_exact_and_dear(answer, torch_run, digits):
    found = answer("full_batch")
    numbers = found.numbers
    assert found.value == "samples"
    assert numbers["batches_steps"] == 20 * math.ceil(len(digits.y_train) / 32)
    ends = {"all": [], "batches": [], "few": []}
    for rate in (0.03, 0.1, 0.3, 1.0):
        whole, parts = torch_run(), torch_run()
        ends["all"].append(whole.steps(SGD(whole.weights.values(), rate), 20, len(digits.y_train))[-1])
        losses = parts.steps(SGD(parts.weights.values(), rate), 900, every=20)
        ends["batches"].append(losses[-1])
        ends["few"].append(losses[1])
    for name, losses in ends.items():
        assert numbers[name] == pytest.approx(min(losses), rel=0.05)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (verdicts.velocity(1.0, 0.9, 0.9), "same"),
        (verdicts.velocity(1.9, 0.95, 0.5), "listing"),
        (verdicts.velocity(1.9, 0.5, 0.95), "velocity"),
        (verdicts.velocity(1.9, 0.5, 0.5), "neither"),
        (verdicts.nesterov(0.1, 0.0), "plain"),
        (verdicts.nesterov(0.1, 0.1), "neither"),
        (verdicts.epsilon(0.02, 0.5), "always"),
        (verdicts.epsilon(0.001, 0.05), "never"),
        (verdicts.book_momentum(300, 100, 50), "enough"),
        (verdicts.book_momentum(300, 290, 300), "none"),
        (verdicts.adam_rate([0.6, 0.95]), "broad"),
        (verdicts.adam_rate([0.1, 0.8]), "nowhere"),
        (verdicts.accuracy(0, 0.5), "visible"),
        (verdicts.accuracy(3, 0.01), "equal"),
        (verdicts.full_batch(0.5, 0.2, 0.4), "both"),
        (verdicts.full_batch(0.2, 0.5, 0.1), "steps"),
        (verdicts.full_batch(0.2, 0.5, 0.4), "neither"),
    ],
)
def test_another_outcome_has_another_verdict(said, key):
    assert said == key
