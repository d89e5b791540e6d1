"""Settings that fit together: what one of them asks of another is checked here, once, whichever way they came in."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from engines.errors import EngineError, InvalidSetting
from ui.experiment.readers import write_number
from ui.experiment.session import load_data
from ui.experiment.settings import Problem, Settings, default_rate, hyperparameters_of


def fitted(settings: Settings) -> tuple[Settings, list[Problem]]:
    """The settings with a default in place of what does not fit the others, and what that was.

    >>> fitted(Settings(batch_size=2000))[0].batch_size
    32
    """
    settings, of_optimizer = _optimizer(settings)
    settings, of_data = _batch_size(settings)
    problems = [*of_optimizer, *of_data]
    if settings.past or settings.content:
        settings, of_course = _course(settings)
        problems += of_course
    return settings, problems


def _course(settings: Settings) -> tuple[Settings, list[Problem]]:
    """A run whose data, or conditions on the way, cannot be had gives way to a new one."""
    try:
        data, recipe = load_data(settings.data), settings.recipe
    except Exception:
        return settings, []  # without the data nothing is trained: the page says why
    try:
        recipe.checked(data)
        for conditions in (recipe.first, *(edit.conditions for edit in recipe.edits)):
            conditions.check(len(data.y_train), settings.dtype)
    except EngineError as error:
        return settings.from_first_step, [Problem("trained", str(settings.step), error, "0")]
    return settings, []


def fitted_view(view: Any, settings: Settings) -> tuple[Any, list[Problem]]:
    """The page's view with its rule's own numbers for each racer that cannot run in the settings' precision."""
    spec = next((spec for spec in fields(view) if spec.name == "racers"), None)
    if spec is None:
        return view, []
    racers, write, problems = list(view.racers), spec.metadata["write"], []
    for place, racer in enumerate(racers):
        try:
            racer.check_dtype(settings.dtype)
        except EngineError as error:
            racers[place] = type(racer)()
            problems.append(Problem(spec.metadata["key"], write((racer,)), error, write((racers[place],))))
    return (replace(view, racers=tuple(racers)) if problems else view), problems


def _batch_size(settings: Settings) -> tuple[Settings, list[Problem]]:
    """A batch larger than the data gives way."""
    try:
        samples = len(load_data(settings.data).y_train)
    except Exception:
        return settings, []  # without the data nothing is trained: the page says why
    if settings.batch_size <= samples:
        return settings, []
    instead = min(Settings().batch_size, samples)
    error = InvalidSetting("the data has only {samples} training samples", samples=samples)
    problem = Problem("batch", str(settings.batch_size), error, str(instead))
    return replace(settings, batch_size=instead), [problem]


def _optimizer(settings: Settings) -> tuple[Settings, list[Problem]]:
    """A hyperparameter that the optimizer lacks or refuses gives way, and if need be all of them."""
    known = hyperparameters_of(settings.optimizer)
    kept = tuple((name, value) for name, value in settings.hyperparameters if name in known)
    settings = replace(settings, hyperparameters=kept)
    if (error := _refusal(settings)) is None:
        return settings, []
    for name, value in kept:
        without = replace(settings, hyperparameters=tuple(pair for pair in kept if pair[0] != name))
        if _refusal(without) is None:
            return without, [Problem(name, write_number(value), error, write_number(known[name]))]
    rate = default_rate(settings.optimizer)
    standard = replace(settings, learning_rate=rate, hyperparameters=())
    return standard, [Problem("rate", write_number(settings.learning_rate), error, write_number(rate))]


def _refusal(settings: Settings) -> EngineError | None:
    """Why these settings' optimizer cannot be used."""
    try:
        settings.make_optimizer().check_dtype(settings.dtype)
    except EngineError as error:
        return error
    return None
