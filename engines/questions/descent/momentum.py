"""Local minima: which momenta carry a ball out, and why in many dimensions saddles matter more (chapter 2.4.3)."""

from __future__ import annotations

import math

from engines.backends.numpy_backend import NumpyBackend
from engines.descent.momentum_escape import DIVERGED, MOMENTA, UNDECIDED, Escapes, escapes
from engines.descent.stationary import POLYNOMIALS, StationaryPoints, solve
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.curves import Ground, ground, momentum_of
from engines.questions.common.records import last

_KINDS = ("all", "minimum", "saddle", "maximum")
_MOST_DIMENSIONS = 30


def end_of_ball(
    *, curve: str, momentum: float, rate: float | None = None, start: float | None = None, nesterov: bool = False
) -> InPieces[Answer]:
    """Where a ball with that momentum ends: "global", "local", "rolling" on and on, or it "diverges"."""
    here, momentum = ground(curve, start), momentum_of(momentum)
    found = yield from _rolled(here, rate, nesterov, (momentum,))
    end = found.ends[0]
    assert end is not None
    return Answer(_end(here, end), {"minimum": here.minima[end].x if end >= 0 else math.nan, "momentum": momentum})


def momenta_that_escape(
    *,
    curve: str,
    momenta: tuple[float, ...] = (),
    rate: float | None = None,
    start: float | None = None,
    nesterov: bool = False,
    count: str = "escapes",
) -> InPieces[Answer]:
    """How many momenta end in the global minimum, or how often the end switches along them."""
    checked.choice("count", count, ("escapes", "switches"))
    tried = tuple(map(momentum_of, checked.many("momenta", momenta))) if momenta else MOMENTA
    here = ground(curve, start)
    found = yield from _rolled(here, rate, nesterov, tried)
    ends = [_end(here, end) for end in found.ends if end is not None]
    told = {
        "tried": len(tried),
        "escapes": ends.count("global"),
        "local": ends.count("local"),
        "unsettled": ends.count("rolling") + ends.count("diverges"),
        "switches": len(found.switches),
        "first": next((m for m, end in zip(tried, ends, strict=True) if end == "global"), -1.0),
    }
    return Answer(told[count], told)


def first_escape(
    *, curve: str, rate: float | None = None, start: float | None = None, nesterov: bool = False
) -> InPieces[Answer]:
    """The momentum, to a millionth, at which the ball first ends in another minimum than without momentum."""
    here = ground(curve, start)
    found = yield from _rolled(here, rate, nesterov, MOMENTA, refined=True)
    if found.first is None:
        raise InvalidSetting("With every momentum the ball ends in the same minimum.")
    ends = [_end(here, end) for end in found.ends if end is not None]
    told = {"tried": len(MOMENTA), "escapes": ends.count("global"), "switches": len(found.switches)}
    return Answer(found.first[1], told)


def stationary_count(*, kind: str = "saddle", polynomial: str = "wells3") -> InPieces[Answer]:
    """How many points of a polynomial have the gradient 0, and are of that kind."""
    checked.choice("kind", kind, _KINDS)
    function = POLYNOMIALS[checked.choice("polynomial", polynomial, POLYNOMIALS)].function
    found = yield from last(solve(function), StationaryPoints)
    kinds = [point.kind for point in found.points]
    told = {
        "all": len(kinds),
        "minima": kinds.count("minimum"),
        "saddles": kinds.count("saddle"),
        "maxima": kinds.count("maximum"),
        "variables": len(function.variables),
    }
    return Answer(_of_kind(told, kind), told)


def stationary_in_dimensions(*, dimensions: int, kind: str = "saddle") -> InPieces[Answer]:
    """The same of (x₁² − 1)² + … + (xₙ² − 1)²: each coordinate is at one of two minima or at the maximum between."""
    checked.choice("kind", kind, _KINDS)
    dimensions = checked.whole("dimensions", dimensions, 1, _MOST_DIMENSIONS)
    yield PIECE
    total, minima, maxima = 3**dimensions, 2**dimensions, 1
    told = {"all": total, "minima": minima, "saddles": total - minima - maxima, "maxima": maxima}
    value = _of_kind(told, kind)
    return Answer(value, {**told, "share": told["saddles"] / total, "dimensions": dimensions})


def _of_kind(told: dict[str, int], kind: str) -> int:
    return told[{"all": "all", "minimum": "minima", "saddle": "saddles", "maximum": "maxima"}[kind]]


def _rolled(
    here: Ground, rate: float | None, nesterov: bool, momenta: tuple[float, ...], refined: bool = False
) -> InPieces[Escapes]:
    """Where the balls end; `refined`: with the momentum of the first switch too."""
    step_size = here.curve.step_size if rate is None else checked.positive("rate", rate)
    curve, found = here.curve, None
    for found in escapes(
        NumpyBackend(), curve.function, curve.domain, here.minima, here.start, step_size, nesterov, momenta
    ):
        if not refined and None not in found.ends:
            break
        yield PIECE
    assert found is not None
    return found


def _end(here: Ground, end: int) -> str:
    if end in (UNDECIDED, DIVERGED):
        return "rolling" if end == UNDECIDED else "diverges"
    return "global" if here.minima[end].kind == "global" else "local"
