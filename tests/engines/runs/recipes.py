"""Recipes for the tests, drawn at random: any that the app could have made."""

from dataclasses import fields, replace

from engines import optimizers
from engines.checks import DTYPES
from engines.network import ACTIVATIONS, INITIALIZERS
from engines.runs.recipe import Conditions, Edit, Recipe


def drawn_rule(chance):
    rule = optimizers.get(chance.choice(optimizers.names()))
    numbers = {spec.name: chance.choice([0.1, 0.25, 1 / 3]) for spec in fields(rule) if chance.random() < 0.5}
    return rule(**numbers)


def drawn_conditions(chance):
    return Conditions(chance.choice(["numpy", "torch"]), drawn_rule(chance), chance.choice([1, 32, 64]))


def drawn_recipe(chance, most_edits=4):
    first, edits, step = drawn_conditions(chance), [], 0
    for _ in range(chance.randint(0, most_edits)):
        step += chance.randint(1, 3)
        conditions = drawn_conditions(chance)
        if chance.random() < 0.5:  # often only one of them
            conditions = replace(edits[-1].conditions if edits else first, batch_size=chance.choice([1, 32, 64]))
        if conditions != (edits[-1].conditions if edits else first):
            edits.append(Edit(step, conditions))
    return Recipe(
        data=chance.choice(["digits", "mnist", "digits.50"]),
        hidden=tuple(chance.choice([1, 32, 1024]) for _ in range(chance.randint(0, 3))),
        activation=chance.choice(list(ACTIVATIONS)),
        initialization=chance.choice(list(INITIALIZERS)),
        loss=chance.choice(["cross_entropy", "mean_squared_error"]),
        seed=chance.choice([0, 1, 2**32 - 1]),
        dtype=chance.choice(DTYPES),
        first=first,
        edits=tuple(edits),
        step=step + chance.randint(0, 9),
        identity=chance.choice(["", "0011aaff"]),
    )
