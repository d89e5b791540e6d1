"""The recipe: edits, earlier steps, and that it says everything about a run."""

from dataclasses import replace

import numpy as np
import pytest

from engines import backends, optimizers
from engines.errors import OtherData
from engines.runs.identity import environment_code, weights_hash
from engines.runs.recipe import Change, Conditions, Edit, Recipe, recipe_of
from tests.engines.oracles import advance

SGD = optimizers.get("sgd")(learning_rate=0.1)
SLOWER = optimizers.get("sgd")(learning_rate=0.03)
MOMENTUM = optimizers.get("momentum")(learning_rate=0.05)


def recipe(**values):
    first = Conditions("numpy", SGD, 32)
    return Recipe("digits", (32,), "relu", "he", "cross_entropy", 0, "float32", first, **values)


def under(optimizer, batch_size=32, backend="numpy"):
    return Conditions(backend, optimizer, batch_size)


def test_edits_of_one_step_are_one_and_what_changes_nothing_is_none():
    at_400 = recipe(step=400)
    slower = at_400.edited(under(SLOWER))
    assert slower.edits == (Edit(400, under(SLOWER)),)
    assert slower.edited(under(MOMENTUM)).edits == (Edit(400, under(MOMENTUM)),)
    assert slower.edited(under(SGD)) == at_400
    assert recipe().edited(under(SLOWER)) == replace(recipe(), first=under(SLOWER))


def test_an_edit_forgets_later_ones():
    run = recipe(step=400).edited(under(SLOWER))
    run = replace(run, step=900).edited(under(SLOWER, 64))
    assert [edit.step for edit in run.edits] == [400, 900]
    assert run.edited(under(MOMENTUM), step=500).edits == (Edit(400, under(SLOWER)), Edit(500, under(MOMENTUM)))
    assert run.at(899) == replace(run, step=899, edits=run.edits[:1])
    assert run.at(900).edits == run.edits
    assert run.made.edits == run.edits[:1]


def test_changes_are_said_one_setting_at_a_time():
    run = recipe(step=400).edited(under(MOMENTUM, 64, "torch"))
    assert run.changes == (
        Change(400, "optimizer", "sgd", "momentum"),
        Change(400, "learning_rate", 0.1, 0.05),
        Change(400, "batch_size", 32, 64),
        Change(400, "backend", "numpy", "torch"),
    )


def test_advancing_a_recipe_makes_what_a_run_makes_with_these_edits(backend, digits):
    run = replace(recipe(step=30), first=under(SGD, 32, backend.name))
    run = replace(run.edited(under(MOMENTUM, 16, backend.name)), step=60)
    run = replace(run.edited(under(SGD, 16, "numpy")), step=90)
    trainer = run.trainer(digits)
    assert recipe_of(trainer) == replace(run.at(0), identity=digits.identity)
    shares = list(run.advance(trainer))
    assert trainer.steps == 90
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    by_hand = run.trainer(digits)
    for _ in range(30):
        by_hand.step()
    by_hand.set_batch_size(16)
    by_hand.set_optimizer(MOMENTUM)
    for _ in range(30):
        by_hand.step()
    by_hand.switch_backend(backends.get("numpy"))
    by_hand.set_optimizer(SGD)
    for _ in range(30):
        by_hand.step()
    for name, values in by_hand.parameters().items():
        np.testing.assert_array_equal(values, trainer.parameters()[name])


def test_other_data_are_refused(digits):
    named = replace(recipe(), identity=digits.identity)
    assert named.trainer(digits).data is digits
    with pytest.raises(OtherData, match=digits.identity):
        named.trainer(replace(digits, y_test=(digits.y_test + 1) % 10))


def test_the_identity_of_data_is_their_content(digits):
    assert digits.identity == replace(digits).identity
    assert replace(digits, x_train=digits.x_train[::-1].copy()).identity != digits.identity
    assert replace(digits, y_test=(digits.y_test + 1) % 10).identity != digits.identity
    moved = replace(digits, x_train=digits.x_train[:-1], y_train=digits.y_train[:-1])
    assert moved.identity != digits.identity


def test_a_hash_tells_any_bit(make_trainer):
    one = make_trainer().parameters()
    other = {name: values.copy() for name, values in one.items()}
    assert weights_hash(one) == weights_hash(other)
    other["b2"][3] = np.nextafter(other["b2"][3], 1, dtype=other["b2"].dtype)
    assert weights_hash(one) != weights_hash(other)
    assert weights_hash({"W1": one["W1"]}) != weights_hash({"W2": one["W1"]})
    assert environment_code("numpy") == environment_code("numpy")
    assert len(environment_code("numpy")) == 4


def test_a_run_tells_its_recipe(make_run):
    run = make_run("numpy", SGD)
    advance(run, 5)
    assert run.recipe == replace(recipe(step=5), identity=run.trainer.data.identity)
    run.change_optimizer(SLOWER)
    assert run.recipe.edits == (Edit(5, under(SLOWER)),)
    run.change_optimizer(SGD)
    assert run.recipe.edits == ()


def test_what_a_recipe_leaves_open_is_not_compared(digits):
    assert recipe().checked(digits) is digits


def test_the_state_of_the_rule_is_kept_when_it_is_taken_back_at_the_same_step(make_run):
    run, plain = make_run("numpy", MOMENTUM), make_run("numpy", MOMENTUM)
    advance(run, 10)
    run.change_optimizer(SGD)
    run.snapshot()
    run.change_optimizer(MOMENTUM)
    advance(run, 10)
    advance(plain, 20)
    assert weights_hash(run.trainer.parameters()) == weights_hash(plain.trainer.parameters())
