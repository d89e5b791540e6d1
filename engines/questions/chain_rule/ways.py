"""Four ways to differentiate: how many operations and passes each needs, and when it is the cheapest (2.4.4)."""

from __future__ import annotations

import math

import numpy as np

from engines.differentiation.counting import Tally, count
from engines.differentiation.families import MANY_INPUTS, MANY_OUTPUTS
from engines.differentiation.formula_growth import derivatives, operations
from engines.differentiation.four_ways import WAYS
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked

_FAMILIES = {"inputs": MANY_INPUTS, "outputs": MANY_OUTPUTS}
_LARGEST = 512
_WRITTEN_OUT = {"layers": 3}  # the size up to which formulas are; larger ones take too long
_MOST_WRITTEN_OUT = 12
_PASSES = ("central", "forward", "reverse")


def way_operations(*, family: str, size: int, way: str, many: str = "inputs") -> InPieces[Answer]:
    """How many operations all derivatives take, one way."""
    checked.choice("way", way, WAYS)
    counted = yield from _counted(family, size, many)
    if not math.isfinite(counted[way]):
        most = _WRITTEN_OUT.get(family, _MOST_WRITTEN_OUT)
        raise InvalidSetting("Formulas are written out up to the size {most}.", most=most)
    return Answer(counted[way], {**counted, "times": counted[way] / counted["reverse"]})


def cheapest_way(*, family: str, size: int, many: str = "inputs") -> InPieces[Answer]:
    """The way with the fewest operations, of those that are counted at this size."""
    counted = yield from _counted(family, size, many)
    ranked = sorted((way for way in WAYS if math.isfinite(counted[way])), key=lambda way: counted[way])
    if counted[ranked[0]] == counted[ranked[1]]:
        raise InvalidSetting("Two ways take as few operations here: {ways}.", ways=", ".join(ranked[:2]))
    return Answer(ranked[0], {**counted, "second": ranked[1]})


def way_passes(*, inputs: int, outputs: int, way: str) -> InPieces[Answer]:
    """How many passes, forward and backward, all derivatives of a function take."""
    tally = Tally(0, 0, 0, checked.whole("inputs", inputs, 1, 10**9), checked.whole("outputs", outputs, 1, 10**9))
    forward, backward = tally.passes[checked.choice("way", way, _PASSES)]
    yield PIECE
    return Answer(forward + backward, {"forward": forward, "backward": backward})


def _counted(family: str, size: int, many: str) -> InPieces[dict[str, float]]:
    """Operations by way; NaN where formulas would take too long. "value" is those of the function itself."""
    families = _FAMILIES[checked.choice("many", many, _FAMILIES)]
    chosen = families[checked.choice("family", family, families)]
    size = checked.whole("size", size, chosen.sizes[0], _LARGEST)
    member = chosen.make(size, np.random.default_rng(0))
    tally = count(member.f, member.points)
    yield PIECE
    symbolic = math.nan
    if size <= _WRITTEN_OUT.get(family, _MOST_WRITTEN_OUT):
        symbolic = 0
        for formula in derivatives(member):
            symbolic += operations(formula)
            yield PIECE
    return {**tally.operations, "symbolic": symbolic, "value": tally.value}
