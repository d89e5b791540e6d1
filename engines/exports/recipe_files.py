"""A run's recipe as a file, and back: JSON that a person can read, of which nothing is believed when it is read."""

from __future__ import annotations

import json

from engines.runs.json_values import of_format
from engines.runs.recipe import Recipe
from engines.runs.recipe_file import check_size, recipe_at, recipe_to_dict

FORMAT, VERSION, MOST_BYTES = "gradient-engine run", 1, 100_000


def recipe_json(recipe: Recipe) -> str:
    """The recipe as text that `recipe_from_json` reads. Raises `InvalidSetting` for one that no file takes."""
    check_size(recipe)
    content = {"format": FORMAT, "version": VERSION, "run": recipe_to_dict(recipe)}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)


def recipe_from_json(file: bytes | str) -> Recipe:
    """The recipe in that file, its bytes or its text. Raises `InvalidDataFile`.

    Its data and its backends may be ones that are not here: that shows when it is run.
    """
    content = of_format(file, FORMAT, VERSION, MOST_BYTES)
    _format, _version, run = content.fields("format", "version", "run")
    return recipe_at(run)
