"""The optimizers that take part in a race, each with its own hyperparameters, and their way into the URL and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from engines import optimizers
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer
from ui.experiment.readers import read_number, write_number
from ui.optimizers.rates.bundled import best_rates

Racers = tuple[Optimizer, ...]


def at_rates(racers: Racers, rates: Mapping[str, float]) -> Racers:
    """The racers with these learning rates by name; one that has none there keeps its own."""
    return tuple(replace(racer, learning_rate=rates.get(racer.name, racer.learning_rate)) for racer in racers)


def customary(racers: Racers) -> Racers:
    """The racers with the learning rates that are customary for them."""
    return at_rates(racers, {racer.name: type(racer)().learning_rate for racer in racers})


def tuned(racers: Racers) -> Racers:
    """The racers with the learning rates that the bundled sweep found best; one that it has not with its customary."""
    return at_rates(customary(racers), best_rates())


ALL: Racers = tuple(optimizers.get(name)() for name in optimizers.names())  # at their customary rates
TUNED: Racers = tuned(ALL)


def read_racers(text: str) -> Racers:
    """Racers as "sgd;momentum,rate:0.05;adam,beta_1:0.8", in the chapter's order; raises `InvalidSetting`."""
    racers = [_read_racer(part) for part in text.split(";")]
    order = optimizers.names()
    if len({racer.name for racer in racers}) < len(racers):
        raise InvalidSetting("each optimizer can take part once")
    return tuple(sorted(racers, key=lambda racer: order.index(racer.name)))


def write_racers(racers: Racers) -> str:
    """The same text again: each racer's name, and what differs from its defaults."""
    return ";".join(_write_racer(racer) for racer in racers)


def _read_racer(text: str) -> Optimizer:
    name, *settings = text.split(",")
    values = {}
    for setting in settings:
        key, _, value = setting.partition(":")
        values["learning_rate" if key == "rate" else key] = read_number(value)
    rule = optimizers.get(name.strip().casefold())
    if unknown := values.keys() - {spec.name for spec in fields(rule)}:
        raise InvalidSetting("{name} has no {setting!r}", name=rule.label, setting=sorted(unknown)[0])
    return rule(**values)


def _write_racer(racer: Optimizer) -> str:
    standard = type(racer)()
    changed = [spec.name for spec in fields(racer) if getattr(racer, spec.name) != getattr(standard, spec.name)]
    settings = (
        f",{'rate' if name == 'learning_rate' else name}:{write_number(getattr(racer, name))}" for name in changed
    )
    return racer.name + "".join(settings)


def replaced(racers: Racers, racer: Optimizer) -> Racers:
    """The racers with that one in the place of its namesake."""
    return tuple(racer if racer.name == other.name else other for other in racers)
