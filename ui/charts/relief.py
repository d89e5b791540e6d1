"""The height of a function of two parameters over its frame: sampled, painted, with contour lines (figure 2-12)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.images import png
from ui.charts.isolines import isolines
from ui.charts.markup import escaped
from ui.charts.palette import GREY, rgb, rgba
from ui.charts.windows import Window

ACROSS, UP = 66, 44  # cells
_LEVELS, _FINER = 14, 3  # contour lines are drawn on a finer grid: a bent valley would be cut into shards
_SHARP, _EVEN = 300.0, 0.5  # how closely the lowest part is looked at
_OPAQUE = 165  # of 255, at the highest


class Relief(NamedTuple):
    """f over the frame: values (UP, ACROSS) at the cells' centres, contour lines (x, y, x2, y2, level), a PNG."""

    x: Window
    y: Window
    values: NDArray[np.float64]
    lines: pd.DataFrame
    picture: str


def relief(f: Callable[..., NDArray], x: Window, y: Window, sharp: float = _SHARP) -> Relief:
    """Sample f(x, y) and draw its contour lines, equally far apart in the logarithm of the height over the lowest."""
    xs, ys = centres(x, ACROSS), centres(y, UP)
    values = f(*np.meshgrid(xs, ys))
    fine_x, fine_y = centres(x, _FINER * ACROSS), centres(y, _FINER * UP)
    height = shade(values, sharp)
    with np.errstate(all="ignore"):
        fine = shade(f(*np.meshgrid(fine_x, fine_y)), sharp)
    lines = isolines(fine_x, fine_y, fine, (np.arange(_LEVELS) + 0.5) / _LEVELS)
    return Relief(x, y, values, lines, _painted(height))


def _painted(height: NDArray) -> str:
    """Heights as an image of one pixel a cell, the more opaque the higher; clear where nothing is known."""
    pixels = np.zeros((*height.shape, 4), np.uint8)
    pixels[..., :3] = rgb(GREY)
    pixels[..., 3] = np.rint(np.nan_to_num(height) * _OPAQUE)
    return f"data:image/png;base64,{base64.b64encode(png(pixels[::-1])).decode()}"


def shade_legend(land: Relief, low: str, high: str) -> str:
    """The shades of grey from the lowest to the highest place of the land, with words for both, as HTML."""
    ramp = f"linear-gradient(90deg, transparent, {rgba(GREY, _OPAQUE / 255)})"
    bar = f'<span style="width:7rem;height:0.8rem;border:1px solid {GREY};background:{ramp}" aria-hidden="true"></span>'
    style = "display:flex;flex-wrap:wrap;align-items:center;gap:0.2rem 0.5rem;font-size:0.85rem"
    return f'<div style="{style}"><span>{escaped(low)}</span>{bar}<span>{escaped(high)}</span></div>'


def shade(values: NDArray, sharp: float = _SHARP) -> NDArray:
    """Heights from 0 (the lowest of the frame) to 1 (the highest), NaN where f is not finite.

    Logarithmic around a bottom inside the frame, down to about 1/`sharp` of the way up; where f falls out of the
    frame, nearly even.
    """
    finite = np.isfinite(values)
    lowest, highest = (values[finite].min(), values[finite].max()) if finite.any() else (0.0, 0.0)
    if highest <= lowest:
        return np.where(finite, 0.0, np.nan)
    sharp = sharp if _lies_inside(np.where(finite, values, np.inf)) else _EVEN
    with np.errstate(all="ignore"):
        rise = (values - lowest) / (highest - lowest)
        return np.where(finite, np.log1p(rise * sharp) / np.log1p(sharp), np.nan)


def _lies_inside(values: NDArray) -> bool:
    """Whether the lowest place is no edge of the frame: there is a bottom to look at closely."""
    i, j = np.unravel_index(values.argmin(), values.shape)
    return bool(0 < i < values.shape[0] - 1 and 0 < j < values.shape[1] - 1)


def inside_until(land: Relief, points: NDArray) -> int:
    """How many rows of points (steps + 1, 2) come before the first that lies outside the frame."""
    x, y = points.T
    with np.errstate(invalid="ignore"):
        inside = (x >= land.x.low) & (x <= land.x.high) & (y >= land.y.low) & (y <= land.y.high)
    return len(inside) if inside.all() else int(inside.argmin())


def centres(window: Window, count: int) -> NDArray:
    """The middles of so many cells along the window."""
    width = (window.high - window.low) / count
    return window.low + width * (np.arange(count) + 0.5)
