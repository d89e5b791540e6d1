"""A recipe as plain values and back, and everything that is no recipe refused."""

import copy
import json
import random
from dataclasses import replace

import pytest

from engines import optimizers
from engines.errors import InvalidDataFile, InvalidSetting
from engines.runs.recipe import Conditions, Edit
from engines.runs.recipe_file import check_size, recipe_from_dict, recipe_to_dict
from tests.engines.runs.recipes import drawn_recipe

ADAM = optimizers.get("adam")(learning_rate=0.001)


def test_a_recipe_comes_back_to_the_last_bit():
    chance = random.Random(0)
    for _ in range(200):
        recipe = drawn_recipe(chance)
        plain = json.loads(json.dumps(recipe_to_dict(recipe), allow_nan=False))
        assert recipe_from_dict(plain) == recipe


def written(**changes):
    """A recipe with two edits as an object, some of it changed: {"first.batch_size": 0}."""
    recipe = replace(drawn_recipe(random.Random(3), most_edits=0), step=90, dtype="float32", hidden=(32,))
    first = Conditions("numpy", optimizers.get("sgd")(learning_rate=0.1), 32)
    edits = (Edit(40, replace(first, batch_size=64)), Edit(90, replace(first, optimizer=ADAM)))
    made = recipe_to_dict(replace(recipe, first=first, edits=edits))
    for path, value in changes.items():
        *way, last = path.split("__")
        place = made
        for name in way:
            place = place[int(name) if name.isdigit() else name]
        place[last] = value
    return made


def test_what_is_changed_here_was_right():
    assert recipe_from_dict(written()).edits[1].conditions.optimizer == ADAM


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("data", "moons", r"recipe.data is 'moons' \(choose one of digits"),
        ("data", ["digits"], "choose one of digits"),
        ("identity", "a" * 65, "at most 64 characters"),
        ("hidden", [32] * 9, "a list of 0 to 8 values"),
        ("hidden", [1025], r"recipe.hidden\[0\] is 1025 \(a whole number from 1 to 1024"),
        ("hidden", [True], "a whole number"),
        ("hidden", "32", "a list"),
        ("activation", "softmax", "choose one of relu"),
        ("initialization", None, "choose one of he"),
        ("loss", "hinge", "choose one of cross_entropy"),
        ("seed", -1, "a whole number from 0"),
        ("seed", 2**32, "a whole number from 0 to 4294967295"),
        ("seed", 1.0, "a whole number from 0"),
        ("dtype", "float16", "choose one of float32"),
        ("step", 10**9 + 1, "a whole number from 0 to 1000000000"),
        ("step", 89, "a whole number from 41 to 89"),  # before its last edit
        ("first", [], "an object with the fields backend, optimizer, batch_size"),
        ("first__backend", "abacus", "choose one of numpy"),
        ("first__batch_size", 0, "a whole number from 1"),
        ("first__batch_size", 60_001, "a whole number from 1 to 60000"),
        ("first__more", 1, "an object with the fields backend"),
        ("first__optimizer__name", "newton", "choose one of sgd"),
        ("first__optimizer__settings__learning_rate", -1, "learning_rate must be a finite number from 0, not -1"),
        ("first__optimizer__settings__learning_rate", "0.1", "a number is needed"),
        ("first__optimizer__settings__momentum", 0.9, "choose one of learning_rate"),
        ("first__optimizer__settings__cls", 0.9, "choose one of learning_rate"),
        ("first__optimizer__settings", {str(n): 1 for n in range(17)}, "an object of at most 16 fields"),
        ("edits", {}, "a list of 0 to 40 values"),
        ("edits__0__step", 0, "a whole number from 1 to 90"),
        ("edits__1__step", 40, "a whole number from 41 to 90"),
        ("edits__0__batch_size", 32, "an edit that changes something is needed"),
        ("edits__1__optimizer__settings__epsilon", 1e-45, "epsilon must be at least"),
        ("edits__1__optimizer__settings__beta_1", 1, "beta_1 must be a finite number from 0 to less than 1"),
    ],
)
def test_anything_else_is_refused_with_its_place(path, value, said):
    with pytest.raises(InvalidDataFile, match=said):
        recipe_from_dict(written(**{path: value}))


def test_of_too_many_edits_none_is_read():
    recipe = written()
    first = recipe["edits"][0]
    recipe |= {"edits": [first | {"step": n + 1, "batch_size": 16 + n % 2} for n in range(41)], "step": 99}
    with pytest.raises(InvalidDataFile, match="a list of 0 to 40"):
        recipe_from_dict(copy.deepcopy(recipe))
    recipe["edits"].pop()
    assert len(recipe_from_dict(recipe).edits) == 40


def test_a_run_that_no_file_takes_is_told_so():
    recipe = recipe_from_dict(written())
    check_size(recipe)
    conditions = [replace(recipe.first, batch_size=16 + n % 2) for n in range(41)]
    many = replace(recipe, edits=tuple(Edit(n + 1, each) for n, each in enumerate(conditions)))
    with pytest.raises(InvalidSetting, match="changed at 41 steps"):
        check_size(many)
    for hidden in ((1,) * 9, (1025,)):
        with pytest.raises(InvalidSetting, match="up to 8 hidden layers of up to 1024 units"):
            check_size(replace(recipe, hidden=hidden))
