"""A small picture for each page on the map of the chapter, drawn from numbers that the engine has just computed.

SVG without words, so that one picture serves all languages and both themes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from engines import backends, optimizers
from engines.datasets.base import Dataset
from engines.descent.landscapes import curve, surface
from engines.descent.paths import descend, rule
from engines.differentiation.differences import along
from engines.differentiation.functions import FUNCTIONS
from engines.network import Network
from engines.training import Trainer
from ui.charts.images import in_base64, mosaic, png
from ui.charts.palette import BLUE, GOLD, GREY, RED, signed_limit
from ui.experiment.session import load_data
from ui.start.svg import contours, dots, line, path, svg, tip

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
    return svg(line(np.arange(_STEPS), losses, box, BLUE))


@cache
def _derivative() -> str:
    """A curve and its tangent."""
    x = np.linspace(-3.2, 3.2, 80)
    y, slopes = along(FUNCTIONS["sin"].expression, backends.get("numpy"), x)
    at = 28
    box = (x[0], x[-1], -1.4, 1.4)
    tangent = y[at] + slopes[at] * (x - x[at])
    return svg(line(x, y, box, BLUE) + line(x, tangent, box, RED, 2) + dots(x[[at]], y[[at]], box, RED, 5))


@cache
def _gradient_tensors() -> str:
    """The gradient of four hidden units' weights, a tile for each."""
    trainer, _losses = _trained()
    data = trainer.data
    gradient = trainer.gradients(data.x_train[:64], data.y_train[:64])[1]["W1"]
    busiest = np.argsort(-np.abs(gradient).sum(axis=0))[:4]
    picture = png(mosaic(gradient[:, busiest], data.image_shape, signed_limit(gradient[:, busiest])))
    size = 'x="8" y="30" width="224" height="60" style="image-rendering:pixelated"'
    return svg(f'<image href="data:image/png;base64,{in_base64(picture)}" {size}/>')


@cache
def _gradient_descent() -> str:
    """A valley, and the steps down into it."""
    valley = curve("valleys")
    x = np.linspace(*valley.domain, 90)
    y = valley.function.values(x)
    path = descend(backends.get("numpy"), valley.function, [(valley.start,)], rule(valley.step_size, 0.0, False), 9)
    box = (*valley.domain, y.min(), y.max())
    return svg(line(x, y, box, GREY) + dots(path.points[:, 0, 0], path.values[:, 0], box, RED, 4))


@cache
def _optimizers() -> str:
    """A ravine from above, and two rules on their way through it."""
    ravine = surface("ravine")
    box = (*ravine.x, *ravine.y)
    racers = ((rule(ravine.step_size, 0.0, False), BLUE), (rule(ravine.step_size / 4, 0.9, False), RED))
    return svg(contours(ravine, box) + "".join(path(ravine, optimizer, box, color) for optimizer, color in racers))


@cache
def _chain_rule() -> str:
    """The operations of a recorded pass, in a row: forward above, back below."""
    trainer, _losses = _trained()
    nodes = trainer.record_pass(trainer.data.x_train[:8], trainer.data.y_train[:8])
    count = sum(bool(node.inputs) for node in nodes)
    x = (np.arange(count) + 0.5) / count
    forward, back = np.full(count, 0.62), np.full(count, 0.38)
    box = (0.0, 1.0, 0.0, 1.0)
    drawn = line(x, forward, box, BLUE, 3) + line(x, back, box, RED, 3)
    return svg(
        drawn + dots(x, np.full(count, 0.5), box, GOLD, 12) + tip(x[-1], 0.62, BLUE, 1) + tip(x[0], 0.38, RED, -1)
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
    return svg(line(ends, ends, box, GREY, 1.5) + dots(a.ravel(), b.ravel(), box, BLUE, 3))


_SKETCHES: dict[str, Callable[[], str]] = {
    "training_loop": _training_loop,
    "derivative": _derivative,
    "gradient_tensors": _gradient_tensors,
    "gradient_descent": _gradient_descent,
    "optimizers": _optimizers,
    "chain_rule": _chain_rule,
    "backends": _backends,
}
