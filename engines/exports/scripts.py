"""A run as one Python file. Templates stand in the folder beside, what they say in its files of words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engines.choices import one_of
from engines.datasets.base import Dataset
from engines.exports import prose
from engines.exports.plan import LANGUAGES, Reference, plan_of
from engines.runs.recipe import Recipe

CELL = "# %%"  # begins a cell, as editors know it


def script(recipe: Recipe, data: Dataset, library: str, language: str = "en", reference: Reference = ()) -> str:
    """A file that trains this very run up to its step, edits included, and prints losses beside those of `reference`.

    It reads the data from the file `data_npz` beside it. Raises `OtherData` or `InvalidSetting`.
    """
    return written(recipe, data, library, language, reference, notebook=False)


def written(recipe: Recipe, data: Dataset, library: str, language: str, reference: Reference, notebook: bool) -> str:
    """The file, or the text that a notebook's cells are cut from."""
    one_of("language", language, LANGUAGES)
    plan = plan_of(recipe, data, library, reference)
    template = _environment().get_template(f"{library}.j2")
    text = template.render(plan=plan, words=f"words.{language}.j2", notebook=notebook, cell=CELL)
    return text.strip("\n") + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"comment": prose.comment, "prose": prose.prose, "losses": prose.losses}
    return environment
