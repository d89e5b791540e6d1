"""How large the formula of a derivative gets, and what reverse mode does instead (chapter 2.4.4, footnote 7)."""

from __future__ import annotations

from engines import given
from engines.differentiation.expressions import parse
from engines.differentiation.formula_growth import DEEPEST, size
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked

_WAYS = ("symbolic", "reverse")


def nested_derivative(*, formula: str, depth: int, way: str = "symbolic") -> InPieces[Answer]:
    """Operations of the derivative of a function of x applied to itself so many times, written out or in one pass."""
    depth = checked.whole("depth", depth, 1, DEEPEST)
    checked.choice("way", way, _WAYS)
    step = parse(given.text(formula) or "")
    sizes = []
    for each in range(1, depth + 1):
        sizes.append(size(step, each))
        yield PIECE
    half, found = sizes[max(1, depth // 2) - 1], sizes[-1]
    counts = {"symbolic": found.derivative, "reverse": found.reverse}
    told = {**counts, "shared": found.shared, "half": half.derivative, "half_reverse": half.reverse, "depth": depth}
    return Answer(counts[way], {**told, "times": found.derivative / found.reverse})
