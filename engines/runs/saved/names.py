"""Names of saved states: a state's file says which run it belongs to, how far that had come, and what computed it.

Bits may differ in another environment, and with other code of this package. So both are part of the name: what one
computed is never found by another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from engines.datasets.own_names import is_own
from engines.errors import EngineError
from engines.runs.identity import environment_code
from engines.runs.recipe import Recipe
from engines.runs.recipe_file import recipe_to_dict

FORMAT = 1
_NAME = re.compile(r"([0-9a-f]{32})-([0-9]{1,10})\.npz")
_ENGINES = Path(__file__).parents[2]


def file_name(recipe: Recipe) -> str | None:
    """The name of the state in which that run stands; None for one that is not to be saved.

    What somebody has brought is nobody else's, and stays out of files.
    """
    if is_own(recipe.data):
        return None
    try:
        return f"{_course(recipe.made)}-{recipe.step}.npz"
    except EngineError:  # a backend that is not here
        return None


def step_in(name: str) -> int | None:
    """The step that a file's name says; None where it is no name of a state.

    >>> step_in("0" * 32 + "-400.npz"), step_in("notes.txt")
    (400, None)
    """
    found = _NAME.fullmatch(name)
    return int(found[2]) if found else None


def passed_by(recipe: Recipe, names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Those of these names that are states which a run of the recipe has passed through, with their steps."""
    wanted = dict(_courses(recipe))
    for name in names:
        found = _NAME.fullmatch(name)
        if found and found[1] in wanted:
            after, last = wanted[found[1]]
            if after < int(found[2]) <= last:
                yield int(found[2]), name


def _courses(recipe: Recipe) -> Iterator[tuple[str, tuple[int, int]]]:
    """The run between two of its edits each: the name of such a part, the step after which it begins, and its last."""
    ends = [edit.step for edit in recipe.edits if edit.step < recipe.step]
    for after, last in zip([0, *ends], [*ends, recipe.step], strict=True):
        if name := file_name(recipe.at(last)):
            yield name.partition("-")[0], (after, last)


def _course(made: Recipe) -> str:
    """Whatever the states of such a run depend on, but for the step."""
    backends = {made.first.backend, *(edit.conditions.backend for edit in made.edits)}
    environment = [FORMAT, _code_of_engines(), *(environment_code(name) for name in sorted(backends))]
    said = json.dumps([environment, recipe_to_dict(replace(made, step=0))], sort_keys=True)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


@cache
def _code_of_engines() -> str:
    """Of the programs themselves: another version may compute in another order."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(_ENGINES.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
