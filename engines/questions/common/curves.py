"""The curves that a ball rolls down, with their minima and the places to start from."""

from __future__ import annotations

from dataclasses import dataclass

from engines.backends.numpy_backend import NumpyBackend
from engines.descent import landscapes
from engines.descent.curve_minima import Minimum, minima
from engines.descent.landscapes import CURVES, Curve
from engines.questions.common import checked


@dataclass(frozen=True)
class Ground:
    """A curve, its minima, and where the ball starts."""

    curve: Curve
    minima: tuple[Minimum, ...]
    start: float


def ground(name: str, start: float | None = None) -> Ground:
    """A curve of the list; without a start, the ball starts where the page has it."""
    curve = landscapes.curve(checked.choice("curve", name, CURVES))
    at = curve.start if start is None else checked.number("start", start, *curve.domain)
    found = minima(curve.function, curve.domain, NumpyBackend(), whole=curve.whole)
    return Ground(curve, found, at)


def momentum_of(value: float) -> float:
    """A momentum that a ball can have."""
    return checked.number("momentum", value, 0.0, 0.999)
