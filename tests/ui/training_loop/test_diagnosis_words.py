"""What is said of a run that does not learn, and of a trial: each kind, each state, by numbers of our own."""

import math
import re
from dataclasses import replace

import pytest

from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.remedies import Remedy, remedied
from engines.runs.points import Divergence
from tests.engines.runs.diagnosis.fates import run_of, train
from ui.experiment.settings import LANGUAGES
from ui.text import Text
from ui.training_loop.diagnosis_words import _SENTENCES, cause, suggestion
from ui.training_loop.trial import Trial, outcome

english = Text("en")
NUMBERS = {
    "loss": 2.31, "guessing": 2.3, "still": 600, "wait": 500, "layers": 6, "units": 32, "dead": 30, "layer": 2,
    "rows": 1437, "fading": 3e-4, "agreement": 0.11, "chance": 0.1, "compared": 480, "epsilon": 100.0, "share": 1.0,
    "rate": 1e-3, "moved": 0.0123, "ratio": 1e-6, "overshoot": 1.7, "weight": 3.1e16,
}  # fmt: skip
CHANGE = Remedy((("learning_rate", 0.1),), "first")


@pytest.fixture(scope="module")
def ill():
    run = run_of(learning_rate=3.0)
    train(run, 600)
    return run.snapshot()


def found(kind, remedy=CHANGE, step=600, **numbers):
    return Finding(kind, step, tuple((NUMBERS | numbers).items()), remedy)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", _SENTENCES)
def test_each_kind_has_its_words_in_each_language(kind, language, ill):
    broken = Divergence(600, "W1", 0.1, 3.1e16, True) if kind.startswith("broke") else None
    told = cause(replace(ill, finding=found(kind), divergence=broken), Text(language))
    assert not re.search(r"[{}]|이/가|을/를", told)


def test_the_numbers_are_those_of_the_finding(ill):
    told = cause(replace(ill, finding=found("dead")), english)
    assert told.startswith("No new lowest loss for 600 steps. In hidden layer 2 30 units of 32 are dead:")
    told = cause(replace(ill, finding=found("dead", dead=1, still=3)), english)
    assert told.startswith("In hidden layer 2 1 unit of 32 is dead:")
    told = cause(replace(ill, finding=found("rate_small")), english)
    assert "in 500 of them the weights move by 1.2%" in told.replace("\u202f", "").replace("\xa0", "")


def test_the_change_is_that_of_the_remedy(ill):
    told = suggestion(remedied(ill.recipe, CHANGE), ill.recipe, english)
    assert told == "To try: learning rate 0.1 instead of 3."


def trial(ill, broken=False):
    return Trial(found("dead"), ill.recipe, remedied(ill.recipe, CHANGE), broken, is_pending=False)


def after(ill, steps, loss, divergence=None, **other):
    recipe = replace(remedied(ill.recipe, CHANGE), step=steps, **other)
    return replace(ill, recipe=recipe, steps=steps, smoothed_loss=loss, divergence=divergence, finding=None)


@pytest.mark.parametrize(
    ("steps", "loss", "runs", "said"),
    [
        (1, 2.0, False, "At step 1, before the end of the trial, the smoothed loss is 2."),
        (900, 2.0, True, "Being tried: learning rate 0.1 instead of 3."),
        (900, 0.3, True, "Being tried"),
        (900, 0.3, False, "Cured: the smoothed loss at step 900 is 0.3, below 1.15, half of guessing's."),
        (1_500, 1.2, False, "Not cured: the smoothed loss at step 1,500 is 1.2, above 1.15, half of guessing's."),
        (9_000, 0.1, False, "Cured: the smoothed loss at step 9,000 is 0.1"),
    ],
)
def test_each_state_of_a_trial(ill, steps, loss, runs, said):
    told = outcome(trial(ill), after(ill, steps, loss), runs, english)
    assert said in told
    assert "Without it the smoothed loss was 2.31 at step 600." in told


def test_a_trial_that_breaks_down_has_not_cured(ill):
    broken = Divergence(40, "loss", 0.1, 1e30, True)
    assert "Not cured: this run broke down." in outcome(trial(ill), after(ill, 40, 0.1, broken), False, english)
    told = outcome(trial(ill, broken=True), after(ill, 40, 0.1, broken), False, english)
    assert "broke down too." in told
    assert "The run without it had broken down at step 600." in told


def test_of_another_run_or_before_its_beginning_nothing_is_said(ill):
    assert outcome(trial(ill), ill, False, english) == ""
    assert outcome(trial(ill), after(ill, 0, math.nan), False, english) == ""
    assert outcome(trial(ill), after(ill, 900, 0.3, seed=5), False, english) == ""
    changed = after(ill, 900, 0.3)
    other = changed.recipe.at(500).edited(replace(changed.recipe.first, batch_size=64))
    assert outcome(trial(ill), replace(changed, recipe=replace(other, step=900)), False, english) == ""
