"""The step size on a curve: too small, right, too large; 1/L and 2/L (chapter 2.4.3, figure 2-11)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engines.backends.numpy_backend import NumpyBackend
from engines.descent.curve_minima import Minimum
from engines.descent.paths import Paths, descend, overshoot_bound, rule, step_bound
from engines.descent.verdicts import AT_THE_MINIMUM, verdict
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.curves import ground, momentum_of

_FATES = {
    "creeping": "crawls",
    "stuck": "crawls",
    "oscillating": "circles",
    "diverged": "diverges",
    "left": "diverges",
    "undefined": "diverges",
    "maximum": "rests",
    "terrace": "rests",
}
_MOST, _LONGER = 400, 4  # steps of the longest path; so many times longer each time until it has arrived


def fate_of_rate(
    *,
    curve: str,
    rate: float,
    start: float | None = None,
    steps: int = 100,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> InPieces[Answer]:
    """What becomes of a ball on a curve within so many steps."""
    here = ground(curve, start)
    steps = checked.whole("steps", steps, 20, _MOST)
    momentum = momentum_of(momentum)
    optimizer = rule(checked.positive("rate", rate), momentum, nesterov)
    path = descend(NumpyBackend(), here.curve.function, [(here.start,)], optimizer, steps)
    yield PIECE
    found = verdict(path, here.curve.function, here.curve.domain, here.minima, momentum)
    fate = _FATES.get(found.outcome)
    if fate is None:
        fate = "swings" if found.minimum and _passes(path, found.minimum) else "straight"
    settled = found.outcome == "settled" and found.step is not None
    return Answer(
        fate,
        {
            "steps": steps,
            "arrival": found.step if settled and found.step is not None else -1,
            "end": float(path.points[-1, 0, 0]),
            "minimum": found.minimum.x if found.minimum else math.nan,
        },
    )


def largest_rate(
    *, curve: str, minimum: str = "global", momentum: float = 0.0, nesterov: bool = False
) -> InPieces[Answer]:
    """The step size beyond which descent no longer comes to rest in that minimum: 2/L without momentum."""
    bounds = _bounds(curve, minimum, momentum, nesterov)
    yield PIECE
    return Answer(bounds.largest, bounds._asdict())


def fastest_rate(
    *, curve: str, minimum: str = "global", momentum: float = 0.0, nesterov: bool = False
) -> InPieces[Answer]:
    """The largest step size that never leads past that minimum: 1/L without momentum."""
    bounds = _bounds(curve, minimum, momentum, nesterov)
    yield PIECE
    return Answer(bounds.fastest, bounds._asdict())


def steps_to_minimum(
    *,
    curve: str,
    rate: float,
    start: float | None = None,
    tolerance: float = 0.0,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> InPieces[Answer]:
    """After how many steps a ball stays within the tolerance of the minimum that it ends in."""
    here = ground(curve, start)
    width = here.curve.domain[1] - here.curve.domain[0]
    near = checked.number("tolerance", tolerance, 0.0, width) or AT_THE_MINIMUM * width
    optimizer = rule(checked.positive("rate", rate), momentum_of(momentum), nesterov)
    steps = _MOST // _LONGER**2
    while steps <= _MOST:
        path = descend(NumpyBackend(), here.curve.function, [(here.start,)], optimizer, steps)
        yield PIECE
        x = path.points[:, 0, 0]
        found = min(here.minima, key=lambda minimum: float(minimum.distance(x[-1:])[0]))
        away = np.flatnonzero(~(found.distance(x) <= near))
        first = int(away[-1]) + 1 if away.size else 0
        if first <= steps * 3 // 4:  # it stays for a while
            told = {"minimum": found.x, "tolerance": near, "first": float(found.distance(x[:1])[0])}
            return Answer(first, told)
        steps *= _LONGER
    raise InvalidSetting("It does not arrive within {steps} steps.", steps=_MOST)


class _Bounds(NamedTuple):
    curvature: float
    fastest: float
    largest: float
    minimum: float


def _bounds(curve: str, kind: str, momentum: float, nesterov: bool) -> _Bounds:
    checked.choice("minimum", kind, ("global", "local"))
    here, momentum = ground(curve), momentum_of(momentum)
    usable = [minimum for minimum in here.minima if minimum.kind == kind and 0 < minimum.curvature < math.inf]
    if not usable:
        raise InvalidSetting("There is no minimum in this frame whose curvature could bound the step.")
    found = usable[0]
    bend = here.curve.curvature or found.curvature
    return _Bounds(bend, overshoot_bound(bend, momentum, nesterov), step_bound(bend, momentum, nesterov), found.x)


def _passes(path: Paths, minimum: Minimum) -> bool:
    """Whether the ball is ever clearly on the other side of the minimum than at the start."""
    x = path.points[:, 0, 0]
    side = np.sign(x[0] - minimum.x)
    beyond = (minimum.x - x if side > 0 else x - minimum.until) if side else np.abs(x - minimum.x)
    return bool((beyond > 1e-9 * (1 + abs(minimum.x))).any())
