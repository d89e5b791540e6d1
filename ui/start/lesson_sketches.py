"""A small picture for each lesson, drawn from numbers that the engine computes for it; which, its data say.

A lesson's `[sketch]` names a kind and what it is made of; one without has that of its page on the map of the chapter.
To add a kind, add a function here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import numpy as np

import lessons
from engines import backends
from engines.descent.landscapes import curve, surface
from engines.descent.paths import descend, rule
from engines.differentiation.differences import along
from engines.differentiation.functions import FUNCTIONS
from engines.pieces import PIECE, InPieces
from engines.training import Trainer
from lessons.steps import Lesson
from ui.charts.images import in_base64, mosaic, png
from ui.charts.palette import BLUE, GOLD, GREY, RED, signed_limit
from ui.experiment.session import load_data
from ui.experiment.settings import Settings, from_query
from ui.start.sketches import sketch
from ui.start.svg import HEIGHT, WIDTH, Box, contours, dots, line, path, pixels, svg

_COLOURS = (BLUE, RED, GOLD, GREY)


def lesson_sketches() -> InPieces[dict[str, str]]:
    """All lessons' pictures as HTML, by name."""
    drawn = {}
    for name in lessons.names():
        drawn[name] = yield from _sketch(lessons.get(name))
        yield PIECE
    return drawn


def _sketch(lesson: Lesson) -> InPieces[str]:
    made = dict(lesson.sketch)
    kind = made.pop("kind", None)
    if kind is None:
        yield PIECE
        return sketch(lesson.steps[0].before.page)
    return svg((yield from _KINDS[kind](lesson, **made)))


def _advanced(query: str) -> InPieces[tuple[Trainer, list[float]]]:
    """The run of a link at its step, and the loss of each batch on the way."""
    settings, _problems = from_query(Settings, dict(parse_qsl(query)))
    recipe, losses = settings.recipe, []
    trainer = recipe.trainer(load_data(settings.data))
    while trainer.steps < recipe.step:
        losses.append(trainer.step().loss)
        if trainer.steps % 15 == 0:
            yield PIECE
    return trainer, losses


def _losses(_lesson: Lesson, runs: list[str], top: float = 2.5) -> InPieces[str]:
    """The batches' losses of some runs, up to `top`."""
    drawn = ""
    for query, color in zip(runs, _COLOURS, strict=False):
        losses = np.clip((yield from _advanced(query))[1], 0, top)
        drawn += line(np.arange(len(losses)), losses, (0, len(losses) - 1, 0, top), color, 2)
    return drawn


def _tiles(_lesson: Lesson, runs: list[str], units: int = 8) -> InPieces[str]:
    """The first weights of some runs as images of their units, a row for each run."""
    drawn, high = "", HEIGHT / len(runs)
    for row, query in enumerate(runs):
        trainer, _seen = yield from _advanced(query)
        weights = trainer.parameters()["W1"][:, :units]
        picture = png(mosaic(weights, trainer.data.image_shape, signed_limit(weights)))
        place = f'x="6" y="{row * high + 3:.0f}" width="{WIDTH - 12}" height="{high - 6:.0f}"'
        drawn += f'<image href="data:image/png;base64,{in_base64(picture)}" {place} style="image-rendering:pixelated"/>'
    return drawn


def _tangent(_lesson: Lesson, function: str, point: float, epsilon: float = 0.0) -> InPieces[str]:
    """A function with its tangent at a point; with `epsilon`, the secant to the point beyond too."""
    yield PIECE
    f, numpy = FUNCTIONS[function].expression, backends.get("numpy")
    x = np.linspace(point - 2.2, point + 2.2, 80)
    y, _slopes = along(f, numpy, x)
    (at, ahead), (slope, _there) = along(f, numpy, np.array([point, point + epsilon]))
    margin = 0.15 * (y.max() - y.min())
    box = (x[0], x[-1], y.min() - margin, y.max() + margin)
    drawn = line(x, y, box, BLUE) + line(x, at + slope * (x - point), box, RED, 2)
    if epsilon:
        drawn += line(x, at + (ahead - at) / epsilon * (x - point), box, GOLD, 2)
    return drawn + dots([point, point + epsilon], [at, ahead], box, RED, 5)


def _ball(_lesson: Lesson, name: str, balls: list[list[float]], steps: int = 12) -> InPieces[str]:
    """A curve and balls on it, each with its step size and momentum."""
    yield PIECE
    on = curve(name)
    x = np.linspace(*on.domain, 90)
    y = on.function.values(x)
    box = (*on.domain, y.min(), y.max())
    drawn = line(x, y, box, GREY)
    for (step_size, momentum), color in zip(balls, (RED, BLUE, GOLD), strict=False):
        rolled = descend(backends.get("numpy"), on.function, [(on.start,)], rule(step_size, momentum, False), steps)
        inside = np.abs(rolled.points[:, 0, 0] - np.mean(on.domain)) <= np.ptp(on.domain) / 2
        drawn += dots(rolled.points[inside, 0, 0], rolled.values[inside, 0], box, color, 4)
    return drawn


def _surface(_lesson: Lesson, name: str, balls: list[list[float]], steps: int = 25) -> InPieces[str]:
    """A surface from above, and the ways of balls down it, each with its step size and momentum."""
    yield PIECE
    on = surface(name)
    box = (*on.x, *on.y)
    rules = [rule(step_size, momentum, False) for step_size, momentum in balls]
    ways = zip(rules, (RED, BLUE, GOLD), strict=False)
    return contours(on, box) + "".join(path(on, each, box, color, steps) for each, color in ways)


def _bars(lesson: Lesson, step: str, numbers: list[str], log: bool = False) -> InPieces[str]:
    """Numbers of a step's answer as bars; those of an answer itself are called "answer"."""
    found = yield from lesson.step(step).answered()
    known = {"answer": found.value, **found.numbers}
    values = np.array([float(known[name]) for name in numbers])
    high = np.log10(np.maximum(values, 1e-300)) if log else values
    base = high.min() - 1 if log else 0.0
    box: Box = (0, len(values), base, high.max() or 1.0)
    drawn = ""
    for place, value in enumerate(high.tolist()):
        (left, top), (right, bottom) = pixels([place + 0.2, place + 0.8], [value, base], box).tolist()
        size = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{max(bottom - top, 1):.1f}"'
        drawn += f'<rect {size} fill="{_COLOURS[place % len(_COLOURS)]}"/>'
    return drawn


_KINDS: Mapping[str, Callable[..., InPieces[str]]] = {
    "losses": _losses,
    "tiles": _tiles,
    "tangent": _tangent,
    "ball": _ball,
    "surface": _surface,
    "bars": _bars,
}
