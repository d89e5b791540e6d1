"""One run and its counterpart: by another library, or, where NumPy is alone, in the other precision (chapter 2.4).

And the same run once more, by the same library.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines import backends
from engines.checks import DTYPES
from engines.comparison.agreement import Agreement, compare
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import trained
from engines.questions.training.rounding import difference_after, first_difference
from engines.runs.recipe import Recipe

_MOST = 1000
_ROUNDING = 1e-3  # a relative difference up to which two runs can be called the same


def parting_of_two(*, recipe: Recipe, steps: int) -> InPieces[Answer]:
    """The first step in which the two runs are not the same to the last bit."""
    found = yield from first_difference(recipe=recipe, steps=steps, other=_other(recipe))
    return replace(found, numbers={**found.numbers, **_names(recipe)})


def difference_of_two(*, recipe: Recipe, steps: int, quantity: str = "weights") -> InPieces[Answer]:
    """The largest relative difference of the two runs after so many steps."""
    found = yield from difference_after(recipe=recipe, steps=steps, other=_other(recipe), quantity=quantity)
    return replace(found, numbers={**found.numbers, **_names(recipe), "ratio": float(found.value) / _u(recipe)})


def same_run_again(*, recipe: Recipe, steps: int) -> InPieces[Answer]:
    """How the run differs from itself when it is made again: "none", not in a bit; "rounding"; "large"."""
    checked.whole("steps", steps, 1, _MOST)
    trainers = {}
    for name in ("run", "again"):
        trainers[name] = yield from trained(_begun(recipe), 0)
    made: object = None
    for each in compare(trainers, steps + 1):
        made = each
        yield PIECE
    assert isinstance(made, Agreement)
    largest = float(np.nanmax(made.differences))
    key = "none" if largest == 0 else "rounding" if largest <= _ROUNDING else "large"
    return Answer(key, {"difference": largest, "steps": steps, **_names(recipe)})


def _begun(recipe: Recipe) -> Recipe:
    return replace(recipe, edits=(), step=0)


def _other(recipe: Recipe) -> str:
    """What else computes the run: another backend, else the other precision."""
    others = [
        name for name in ("torch", *backends.names()) if name != recipe.first.backend and name in backends.names()
    ]
    return others[0] if others else next(dtype for dtype in DTYPES if dtype != recipe.dtype)


def _names(recipe: Recipe) -> dict[str, str]:
    """What the two are called."""
    other = _other(recipe)
    if other in DTYPES:
        return {"one": recipe.dtype, "two": other}
    return {"one": backends.get(recipe.first.backend).label, "two": backends.get(other).label}


def _u(recipe: Recipe) -> float:
    return float(np.finfo(recipe.dtype).eps) / 2
