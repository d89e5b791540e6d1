"""A run's recipe as a file, and back: JSON that a person can read, of which nothing is believed when it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from engines import checks, given, losses, optimizers
from engines.batches import check_batch_size
from engines.errors import InvalidData
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.runs.recipe import Conditions, Edit, Recipe

FORMAT, VERSION = "gradient-engine-run", 1
MAX_CHARACTERS, MAX_EDITS, MAX_LAYERS, MAX_UNITS, MAX_STEPS, MAX_BATCH = 100_000, 40, 8, 1024, 10**9, 10**6
_NAME = 60  # characters of a name

_NETWORK = ("hidden", "activation", "initialization")
_KEYS = ("format", "version", "data", "network", "loss", "seed", "dtype", "first", "edits", "step")
_CONDITIONS = ("backend", "optimizer", "batch_size")


def recipe_json(recipe: Recipe) -> str:
    """The recipe as text that `recipe_from_json` reads."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "data": {"name": recipe.data, "identity": recipe.identity},
            "network": {name: getattr(recipe, name) for name in _NETWORK},
            "loss": recipe.loss,
            "seed": recipe.seed,
            "dtype": recipe.dtype,
            "first": _written(recipe.first),
            "edits": [{"step": edit.step} | _written(edit.conditions) for edit in recipe.edits],
            "step": recipe.step,
        },
        ensure_ascii=False,
        indent=2,
    )


def recipe_from_json(text: str) -> Recipe:
    """The recipe in that text. Raises `InvalidData`, or `InvalidSetting` for a setting that does not exist.

    Its data and its backends may be ones that are not here: that shows when it is run.
    """
    run = _of_this_format(text)
    _has(run, "", _KEYS)
    _has(run["data"], "data", ("name", "identity"))
    _has(run["network"], "network", _NETWORK)
    hidden = _list(run["network"]["hidden"], "network.hidden", MAX_LAYERS)
    for number, units in enumerate(hidden):
        _whole(units, f"network.hidden[{number}]", 1, MAX_UNITS)
    network = Network([1, *hidden, 1], run["network"]["activation"], run["network"]["initialization"])
    losses.get(run["loss"])
    dtype, step = checks.dtype(run["dtype"]), _whole(run["step"], "step", 0, MAX_STEPS)
    first = _read(run["first"], "first", dtype)
    return Recipe(
        data=_name(run["data"]["name"], "data.name"),
        identity=_name(run["data"]["identity"], "data.identity", empty=True),
        hidden=tuple(network.layer_sizes[1:-1]),
        activation=network.activation,
        initialization=network.initialization,
        loss=run["loss"],
        seed=checks.seed(run["seed"]),
        dtype=dtype,
        first=first,
        edits=tuple(_edits(_list(run["edits"], "edits", MAX_EDITS), first, step, dtype)),
        step=step,
    )


def _written(conditions: Conditions) -> dict[str, Any]:
    optimizer = conditions.optimizer
    numbers = {spec.name: getattr(optimizer, spec.name) for spec in fields(optimizer)}
    return {
        "backend": conditions.backend,
        "optimizer": {"name": optimizer.name} | numbers,
        "batch_size": conditions.batch_size,
    }


def _of_this_format(text: str) -> dict[str, Any]:
    run = _parsed(text) if given.is_a(text, str) and len(text) <= MAX_CHARACTERS else None
    if type(run) is not dict or run.get("format") != FORMAT:
        raise InvalidData("This is not the file of a run: save one with the app and open that.")
    version = given.whole(run.get("version"))
    if version is None or version < 1:
        raise _damaged("version", run.get("version"))
    if version > VERSION:
        raise InvalidData(
            "This run was saved by a newer version of the app (format {found}; this one reads format {known}).",
            found=version,
            known=VERSION,
        )
    return run


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also for a whole number of thousands of digits
        return None


def _edits(found: list[Any], before: Conditions, last: int, dtype: str) -> Iterator[Edit]:
    """In the order of their steps, and each changes something."""
    least = 1
    for number, each in enumerate(found):
        place = f"edits[{number}]"
        _has(each, place, ("step", *_CONDITIONS))
        step = _whole(each["step"], f"{place}.step", least, last)
        conditions = _read({name: each[name] for name in _CONDITIONS}, place, dtype)
        if conditions == before:
            raise _damaged(place, "an edit that changes nothing")
        yield Edit(step, conditions)
        before, least = conditions, step + 1


def _read(found: Any, place: str, dtype: str) -> Conditions:
    _has(found, place, _CONDITIONS)
    batch_size = _whole(found["batch_size"], f"{place}.batch_size", 1, MAX_BATCH)
    return Conditions(
        _name(found["backend"], f"{place}.backend"),
        _optimizer(found["optimizer"], f"{place}.optimizer", dtype),
        check_batch_size(batch_size, MAX_BATCH),
    )


def _optimizer(found: Any, place: str, dtype: str) -> Optimizer:
    if type(found) is not dict:
        raise _damaged(place, found)
    rule = optimizers.rules().get(given.text(found.get("name")) or "") or optimizers.get(found.get("name", ""))
    names = tuple(spec.name for spec in fields(rule))
    _has(found, place, ("name", *names))
    optimizer = rule(**{name: found[name] for name in names})
    checks.optimizer(optimizer, dtype)
    return optimizer


def _has(found: Any, place: str, keys: tuple[str, ...]) -> None:
    """It is an object of just these keys."""
    if type(found) is not dict:
        raise _damaged(place, found)
    for key in (*keys, *found):
        if key not in found or key not in keys:
            raise InvalidData(
                "The file of this run is damaged: in {place}, {key!r} is missing or out of place.",
                place=place or "it",
                key=key,
            )


def _list(found: Any, place: str, most: int) -> list[Any]:
    if type(found) is not list or len(found) > most:
        raise _damaged(place, found)
    return found


def _whole(found: Any, place: str, least: int, most: int) -> int:
    number = given.whole(found)
    if number is None or not least <= number <= most:
        raise _damaged(place, found)
    return number


def _name(found: Any, place: str, empty: bool = False) -> str:
    """A short word of letters, digits, - and _."""
    word = given.text(found)
    if word is None or not (_plain(word) or (empty and word == "")):
        raise _damaged(place, found)
    return word


def _plain(word: str) -> bool:
    return len(word) <= _NAME and word.replace("-", "a").replace("_", "a").isalnum()


def _damaged(place: str, found: Any) -> InvalidData:
    return InvalidData(
        "The file of this run is damaged or beyond what the app runs: {place} is {value!r}.",
        place=place or "the whole",
        value=found,
    )
