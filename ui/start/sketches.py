"""A small picture for each page on the map of the chapter, drawn from numbers that the engine has just computed.

SVG without words, so that one picture serves all languages and both themes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines import backends, optimizers
from engines.datasets.base import Dataset
from engines.descent.landscapes import Surface, curve, surface
from engines.descent.paths import descend, rule
from engines.differentiation.differences import along
from engines.differentiation.functions import FUNCTIONS
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.training import Trainer
from ui.charts.images import in_base64, mosaic, png
from ui.charts.isolines import isolines
from ui.charts.palette import BLUE, GOLD, GREY, RED, rgba, signed_limit
from ui.experiment.session import load_data

Box = tuple[float, float, float, float]  # x from and to, y from and to: what the picture shows
_WIDTH, _HEIGHT = 240, 120
_STEPS = 90
_RATE = 0.3


def sketch(page: str) -> str:
    """The page's picture as HTML; empty for a page that has none."""
    return _SKETCHES[page]() if page in _SKETCHES else ""


@cache
def _trained() -> tuple[Trainer, tuple[float, ...]]:
    """A small network after some steps on the digits, and the loss of each batch on the way."""
    trainer = _trainer(load_data("digits"))
    return trainer, tuple(trainer.step().loss for _step in range(_STEPS))


def _trainer(data: Dataset, dtype: str = "float32") -> Trainer:
    network = Network([data.features, 16, data.classes])
    return Trainer(backends.get("numpy"), network, optimizers.get("sgd")(learning_rate=_RATE), data, dtype=dtype)


@cache
def _training_loop() -> str:
    """The loss of each batch, falling."""
    losses = np.array(_trained()[1])
    box = (0, _STEPS, 0, losses.max())
    return _svg(_line(np.arange(_STEPS), losses, box, BLUE))


@cache
def _derivative() -> str:
    """A curve and its tangent."""
    x = np.linspace(-3.2, 3.2, 80)
    y, slopes = along(FUNCTIONS["sin"].expression, backends.get("numpy"), x)
    at = 28
    box = (x[0], x[-1], -1.4, 1.4)
    tangent = y[at] + slopes[at] * (x - x[at])
    return _svg(_line(x, y, box, BLUE) + _line(x, tangent, box, RED, 2) + _dots(x[[at]], y[[at]], box, RED, 5))


@cache
def _gradient_tensors() -> str:
    """The gradient of four hidden units' weights, a tile for each."""
    trainer, _losses = _trained()
    data = trainer.data
    gradient = trainer.gradients(data.x_train[:64], data.y_train[:64])[1]["W1"]
    busiest = np.argsort(-np.abs(gradient).sum(axis=0))[:4]
    picture = png(mosaic(gradient[:, busiest], data.image_shape, signed_limit(gradient[:, busiest])))
    size = 'x="8" y="30" width="224" height="60" style="image-rendering:pixelated"'
    return _svg(f'<image href="data:image/png;base64,{in_base64(picture)}" {size}/>')


@cache
def _gradient_descent() -> str:
    """A valley, and the steps down into it."""
    valley = curve("valleys")
    x = np.linspace(*valley.domain, 90)
    y = valley.function.values(x)
    path = descend(backends.get("numpy"), valley.function, [(valley.start,)], rule(valley.step_size, 0.0, False), 9)
    box = (*valley.domain, y.min(), y.max())
    return _svg(_line(x, y, box, GREY) + _dots(path.points[:, 0, 0], path.values[:, 0], box, RED, 4))


@cache
def _optimizers() -> str:
    """A ravine from above, and two rules on their way through it."""
    ravine = surface("ravine")
    box = (*ravine.x, *ravine.y)
    racers = ((rule(ravine.step_size, 0.0, False), BLUE), (rule(ravine.step_size / 4, 0.9, False), RED))
    return _svg(_contours(ravine, box) + "".join(_path(ravine, optimizer, box, color) for optimizer, color in racers))


@cache
def _chain_rule() -> str:
    """The operations of a recorded pass, in a row: forward above, back below."""
    trainer, _losses = _trained()
    nodes = trainer.record_pass(trainer.data.x_train[:8], trainer.data.y_train[:8])
    count = sum(bool(node.inputs) for node in nodes)
    x = (np.arange(count) + 0.5) / count
    forward, back = np.full(count, 0.62), np.full(count, 0.38)
    box = (0.0, 1.0, 0.0, 1.0)
    drawn = _line(x, forward, box, BLUE, 3) + _line(x, back, box, RED, 3)
    return _svg(
        drawn + _dots(x, np.full(count, 0.5), box, GOLD, 12) + _tip(x[-1], 0.62, BLUE, 1) + _tip(x[0], 0.38, RED, -1)
    )


@cache
def _backends() -> str:
    """The same gradients computed in two precisions: one against the other."""
    data = load_data("digits")
    a, b = (
        _trainer(data, dtype).gradients(data.x_train[:64], data.y_train[:64])[1]["W2"]
        for dtype in ("float32", "float64")
    )
    limit = float(np.abs(b).max())
    box = (-limit * 1.1, limit * 1.1, -limit * 1.1, limit * 1.1)
    ends = np.array([-limit, limit])
    return _svg(_line(ends, ends, box, GREY, 1.5) + _dots(a.ravel(), b.ravel(), box, BLUE, 3))


_SKETCHES: dict[str, Callable[[], str]] = {
    "training_loop": _training_loop,
    "derivative": _derivative,
    "gradient_tensors": _gradient_tensors,
    "gradient_descent": _gradient_descent,
    "optimizers": _optimizers,
    "chain_rule": _chain_rule,
    "backends": _backends,
}


def _svg(content: str) -> str:
    """As an image: Streamlit drops SVG that stands in a page's HTML itself. What it shows is told beside it."""
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_WIDTH} {_HEIGHT}">{content}</svg>'
    return f'<img class="ge-sketch" src="data:image/svg+xml;base64,{in_base64(drawn.encode())}" alt="" {size}>'


def _pixels(x: ArrayLike, y: ArrayLike, box: Box) -> NDArray[np.float64]:
    """Points (n, 2) of the picture, eight pixels from its edges."""
    left, right, low, high = box
    across = 8 + (np.asarray(x, np.float64) - left) / (right - left) * (_WIDTH - 16)
    down = _HEIGHT - 8 - (np.asarray(y, np.float64) - low) / (high - low) * (_HEIGHT - 16)
    return np.column_stack([across, down])


def _line(x: ArrayLike, y: ArrayLike, box: Box, color: str, width: float = 2.5) -> str:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in _pixels(x, y, box))
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" stroke-linejoin="round"/>'


def _dots(x: ArrayLike, y: ArrayLike, box: Box, color: str, radius: float) -> str:
    return "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius}" fill="{color}"/>' for a, b in _pixels(x, y, box))


def _contours(ravine: Surface, box: Box) -> str:
    x, y = np.linspace(*ravine.x, 24), np.linspace(*ravine.y, 24)
    heights = ravine.function.values(*(part.ravel() for part in np.meshgrid(x, y))).reshape(24, 24)
    found = isolines(x, y, heights, np.quantile(heights, (0.1, 0.3, 0.55, 0.8)))
    begins, ends = (_pixels(found[a], found[b], box).round().astype(int) for a, b in (("x", "y"), ("x2", "y2")))
    lines = "".join(f"M{a},{b}L{c},{d}" for (a, b), (c, d) in zip(begins.tolist(), ends.tolist(), strict=True))
    return f'<path d="{lines}" stroke="{rgba(GREY, 0.5)}"/>'


def _path(ravine: Surface, optimizer: Optimizer, box: Box, color: str) -> str:
    path = descend(backends.get("numpy"), ravine.function, [ravine.starts[0]], optimizer, 25).points[:, 0]
    return _line(path[:, 0], path[:, 1], box, color, 2)


def _tip(x: float, y: float, color: str, way: int) -> str:
    """The head of an arrow to the right (1) or to the left (-1)."""
    ((across, down),) = _pixels([x], [y], (0.0, 1.0, 0.0, 1.0))
    corners = f"{across + 14 * way:.1f},{down:.1f} {across:.1f},{down - 6:.1f} {across:.1f},{down + 6:.1f}"
    return f'<polygon points="{corners}" fill="{color}"/>'
