"""A ravine: the gradient does not point at the minimum, and the steps that costs (chapter 2.4.3)."""

from __future__ import annotations

import numpy as np

from engines import optimizers
from engines.arrays import Floats
from engines.backends.numpy_backend import NumpyBackend
from engines.descent import landscapes
from engines.descent.landscapes import SURFACES, Surface
from engines.descent.surface_courses import COURSES
from engines.descent.surface_minima import hessians, surface_minima
from engines.descent.surface_race import SurfaceRace, surface_race
from engines.descent.surface_verdicts import downhill
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.records import last

_MOST = 2000


def angle_off(*, surface: str, start: tuple[float, float]) -> InPieces[Answer]:
    """Degrees between −gradient and the way to the nearest minimum."""
    here = _surface(surface)
    point = np.array(checked.point("start", start))
    lowest = surface_minima(here, NumpyBackend())
    yield PIECE
    _value, slopes = here.function.value_and_gradient(NumpyBackend(), *point[:, None])
    gradient = np.array([float(slope[0]) for slope in slopes])
    found = downhill(point, gradient, lowest)
    if found is None:
        raise InvalidSetting("From this point there is no way down to a minimum.")
    return Answer(
        found.angle,
        {
            "gradient_x": float(gradient[0]),
            "gradient_y": float(gradient[1]),
            "minimum_x": float(found.minimum[0]),
            "minimum_y": float(found.minimum[1]),
            "distance": float(np.hypot(*(found.minimum - point))),
            "ratio": _ratio(here, found.minimum),
        },
    )


def steps_on_surface(
    *, surface: str, start: tuple[float, float], rate: float = 0.0, optimizer: str = "sgd", steps: int = 1000
) -> InPieces[Answer]:
    """After how many steps an optimizer stays within a thousandth of the frame's width of a minimum."""
    here, point = _surface(surface), checked.point("start", start)
    name, steps = checked.choice("optimizer", optimizer, optimizers.names()), checked.whole("steps", steps, 1, _MOST)
    usual = COURSES[surface].rates.get(name) if surface in COURSES else None
    rate = checked.positive("rate", rate or usual or here.step_size)
    racers = [optimizers.get(name)(learning_rate=rate)]
    race = yield from last(surface_race(NumpyBackend(), here, point, racers, steps), SurfaceRace)
    arrival = race.arrival(0) if len(race.minima) else None
    if arrival is None:
        raise InvalidSetting("It does not arrive within {steps} steps.", steps=steps)
    nearest = race.minima[np.hypot(*(race.minima - race.points[-1, 0]).T).argmin()]
    distance = float(np.hypot(*(nearest - np.array(point))))
    return Answer(arrival, {"rate": rate, "ratio": _ratio(here, nearest), "distance": distance})


def _surface(name: str) -> Surface:
    return landscapes.surface(checked.choice("surface", name, SURFACES))


def _ratio(surface: Surface, minimum: Floats) -> float:
    """The largest curvature at a minimum over the smallest."""
    bends = np.linalg.eigvalsh(hessians(surface, NumpyBackend(), minimum[None])[0])
    return float(bends[-1] / bends[0])
