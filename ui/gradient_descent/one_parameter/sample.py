"""The curves of the scene "one parameter": formulas, and the loss of one training sample over one weight."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from engines import backends
from engines.costs.run_memory import parameter_bytes
from engines.datasets.base import Dataset
from engines.descent.curve_minima import Minimum, minima
from engines.descent.landscapes import Curve
from engines.descent.one_weight import OneWeightLoss, one_weight_in_pieces
from engines.descent.paths import Paths, descend, descend_each
from engines.optimizers.base import Optimizer
from engines.pieces import InPieces, finished, is_light
from ui.charts.windows import Window, window
from ui.experiment.settings import Settings
from ui.frame import Page
from ui.gradient_descent.settings import LAST_STEP, SAMPLE
from ui.parts.answer import answer
from ui.server.remembered import remembered

STEPS = 3 * LAST_STEP  # computed, so that the reading can say how it ends
_PLACES = 241
_CELLS, _CELLS_OF_A_NETWORK = 800, 160


class Seen(NamedTuple):
    """A curve sampled over its frame: places (n,), values (n,), the window of y, and its minima."""

    x: np.ndarray
    y: np.ndarray
    up: Window
    minima: tuple[Minimum, ...]


def page_curve(page: Page) -> Curve | None:
    """The curve that the page's view says; None while a large network's is still looked for, which is shown."""
    if page.view.curve != SAMPLE:
        return page.view.chosen_curve
    _, settings, data = page.text, page.settings.experiment, page.data
    network, asked = settings.make_network(data.features, data.classes), (settings, page.view.sample, data)
    if is_light(1, network.parameter_count):
        return _sample_curve(*asked)
    size, label = 2 * parameter_bytes(network, "float64"), _("Looking for a weight with a clear minimum")
    return answer(page, "descent.sample", asked, partial(_curve_of, *asked), label, size=size)


@remembered(24)
def seen(curve: Curve, backend: str) -> Seen:
    """The curve in its frame."""
    x = np.linspace(*curve.domain, _PLACES)
    with np.errstate(all="ignore"):
        y = curve.function.values(x)
    if is_flat(curve.function):
        y = np.full(_PLACES, y[0])
        return Seen(x, y, _framed(y), ())
    shown = np.append(y, curve.function.mean(x)) if isinstance(curve.function, OneWeightLoss) else y
    cells = _CELLS_OF_A_NETWORK if isinstance(curve.function, OneWeightLoss) else _CELLS
    found = minima(curve.function, curve.domain, backends.get(backend), cells, curve.whole)
    return Seen(x, y, _framed(shown), found)


def is_flat(function: object) -> bool:
    """Whether it is a network's loss that does not depend on the weight: what minima it has are of rounding."""
    return isinstance(function, OneWeightLoss) and function.is_flat


def _framed(y: np.ndarray) -> Window:
    """The window of the curve's values with a small margin: the ball's number needs room above it."""
    low, high = window(y)
    margin = 0.12 * (high - low) / 1.42  # `window` leaves a fifth of the span free on both sides
    return Window(low + margin, high - margin)


@remembered(24)
def path(curve: Curve, backend: str, start: float, optimizer: Optimizer) -> Paths:
    """The ball's path, by that backend."""
    return descend(backends.get(backend), curve.function, [(start,)], optimizer, STEPS)


@remembered(8)
def paths_from(curve: Curve, backend: str, optimizer: Optimizer, places: tuple[float, ...]) -> Paths:
    """The paths of balls that start at each of those places, as far as they can be shown."""
    return descend(backends.get(backend), curve.function, [(place,) for place in places], optimizer, LAST_STEP)


@remembered(8)
def paths_by(curve: Curve, backend: str, start: float, optimizers: tuple[Optimizer, ...]) -> Paths:
    """The paths of balls from that start, one by each of those rules, as far as they can be shown."""
    return descend_each(backends.get(backend), curve.function, start, optimizers, LAST_STEP)


@remembered(16)
def _sample_curve(settings: Settings, sample: int, data: Dataset) -> Curve:
    return finished(_curve_of(settings, sample, data))


def _curve_of(settings: Settings, sample: int, data: Dataset) -> InPieces[Curve]:
    """Figure 2-11's loss on the sidebar's fresh network; the step size is 0.3/L at its minimum."""
    backend = backends.get(settings.backend)
    network = settings.make_network(data.features, data.classes)
    loss = yield from one_weight_in_pieces(backend, network, data, settings.seed, settings.loss, sample)
    valleys = () if loss.is_flat else minima(loss, loss.domain, backend, _CELLS_OF_A_NETWORK)
    curvature = max((valley.curvature for valley in valleys if valley.corner is None), default=0.0)
    step = float(f"{0.3 / curvature:.1g}") if curvature > 3e-4 else 1000.0
    return Curve(SAMPLE, loss, loss.domain, loss.start, step)
