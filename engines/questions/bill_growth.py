"""What the bill of a gradient is made of, and how it grows with the network (chapter 2.4)."""

from __future__ import annotations

from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.bill import bill_ratio
from engines.questions.common import checked
from engines.runs.recipe import Recipe


def backward_price(*, recipe: Recipe, sizes: tuple[int, ...] = ()) -> InPieces[Answer]:
    """How many forward passes' operations one forward and one backward pass take."""
    bill = yield from bill_ratio(recipe=recipe, sizes=sizes)
    return Answer(float(bill.numbers["share"]), bill.numbers)


def bill_growth(*, recipe: Recipe, narrower: tuple[int, ...], way: str = "central") -> InPieces[Answer]:
    """How many times as many operations the gradient of the recipe's network takes as that of a narrower one: one
    weight at a time ("central"), or by one forward and one backward pass ("reverse")."""
    checked.choice("way", way, ("central", "reverse"))
    narrower = checked.many("narrower", narrower, 2)
    here = (yield from bill_ratio(recipe=recipe)).numbers
    there = (yield from bill_ratio(recipe=recipe, sizes=narrower)).numbers
    growth = {name: float(here[name]) / float(there[name]) for name in ("parameters", "central", "reverse")}
    return Answer(growth[way], {**growth, "here": here["parameters"], "there": there["parameters"]})
