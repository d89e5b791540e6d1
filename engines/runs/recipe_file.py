"""A recipe as plain values that JSON knows, and back: what files of kept runs and exported recipes are made of.

>>> from engines import optimizers
>>> first = Conditions("numpy", optimizers.get("sgd")(learning_rate=0.1), 32)
>>> recipe = Recipe("digits", (32,), "relu", "he", "cross_entropy", 0, "float32", first, step=400)
>>> recipe_from_dict(recipe_to_dict(recipe)) == recipe
True
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from engines import backends, datasets, losses, optimizers
from engines.checks import DTYPES, MAX_STEPS
from engines.datasets.own_names import is_own
from engines.errors import InvalidSetting
from engines.network import ACTIVATIONS, INITIALIZERS
from engines.optimizers.base import Optimizer
from engines.runs.json_values import Place
from engines.runs.recipe import Conditions, Edit, Recipe

MOST_EDITS, MOST_LAYERS, MOST_UNITS, MOST_IN_A_BATCH, MOST_SEED = 40, 8, 1024, 60_000, 2**32 - 1  # as in links
_HYPERPARAMETERS, _IDENTITY, _NAME = 16, 64, 40
_CONDITIONS = ("backend", "optimizer", "batch_size")


def recipe_to_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as an object of JSON."""
    return {
        "data": recipe.data,
        "identity": recipe.identity,
        "hidden": list(recipe.hidden),
        "activation": recipe.activation,
        "initialization": recipe.initialization,
        "loss": recipe.loss,
        "seed": recipe.seed,
        "dtype": recipe.dtype,
        "first": _written(recipe.first),
        "edits": [{"step": edit.step} | _written(edit.conditions) for edit in recipe.edits],
        "step": recipe.step,
    }


def recipe_from_dict(value: Any) -> Recipe:
    """What `recipe_to_dict` made. Raises `InvalidDataFile` for anything else.

    Optimizers are checked as they are when they are made by hand. A backend need only be known, not work here; the
    data are not looked for.
    """
    return recipe_at(Place(value, "recipe"))


def recipe_at(place: Place) -> Recipe:
    """The recipe that stands at that place of a file."""
    names = ("data", "identity", "hidden", "activation", "initialization", "loss", "seed", "dtype")
    *begun, first_place, edit_places, step_place = place.fields(*names, "first", "edits", "step")
    data, identity, hidden, activation, initialization, loss, seed, dtype = begun
    precision = dtype.one_of(DTYPES)
    step, first = step_place.whole(0, MAX_STEPS), _read(first_place, _CONDITIONS, precision)
    return Recipe(
        data=_data(data),
        identity=identity.text(_IDENTITY),
        hidden=tuple(units.whole(1, MOST_UNITS) for units in hidden.listed(0, MOST_LAYERS)),
        activation=activation.one_of(ACTIVATIONS),
        initialization=initialization.one_of(INITIALIZERS),
        loss=loss.one_of(losses.names()),
        seed=seed.whole(0, MOST_SEED),
        dtype=precision,
        first=first,
        edits=_edits(edit_places, first, step, precision),
        step=step,
    )


def check_size(recipe: Recipe) -> None:
    """Raises `InvalidSetting` for a recipe that no file takes."""
    if len(recipe.edits) > MOST_EDITS:
        raise InvalidSetting(
            "This run was changed at {count} steps on its way; {most} are the most that can be kept.",
            count=len(recipe.edits),
            most=MOST_EDITS,
        )
    if len(recipe.hidden) > MOST_LAYERS or max(recipe.hidden, default=0) > MOST_UNITS:
        raise InvalidSetting(
            "Only networks of up to {layers} hidden layers of up to {units} units can be kept.",
            layers=MOST_LAYERS,
            units=MOST_UNITS,
        )


def _data(place: Place) -> str:
    """A name that is known here, or that of somebody's own data, wherever they are."""
    return place.text(_NAME) if is_own(place.value) else place.one_of(datasets.names_with_few())


def _written(conditions: Conditions) -> dict[str, Any]:
    rule = conditions.optimizer
    return {
        "backend": conditions.backend,
        "optimizer": {"name": rule.name, "settings": asdict(rule)},
        "batch_size": conditions.batch_size,
    }


def _read(place: Place, names: tuple[str, ...], dtype: str) -> Conditions:
    *_others, backend, optimizer, batch_size = place.fields(*names)
    known = [*backends.installed(), *backends.missing()]
    return Conditions(backend.one_of(known), _optimizer(optimizer, dtype), batch_size.whole(1, MOST_IN_A_BATCH))


def _optimizer(place: Place, dtype: str) -> Optimizer:
    """The rule with its hyperparameters; one that is left out has its default."""
    name, settings = place.fields("name", "settings")
    rule, numbers = optimizers.get(name.one_of(optimizers.names())), settings.numbers(_HYPERPARAMETERS)
    known = [spec.name for spec in fields(rule)]
    for given in numbers:
        Place(given, settings.name).one_of(known)
    made = settings.made(lambda: rule(**numbers))
    settings.made(lambda: made.check_dtype(dtype))
    return made


def _edits(place: Place, first: Conditions, step: int, dtype: str) -> tuple[Edit, ...]:
    """In the order of their steps, and each changes something."""
    edits: list[Edit] = []
    for each in place.listed(0, MOST_EDITS):
        at = each.fields("step", *_CONDITIONS)[0].whole(edits[-1].step + 1 if edits else 1, step)
        edit = Edit(at, _read(each, ("step", *_CONDITIONS), dtype))
        if edit.conditions == (edits[-1].conditions if edits else first):
            raise each.wrong(InvalidSetting("an edit that changes something is needed"))
        edits.append(edit)
    return tuple(edits)
