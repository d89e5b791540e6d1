"""What tells two runs apart, against a plain comparison of all that shapes them at each step."""

import random
from dataclasses import fields, replace

from engines import optimizers
from engines.runs.differences import Differences, Instead, differences
from engines.runs.recipe import Change, Conditions, Recipe
from tests.engines.runs.recipes import drawn_recipe

SGD = optimizers.get("sgd")(learning_rate=0.1)
ADAM = optimizers.get("adam")(learning_rate=0.001)


def recipe(optimizer=SGD, **values):
    return Recipe(
        **{
            "data": "digits",
            "hidden": (32,),
            "activation": "relu",
            "initialization": "he",
            "loss": "cross_entropy",
            "seed": 0,
            "dtype": "float32",
            "first": Conditions("numpy", optimizer, 32),
            "step": 1000,
        }
        | values
    )


def test_the_same_run_at_another_step_has_no_differences():
    assert not differences(recipe(), recipe(step=20))
    assert differences(recipe(), recipe(step=20)) == Differences((), (), ())


def test_what_it_began_with_instead():
    found = differences(recipe(ADAM, hidden=(64, 32), seed=7, identity="22"), recipe(identity="0011aaff"))
    assert found.instead == (
        Instead("identity", "22", "0011aaff"),
        Instead("hidden", (64, 32), (32,)),
        Instead("seed", 7, 0),
        Instead("optimizer", "adam", "sgd"),
        Instead("learning_rate", 0.001, 0.1),
    )
    assert not found.own_changes + found.other_changes


def test_content_that_is_not_known_is_no_difference():
    assert not differences(recipe(identity=""), recipe(identity="1"))
    assert not differences(recipe(identity="1"), recipe(identity=""))


def test_other_data_have_other_content_of_course():
    found = differences(recipe(data="mnist", identity="1"), recipe(identity="2"))
    assert found.instead == (Instead("data", "mnist", "digits"),)


def test_changes_on_the_way_of_the_one_and_of_the_other():
    slower = recipe().edited(Conditions("numpy", optimizers.get("sgd")(learning_rate=0.03), 32), step=400)
    other = recipe().edited(Conditions("torch", SGD, 32), step=300)
    found = differences(slower, other)
    assert found == Differences(
        (), (Change(400, "learning_rate", 0.1, 0.03),), (Change(300, "backend", "numpy", "torch"),)
    )
    assert not differences(slower, slower)


def test_what_a_new_optimizer_brings_is_said_where_it_is_not_the_usual():
    momentum = optimizers.get("momentum")
    usual, unusual = (
        recipe().edited(Conditions("numpy", rule, 32), step=400)
        for rule in (momentum(learning_rate=0.1), momentum(learning_rate=0.1, momentum=0.5))
    )
    assert differences(usual, recipe()).own_changes == (Change(400, "optimizer", "sgd", "momentum"),)
    assert differences(unusual, usual).own_changes == (Change(400, "momentum", None, 0.5),)
    assert not differences(unusual, usual).other_changes


def shape(run):
    """All that shapes a run, step by step."""
    steps = range(1 + max((edit.step for edit in run.edits), default=0) + 20)
    return [
        [getattr(run, spec.name) for spec in fields(run) if spec.name not in ("edits", "step", "first")],
        [run.at(step).conditions for step in steps[:60]],
    ]


def same(one, other):
    """Whether the shorter list of conditions says what the longer does."""
    most = max(len(one[1]), len(other[1]))
    whole = [run[1] + [run[1][-1]] * (most - len(run[1])) for run in (one, other)]
    return one[0] == other[0] and whole[0] == whole[1]


def test_there_are_differences_exactly_where_the_runs_are_not_the_same():
    chance, found = random.Random(1), {True: 0, False: 0}
    for _ in range(400):
        one = drawn_recipe(chance)
        other = drawn_recipe(chance)
        if chance.random() < 0.7:  # begun alike
            begun = {spec.name: getattr(one, spec.name) for spec in fields(one) if spec.name not in ("edits", "step")}
            edits = one.edits[: chance.randint(0, 4)] if chance.random() < 0.5 else other.edits
            other = replace(other, **begun, edits=edits if edits[:1] != () else ())
        if not one.identity or not other.identity:
            one, other = (replace(each, identity="") for each in (one, other))
        assert bool(differences(one, other)) == (not same(shape(one), shape(other)))
        assert bool(differences(one, other)) == bool(differences(other, one))
        found[bool(differences(one, other))] += 1
    assert min(found.values()) > 40
