"""A remedy: one setting or two with other values, and the state that the run goes on from with them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from engines import optimizers
from engines.runs.recipe import Recipe

_OF_THE_BEGINNING = ("hidden", "activation", "initialization")

Start = Literal["here", "good", "first"]


@dataclass(frozen=True)
class Remedy:
    """`changes`: one or two settings of a recipe or of its optimizer, (name, value).

    `start`: where the run goes on with them: where it stands, at its last good state, or at its first step, where they
    shape what cannot be undone."""

    changes: tuple[tuple[str, Any], ...]
    start: Start = "here"

    @property
    def makes_another_run(self) -> bool:
        """Whether no edit can make the change: then the run begins anew."""
        return any(name in _OF_THE_BEGINNING for name, _value in self.changes)


def remedied(recipe: Recipe, remedy: Remedy, good_step: int = 0) -> Recipe:
    """The recipe that a run of this one goes on with, at the step where the two part."""
    values = dict(remedy.changes)
    beginning = {name: values.pop(name) for name in _OF_THE_BEGINNING if name in values}
    conditions = recipe.conditions
    conditions = replace(conditions, optimizer=replace(conditions.optimizer, **values))
    if beginning:
        return replace(recipe, **beginning, first=conditions, edits=(), step=0)
    step = {"here": recipe.step, "good": min(good_step, recipe.step), "first": 0}[remedy.start]
    return recipe.at(step).edited(conditions)


def standard(optimizer: str) -> dict[str, float]:
    """The usual value of each of its hyperparameters, the learning rate too."""
    rule = optimizers.get(optimizer)()
    return {spec.name: getattr(rule, spec.name) for spec in fields(rule)}
