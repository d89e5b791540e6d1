"""Dead units, some steps later: whether one of them lets anything through again (chapter 2.4)."""

from __future__ import annotations

from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.alive import alive_units, check_relu
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe


def revived_units(*, recipe: Recipe, since: int) -> InPieces[Answer]:
    """How many of the units that were dead at the step `since` are not at the recipe's step: none, some or all."""
    check_relu(recipe)
    since = checked.whole("since", since, 0, recipe.step)
    then, now = [], []
    for step, found in ((since, then), (recipe.step, now)):
        found += yield from alive_units((yield from trained(recipe, step)))
    dead = sum(int((~units).sum()) for units in then)
    pairs = list(zip(then, now, strict=True))
    revived = sum(int((units & ~before).sum()) for before, units in pairs)
    died = sum(int((before & ~units).sum()) for before, units in pairs)
    key = "none" if not revived else "all" if revived == dead else "some"
    told = {"dead": dead, "revived": revived, "died": died, "dead_now": dead - revived + died}
    return Answer(key, {**told, "units": sum(units.size for units in then), "steps": recipe.step - since})
