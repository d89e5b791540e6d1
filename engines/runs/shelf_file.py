"""Kept runs as a small JSON file, and back: its format and its version are looked at first, then every value.

What is wrong with a file is said in one sentence (`InvalidDataFile`), and nothing of it is taken.
"""

from __future__ import annotations

import json

from engines.runs.json_values import Place, of_format
from engines.runs.recipe_file import recipe_at, recipe_to_dict
from engines.runs.shelf import LONGEST_NAME, MOST_POINTS, MOST_RUNS, KeptRun, Point, Shelf

FORMAT, VERSION = "gradient-engine kept runs", 1
MOST_BYTES = 300_000


def shelf_json(shelf: Shelf) -> str:
    """The content of the file."""
    runs = [
        {
            "name": run.name,
            "recipe": recipe_to_dict(run.recipe),
            "losses": [list(point) for point in run.losses],
            "accuracies": [list(point) for point in run.accuracies],
        }
        for run in shelf.runs
    ]
    content = {"format": FORMAT, "version": VERSION, "runs": runs}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def shelf_from_json(file: bytes | str) -> Shelf:
    """The shelf that the file, its bytes or its text, holds. Raises `InvalidDataFile`."""
    content = of_format(file, FORMAT, VERSION, MOST_BYTES)
    _format, _version, runs = content.fields("format", "version", "runs")
    shelf = Shelf()
    for place in runs.listed(0, MOST_RUNS):
        shelf = place.made(lambda place=place, shelf=shelf: shelf.add(_run(place)))
    return shelf


def _run(place: Place) -> KeptRun:
    name, recipe_place, losses, accuracies = place.fields("name", "recipe", "losses", "accuracies")
    recipe = recipe_at(recipe_place)
    return KeptRun(name.text(LONGEST_NAME), recipe, _points(losses, recipe.step), _points(accuracies, recipe.step))


def _points(place: Place, last: int) -> tuple[Point, ...]:
    """At least one, in the order of their steps."""
    points: list[Point] = []
    for each in place.listed(1, MOST_POINTS):
        step, value = each.listed(2, 2)
        points.append(Point(step.whole(points[-1].step + 1 if points else 0, last), value.number_or_none()))
    return tuple(points)
