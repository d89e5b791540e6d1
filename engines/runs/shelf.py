"""Kept runs: up to twelve recipes with a few points of their curves, to be compared, opened again, saved and loaded.

A kept run holds no weights: its recipe makes them again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from engines import given
from engines.errors import InvalidSetting
from engines.runs.recipe import Recipe
from engines.runs.recipe_file import check_size
from engines.runs.snapshot import Snapshot

MOST_RUNS, MOST_POINTS, LONGEST_NAME = 12, 60, 40


class Point(NamedTuple):
    """A value of a curve; None where it is no finite number."""

    step: int
    value: float | None


@dataclass(frozen=True)
class KeptRun:
    """A run under a name: its recipe, smoothed loss and test accuracy, at most `MOST_POINTS` of each, the last of them
    where it ended. Raises `InvalidSetting` for a name that is empty or too long, or a recipe that no file takes."""

    name: str
    recipe: Recipe
    losses: tuple[Point, ...]
    accuracies: tuple[Point, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checked_name(self.name))
        check_size(self.recipe)

    @property
    def steps(self) -> int:
        return self.recipe.step

    @property
    def loss(self) -> float | None:
        """The smoothed loss at the end."""
        return self.losses[-1].value if self.losses else None

    @property
    def accuracy(self) -> float | None:
        """On the test set, at the last test point."""
        return self.accuracies[-1].value if self.accuracies else None


@dataclass(frozen=True)
class Shelf:
    """The kept runs, each under its own name. What changes them gives another shelf, or raises `InvalidSetting`."""

    runs: tuple[KeptRun, ...] = ()

    @property
    def is_full(self) -> bool:
        return len(self.runs) >= MOST_RUNS

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(run.name for run in self.runs)

    def add(self, run: KeptRun) -> Shelf:
        self.check_name(run.name)
        return self._with((*self.runs, run))

    def remove(self, name: str) -> Shelf:
        return Shelf(tuple(run for run in self.runs if run.name != name))

    def rename(self, name: str, other: str) -> Shelf:
        new = self.check_name(other, but=name)
        return Shelf(tuple(replace(run, name=new) if run.name == name else run for run in self.runs))

    def check_name(self, name: str, but: str = "") -> str:
        """The name as a run can have it; it may be that of the run `but`."""
        name = checked_name(name)
        if name in self.names and name != but:
            raise InvalidSetting("There is a kept run called {name} already.", name=name)
        return name

    def joined(self, runs: Iterable[KeptRun]) -> Shelf:
        """With these runs too, but for those that are there already, if under another name; names stay different."""
        shelf = self
        for run in runs:
            if not any(replace(run, name=other.name) == other for other in shelf.runs):
                shelf = shelf.add(replace(run, name=shelf.free_name(run.name)))
        return shelf

    def free_name(self, wanted: str) -> str:
        """The name, if it is free, else with a number behind it.

        >>> Shelf().free_name("Adam")
        'Adam'
        """
        names, number = self.names, 2
        name = wanted
        while name in names:
            ending = f" ({number})"
            name, number = wanted[: LONGEST_NAME - len(ending)].rstrip() + ending, number + 1
        return name

    def _with(self, runs: tuple[KeptRun, ...]) -> Shelf:
        if len(runs) > MOST_RUNS:
            raise InvalidSetting("{most} runs are the most that can be kept; remove one first.", most=MOST_RUNS)
        return Shelf(runs)


def kept(name: str, snapshot: Snapshot) -> KeptRun:
    """The run as the snapshot shows it."""
    losses = [(bin.step, bin.smoothed) for bin in snapshot.bins if bin.step < snapshot.steps]
    losses.append((snapshot.steps, snapshot.smoothed_loss))
    accuracies = [(test.step, test.accuracy) for test in snapshot.tests]
    return KeptRun(name, snapshot.recipe.at(snapshot.steps), _points(losses), _points(accuracies))


def checked_name(name: Any) -> str:
    known = " ".join((given.text(name) or "").split())
    if not 0 < len(known) <= LONGEST_NAME or not known.isprintable():
        raise InvalidSetting("a name of 1 to {most} characters is needed", most=LONGEST_NAME)
    return known


def spread(steps: Sequence[int], most: int) -> list[int]:
    """Which of many steps stay, at most so many: the first, the last, and others spread evenly over the steps as well
    as over their logarithm."""
    if len(steps) <= most:
        return list(range(len(steps)))
    at = np.asarray(steps, np.float64)
    place = at / at[-1] + np.log1p(at) / math.log1p(at[-1])
    return sorted({int(index) for index in np.searchsorted(place, np.linspace(place[0], place[-1], most))})


def _points(found: Sequence[tuple[int, float]]) -> tuple[Point, ...]:
    """As many as are kept, to six digits: more than a picture shows, and a file of them stays small."""
    chosen = [found[index] for index in spread([step for step, _value in found], MOST_POINTS)]
    return tuple(Point(step, float(f"{value:.6g}") if math.isfinite(value) else None) for step, value in chosen)
