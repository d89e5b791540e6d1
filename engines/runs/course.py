"""Where a run comes from, where it has been before it went back, and the courses that it has left.

A course is a recipe up to the furthest step that was reached. A run that goes back stays on its course until
something is changed there: then what lay ahead becomes a branch.
"""

from __future__ import annotations

import math
from itertools import count

from engines.runs.recipe import Conditions, Recipe
from engines.runs.snapshot import Branch, Curves
from engines.runs.timeline import RunState, Timeline

MOST_BRANCHES = 6


class Course:
    """The edits that a run has behind and ahead of it, the states that it can return to, and its branches."""

    def __init__(self, recipe: Recipe, timeline: Timeline) -> None:
        """A run of that recipe."""
        self.recipe = recipe  # its `step` says nothing: the run knows where it stands
        self.timeline = timeline
        self.end: RunState | None = None  # where the run went back from
        self.end_curves: Curves | None = None
        self.branches: list[Branch] = []
        self._letters = (_letter(number) for number in count())
        self.name = next(self._letters)

    def conditions_at(self, step: int) -> Conditions:
        """Those that step number `step` is made under."""
        return self.recipe.at(step).conditions

    def next_edit(self, step: int) -> float:
        """The step of the first edit after that one; infinite if there is none."""
        return next((edit.step for edit in self.recipe.edits if edit.step > step), math.inf)

    def edit(self, conditions: Conditions, step: int) -> bool:
        """From that step on other conditions hold; whether that is a change."""
        if conditions == self.conditions_at(step):
            return False
        self._leave(step)
        self.recipe = self.recipe.edited(conditions, step)
        return True

    def turn_to(self, recipe: Recipe) -> None:
        """Go on to that recipe: along this course, or along another one from where the two part."""
        if self._is_ahead(recipe):
            return
        self._leave(_parting(self.recipe, recipe))
        for branch in [branch for branch in self.branches if branch.recipe == recipe]:
            self.branches.remove(branch)
            self.name = branch.name
        self.recipe = recipe

    def known_steps(self) -> list[int]:
        """The steps of this course whose states are kept."""
        return self.timeline.steps_of(self.recipe)

    def forget_ahead(self) -> None:
        """The run has come to the end of its course, and goes on."""
        self.end = self.end_curves = None

    def _is_ahead(self, recipe: Recipe) -> bool:
        """Whether the course leads through that recipe."""
        reached = self.end.step if self.end else math.inf
        return recipe.step <= reached and self.recipe.at(recipe.step) == recipe.at(recipe.step)

    def _leave(self, step: int) -> None:
        """What lies ahead of that step becomes a branch."""
        if self.end and self.end_curves and self.end.step > step:
            recipe = self.recipe.at(self.end.step)
            self.branches = [*self.branches, Branch(self.name, recipe, self.end_curves, step)][-MOST_BRANCHES:]
            self.name = next(self._letters)
        self.forget_ahead()


def _parting(one: Recipe, other: Recipe) -> int:
    """The first step that the two make under different conditions."""
    steps = sorted({0, *(edit.step for edit in (*one.edits, *other.edits))})
    differ = (step for step in steps if one.at(step).conditions != other.at(step).conditions)
    return next(differ, min(one.step, other.step))


def _letter(number: int) -> str:
    """
    >>> [_letter(number) for number in (0, 25, 26)]
    ['A', 'Z', 'A1']
    """
    around, place = divmod(number, 26)
    return chr(ord("A") + place) + (str(around) if around else "")
