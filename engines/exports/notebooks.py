"""The same code as a Jupyter notebook: short words of the chapter between its cells, and the curve at the end."""

from __future__ import annotations

import ast
import json
from typing import Any

from engines.datasets.base import Dataset
from engines.exports.plan import Reference
from engines.exports.prose import unwrapped
from engines.exports.scripts import CELL, written
from engines.runs.recipe import Recipe
from engines.syntax import parse


def notebook(recipe: Recipe, data: Dataset, library: str, language: str = "en", reference: Reference = ()) -> str:
    """The run's script as a notebook, JSON of format 4.5. Raises what `script` raises."""
    text = written(recipe, data, library, language, reference, notebook=True)
    opening, *sections = text.split(f"\n{CELL} ")
    title, _, about = (ast.get_docstring(parse(opening)) or "").partition("\n")
    cells = [_words(f"# {title}\n{unwrapped(about)}")]
    for section in sections:
        heading, words, code = _parts(section)
        cells.append(_words(f"## {heading}\n\n{unwrapped(words)}"))
        cells.append(_code(code))
    return json.dumps(
        {
            "cells": [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells, start=1)],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    )


def _parts(section: str) -> tuple[str, str, str]:
    """A section's heading, the comment that it begins with, and its code."""
    heading, _, rest = section.partition("\n")
    lines = rest.splitlines()
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return (
        heading,
        "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[:count]),
        "\n".join(lines[count:]),
    )


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": _lines(text)}


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)
