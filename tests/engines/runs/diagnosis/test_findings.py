"""The rules from numbers to findings, on numbers made by hand; remedies; and that looking changes nothing."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers
from engines.pieces import finished
from engines.runs.diagnosis.broken import of_divergence
from engines.runs.diagnosis.findings import Past, exact, of_standstill, shorter, still_so
from engines.runs.diagnosis.neighbours import neighbours
from engines.runs.diagnosis.probes import Probes, probe, sample_rows
from engines.runs.diagnosis.remedies import Remedy, remedied
from engines.runs.diagnosis.standstill import guessing_loss, patience
from engines.runs.points import Divergence
from tests.engines.runs.diagnosis.fates import finding_of, guessing, run_of, train

WELL = Probes(
    rows=1_000, dead=(0.1,), saturated=0.0, equal=False, born_dead=False, fading=0.9, gradients=(0.3, 0.3),
    steps=(1e-3, 1e-3), overshoot=0.2, compared=500, agreement=0.9, chance=0.1, epsilon_rules=None,
)  # fmt: skip


def past(loss=2.2, steps=2_000, **settings):
    recipe = run_of(**settings).recipe
    return Past(replace(recipe, step=steps), loss, guessing=2.3, still=600, wait=500)


def kind(probes=WELL, **settings):
    found = of_standstill(past(**settings), probes)
    return found.kind if found else None


def test_a_run_that_stands_still_for_no_reason_that_shows_may_only_be_waiting():
    assert kind() is None


@pytest.mark.parametrize(
    ("seen", "settings", "expected"),
    [
        ({"agreement": 0.12}, {}, "labels"),
        ({"agreement": 0.25}, {}, None),
        ({"equal": True}, {}, "equal_units"),
        ({"dead": (1.0,), "steps": (0.0, 0.0)}, {}, "dead"),
        ({"dead": (0.8,)}, {}, "dead"),
        ({"dead": (0.7,)}, {}, None),
        ({"dead": (1.0,), "steps": (0.0, 0.0), "born_dead": True}, {}, "dead_narrow"),
        ({"dead": (1.0,), "steps": (0.0, 0.0)}, {"hidden": (2,)}, "dead_narrow"),
        ({"dead": (1.0,), "steps": (0.0, 0.0), "fading": 0.01}, {"init": "small"}, "dead_faded"),
        ({"steps": (1e-6, 1e-6)}, {"learning_rate": 1e-4}, "rate_small"),
        ({"steps": (1e-6, 1e-6)}, {"learning_rate": 1e4}, None),
        ({"steps": (1e-6, 1e-6), "epsilon_rules": 0.9}, {"optimizer": "adam", "epsilon": 1.0}, "epsilon_large"),
        ({"steps": (1e-6, 1e-6), "epsilon_rules": 0.9}, {"optimizer": "adam"}, "rate_small"),
        ({"steps": (1e-6, 1e-3), "gradients": (1e-5, 0.1)}, {"activation": "sigmoid"}, "vanishing"),
        ({"steps": (1e-3, 1e-3), "gradients": (1e-5, 0.1)}, {"activation": "sigmoid"}, None),
        ({"saturated": 0.95}, {"activation": "tanh"}, "saturated"),
        ({"saturated": 0.85}, {"activation": "tanh"}, None),
        ({}, {"loss": 2.6}, "above_guessing"),
        ({"steps": (0.05, 0.05), "overshoot": 1.5}, {}, "overshoots"),
        ({"steps": (0.05, 0.05), "overshoot": math.inf}, {}, None),
        ({}, {"hidden": (1,)}, "narrow"),
    ],
)
def test_what_the_probes_say(seen, settings, expected):
    assert kind(replace(WELL, **seen), **settings) == expected


def test_exact_causes_need_no_probe():
    rule = optimizers.get("sgd")(learning_rate=0.0)
    assert exact(past(), rule, labels=10).kind == "rate_zero"
    assert exact(past(), rule, labels=1).kind == "one_label"
    assert exact(past(), optimizers.get("sgd")(), labels=10) is None


def test_a_finding_is_dropped_when_the_loss_speaks_against_it():
    found = of_standstill(past(loss=2.6), WELL)
    assert still_so(found, past(loss=2.4)).number("loss") == 2.4
    assert still_so(found, past(loss=2.2)) is None
    assert still_so(found, past(loss=1.0)) is None


# What has broken down


def broken(weight, overshot, step=20, at_first=0.5, **settings):
    return of_divergence(past(steps=step, **settings), Divergence(step, "W1", 0.1, weight, overshot, at_first))


def test_weights_beyond_what_the_rule_can_reach_are_those_of_epsilon():
    adam = {"optimizer": "adam", "learning_rate": 1e-3}
    assert broken(1e12, True, **adam).kind == "broke_epsilon"
    assert dict(broken(1e12, True, **adam).remedy.changes) == {"epsilon": 1e-7}
    assert broken(0.5 + 20 * 1e-3, True, **adam).kind == "broke_rate"
    assert broken(1e12, True, optimizer="sgd").kind == "broke_rate"  # it has no ε


def test_what_broke_for_no_reason_that_shows_has_no_remedy():
    found = broken(0.6, False)
    assert (found.kind, found.remedy) == ("broke", None)


def test_a_weight_that_was_planted_is_no_fault_of_the_rate():
    run = run_of()
    train(run, 5)
    values = run.trainer.parameters()["W1"]
    values[0, 0] = math.nan
    run.trainer.set_parameters({"W1": values})
    list(itertools.islice(run.work(), 5))
    assert run.snapshot().finding.kind == "broke"


# Remedies


def test_steps_get_shorter_by_what_is_unusual():
    def changes(**settings):
        return dict(shorter(run_of(**settings).recipe, "first").changes)

    assert changes(learning_rate=3.0) == {"learning_rate": 0.1}
    assert changes(learning_rate=0.1) == {"learning_rate": pytest.approx(0.01)}
    assert changes(optimizer="momentum", momentum=0.999) == {"momentum": 0.9}
    assert changes(optimizer="momentum", momentum=0.99, learning_rate=1.0) == {"momentum": 0.9, "learning_rate": 0.1}


def test_where_a_remedy_begins():
    recipe = replace(run_of(learning_rate=3.0).recipe, step=500)
    change = (("learning_rate", 0.1),)
    here = remedied(recipe, Remedy(change, "here"), good_step=4)
    assert (here.step, here.edits[-1].step, here.conditions.optimizer.learning_rate) == (500, 500, 0.1)
    assert remedied(recipe, Remedy(change, "good"), good_step=4).edits[-1].step == 4
    first = remedied(recipe, Remedy(change, "first"), good_step=4)
    assert (first.step, first.edits, first.first.optimizer.learning_rate) == (0, (), 0.1)
    other = remedied(recipe, Remedy((("activation", "tanh"),), "first"))
    assert (other.activation, other.step, other.first) == ("tanh", 0, recipe.first)


# Numbers that are compared with


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
def test_guessing_is_the_least_loss_of_one_answer_for_all(loss):
    run = run_of(loss=loss)
    trainer, shares = run.trainer, np.bincount(run.trainer.data.y_train) / len(run.trainer.data.y_train)
    assert guessing_loss(trainer) == pytest.approx(guessing(run), rel=1e-4)
    best = np.log(shares) if loss == "cross_entropy" else shares
    rng = np.random.default_rng(0)
    for _ in range(20):
        logits = np.tile(best + rng.normal(0, 0.05, 10), (len(trainer.data.y_train), 1)).astype("float32")
        assert trainer.loss_of(logits, trainer.data.y_train) > guessing_loss(trainer)


def test_a_standstill_takes_500_steps_or_three_epochs():
    assert patience(run_of().trainer) == 500  # 45 steps an epoch
    assert patience(run_of(batch_size=1).trainer) == 3 * 1_437


def test_neighbours_by_a_plain_count():
    rng = np.random.default_rng(1)
    x, labels = rng.random((40, 6)).astype("float32"), rng.integers(0, 3, 40)
    same = 0
    for one in range(40):
        other = min((k for k in range(40) if k != one), key=lambda k: ((x[one] - x[k]) ** 2).sum())
        same += labels[one] == labels[other]
    assert neighbours(x, labels)[0] == pytest.approx(same / 40)


@pytest.mark.parametrize(
    ("count", "weights", "rows"), [(1_437, 2_410, 1_437), (60_000, 25_450, 2_000), (60_000, 10**8, 40)]
)
def test_of_large_data_or_for_a_large_network_a_sample_is_looked_at(count, weights, rows):
    chosen = sample_rows(count, weights)
    assert len(chosen) == len(set(chosen.tolist())) == rows
    assert (chosen[0], chosen[-1]) == (0, count - 1)


# Looking changes nothing


def test_probes_change_nothing_and_say_the_same_twice(backend):
    run = run_of(optimizer="adam", backend=backend.name)
    train(run, 30)
    before = run.trainer.checkpoint()
    one, two = (finished(probe(run.trainer, run.norms, run.initial)) for _ in range(2))
    after = run.trainer.checkpoint()
    assert one == two
    assert vars(after.position.small) == vars(before.position.small)
    for name, values in before.parameters.items():
        np.testing.assert_array_equal(after.parameters[name], values)
        np.testing.assert_array_equal(after.state["mean"][name], before.state["mean"][name])


def test_dead_units_are_those_of_a_plain_forward_pass(backend):
    run = run_of(learning_rate=0.9, backend=backend.name)
    train(run, 100)
    weights, x = run.trainer.parameters(), run.trainer.data.x_train
    expected = np.mean((x @ weights["W1"] + weights["b1"]).max(axis=0) <= 0)
    assert finished(probe(run.trainer, run.norms, run.initial)).dead == pytest.approx((expected,))


def test_a_finding_follows_from_the_recipe_whoever_looks_and_wherever_one_has_been():
    settings = {"learning_rate": 3.0}
    alone, watched = run_of(**settings), run_of(**settings)
    train(alone, 700)
    for _ in itertools.takewhile(lambda _: watched.trainer.steps < 700, watched.work()):
        if watched.trainer.steps % 7 == 0:
            watched.snapshot()
            finished(watched.settle())
    assert finding_of(watched) == finding_of(alone) is not None
    found = finding_of(alone)
    finished(watched.turn_to(watched.course.recipe.at(100)))
    train(watched, 700)
    assert finding_of(watched) == found
    np.testing.assert_array_equal(watched.trainer.parameters()["W1"], alone.trainer.parameters()["W1"])


def test_after_a_change_nothing_is_known_yet():
    run = run_of(learning_rate=1e-6)
    train(run, 700)
    assert finding_of(run).kind == "rate_small"
    run.change_optimizer(optimizers.get("sgd")(learning_rate=0.1))
    assert run.snapshot().finding is None
    train(run, 900)
    assert run.snapshot().finding is None
