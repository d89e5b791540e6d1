"""What tells two runs apart: what they began with, and what was changed on the way (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from engines.runs.recipe import Change, Conditions, Recipe

_BEGINNING = ("data", "identity", "hidden", "activation", "initialization", "loss", "seed", "dtype")


class Instead(NamedTuple):
    """A setting with which a run began, and the other run's. None: its optimizer has no such number."""

    setting: str
    own: Any
    other: Any


@dataclass(frozen=True)
class Differences:
    """How a run differs from another one: what it began with instead, which changes it alone made on its way, and
    which the other one alone made. How far the two went is none of these."""

    instead: tuple[Instead, ...]
    own_changes: tuple[Change, ...]
    other_changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.instead or self.own_changes or self.other_changes)


def differences(run: Recipe, other: Recipe) -> Differences:
    """What of `run` is not as in `other`.

    They have no differences exactly if they are the same run, perhaps at two steps, as far as the content of their data
    is known. A hyperparameter that a new optimizer brings with its usual value goes without saying.
    """
    own, others = changes(run), changes(other)
    return Differences(
        tuple(_instead(run, other)),
        tuple(change for change in own if change not in others),
        tuple(change for change in others if change not in own),
    )


def changes(recipe: Recipe) -> tuple[Change, ...]:
    """All edits, each setting by itself; with those of a new optimizer's hyperparameters that are not the usual ones,
    which had no value before."""
    befores = (recipe.first, *(edit.conditions for edit in recipe.edits))
    return tuple(
        Change(edit.step, setting, was, now)
        for before, edit in zip(befores, recipe.edits, strict=False)
        for setting, was, now in _between(before, edit.conditions)
    )


def _instead(run: Recipe, other: Recipe) -> Iterator[Instead]:
    for name in _BEGINNING:
        own, others = getattr(run, name), getattr(other, name)
        if own == others or (name == "identity" and (run.data != other.data or not own or not others)):
            continue
        yield Instead(name, own, others)
    for setting, others, own in _between(other.first, run.first):
        yield Instead(setting, own, others)


def _between(before: Conditions, after: Conditions) -> Iterator[tuple[str, Any, Any]]:
    """(setting, before, after) of each that is to be said, so that the one and these give the other."""
    rule, other = after.optimizer, before.optimizer
    was, usual = _numbers(other), _numbers(type(rule)())
    if rule.name != other.name:
        yield "optimizer", other.name, rule.name
    for name, value in _numbers(rule).items():
        if value != was.get(name, usual[name]):
            yield name, was.get(name), value
    for name in ("batch_size", "backend"):
        if getattr(before, name) != getattr(after, name):
            yield name, getattr(before, name), getattr(after, name)


def _numbers(rule: Any) -> dict[str, float]:
    return {spec.name: getattr(rule, spec.name) for spec in fields(rule)}
