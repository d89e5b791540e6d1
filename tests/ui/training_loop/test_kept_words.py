"""What tells a kept run from the live one, word by word."""

import random
from dataclasses import replace

import pytest

from engines import optimizers
from engines.runs.differences import differences
from engines.runs.recipe import Conditions, Recipe
from tests.engines.runs.recipes import drawn_recipe
from ui.text import Text
from ui.training_loop.kept_words import difference_words

SGD = optimizers.get("sgd")(learning_rate=0.1)
FIRST = Conditions("numpy", SGD, 32)
RUN = Recipe("digits", (32,), "relu", "he", "cross_entropy", 0, "float32", FIRST, step=1000, identity="0011aaff")


def english(label):
    return label


def words(run, live=RUN):
    return difference_words(run, live, english)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hidden": (64, 32)}, "hidden layers 64-32 instead of 32"),
        ({"hidden": ()}, "hidden layers none instead of 32"),
        ({"activation": "tanh"}, "tanh instead of relu"),
        ({"initialization": "glorot"}, "Glorot instead of He"),
        ({"seed": 7}, "seed 7 instead of 0"),
        ({"dtype": "float64"}, "float64 instead of float32"),
        ({"identity": "22"}, "with other images under the same name of a data set"),
        ({"first": replace(FIRST, batch_size=64)}, "batch size 64 instead of 32"),
        ({"first": replace(FIRST, backend="torch")}, "PyTorch instead of NumPy"),
        (
            {"first": replace(FIRST, optimizer=optimizers.get("adam")(learning_rate=0.1))},
            "Adam instead of SGD",
        ),
        (
            {"first": replace(FIRST, optimizer=optimizers.get("momentum")(learning_rate=0.05, momentum=0.5))},
            "Momentum instead of SGD; learning rate 0.05 instead of 0.1; momentum 0.5",
        ),
        (
            {"first": replace(FIRST, optimizer=optimizers.get("sgd")(learning_rate=0.1234567))},
            "learning rate 0.1234567 instead of 0.1",
        ),
    ],
)
def test_what_it_began_with(changes, said):
    assert words(replace(RUN, **changes)) == said


def test_what_was_changed_on_the_way():
    slower = RUN.edited(replace(FIRST, optimizer=optimizers.get("sgd")(learning_rate=0.03)), step=400)
    assert words(slower) == "learning rate 0.1 → 0.03 at step 400"
    assert words(RUN, slower) == "without the live run's learning rate 0.1 → 0.03 at step 400"
    adam = optimizers.get("adam")(learning_rate=0.1, epsilon=1e-8)
    assert words(RUN.edited(replace(FIRST, optimizer=adam), step=1000)) == (
        "SGD → Adam at step 1,000; ε 10⁻⁸ from step 1,000"
    )
    both = replace(slower, seed=1)
    assert words(both) == "learning rate 0.1 → 0.03 at step 400; seed 1 instead of 0"


def test_of_the_same_run_how_far_it_went():
    assert words(RUN) == "the live run as it stands"
    assert words(replace(RUN, step=10)) == "the live run at an earlier step"
    assert words(replace(RUN, step=2000)) == "the live run, further on"


def test_every_difference_is_told():
    chance = random.Random(4)
    for language in ("en", "ko"):
        for _ in range(100):
            one, other = drawn_recipe(chance), drawn_recipe(chance)
            told = difference_words(one, other, Text(language))
            found = differences(one, other)
            count = len(found.instead) + len(found.own_changes) + len(found.other_changes)
            assert told.count("; ") == max(count - 1, 0)
            assert "{" not in told
            for change in found.own_changes:
                assert f"{change.step:,}" in told
