"""Colours: one a backend, one an optimizer, blue to orange for signed values, the same on every page.

An optimizer brings its colour with it (`engines.optimizers`).
The six colours keep a contrast of 3 : 1 to the light and to the dark page. Any two of them lie at least 0.11
apart in OKLab, for normal vision and for the three kinds of colour blindness (simulated after Machado et al.,
2009). A dash goes with each, because a thin line carries little colour.
"""

from __future__ import annotations

import math
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines import optimizers

BLUE, RED, TEAL, GOLD, MAUVE, MAGENTA = "#0070B2", "#C23000", "#00A3A3", "#A39531", "#94516A", "#E94DFF"
COLORS = (BLUE, RED, TEAL, GOLD, MAUVE, MAGENTA)
GREY = "#7F7F7F"

NEGATIVE, POSITIVE = "#0A7CC0", "#CC5200"
RIGHT, WRONG = "#00897B", "#C94A00"
RIGHT_SYMBOL, WRONG_SYMBOL = "✓", "✗"
TRAIN, TEST = BLUE, RED

SOLID = (1, 0)
DASHES = (SOLID, (6, 3), (2, 2), (9, 3, 2, 3), (12, 4), (4, 2, 1, 2))


class Style(NamedTuple):
    """How a line is drawn: its colour, and its dash as lengths of strokes and gaps in pixels."""

    color: str
    dash: tuple[int, ...]


_BACKENDS = {"numpy": Style(BLUE, SOLID), "torch": Style(RED, (6, 3))}


def backend_style(name: str) -> Style:
    """The style of a backend; a third-party one gets one of the other four by its name, everywhere the same.

    >>> backend_style("numpy")
    Style(color='#0070B2', dash=(1, 0))
    """
    return _BACKENDS.get(name) or style(2 + zlib.crc32(name.encode()) % 4)


def optimizer_style(name: str) -> Style:
    """The style that an optimizer says it has; one by its name where it says none; grey for what is no optimizer.

    >>> optimizer_style("sgd")
    Style(color='#0070B2', dash=(1, 0))
    """
    rule = optimizers.rules().get(name)
    if rule is None:
        return Style(GREY, SOLID)
    number = zlib.crc32(name.encode())
    return Style(
        rule.colour or COLORS[number % 6], rule.dash or DASHES[(number + 3) % 6]
    )  # a pair that none of ours is


def style(index: int) -> Style:
    """The style of the line number `index`: six of them, then over again."""
    return Style(COLORS[index % 6], DASHES[index % 6])


def class_color(index: int) -> str:
    """The colour of a class; beyond six they repeat, so the name must stand beside it."""
    return COLORS[index % 6]


def signed_limit(values: ArrayLike, share: float = 1.0) -> float:
    """The |value| that this share of the finite entries does not exceed, rounded up: a live scale seldom changes.

    >>> signed_limit([-0.13, 0.02]), signed_limit([0.0, float("nan")])
    (0.15, 1.0)
    """
    sizes = np.abs(np.asarray(values).ravel())
    if not np.isfinite(sizes).all():
        sizes = sizes[np.isfinite(sizes)]
    rank = math.ceil(share * (sizes.size - 1))
    largest = float(sizes.max() if rank == sizes.size - 1 else np.partition(sizes, rank)[rank]) if sizes.size else 0.0
    if largest < 1e-300:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(largest))
    step = next((step for step in (1, 1.5, 2, 3, 5, 7) if largest <= step * unit), 10)
    return min(float(f"{step * unit:.2g}"), 1e308)


def full_colour(values: ArrayLike) -> float:
    """The limit that 99 in 100 entries stay below, so that the few largest do not pale all others; say so there."""
    return signed_limit(values, share=0.99)


def signed_rgba(values: ArrayLike, limit: float) -> NDArray[np.uint8]:
    """Signed values (…) as pixels (…, 4): blue below zero, orange above, more opaque the farther from it.

    At zero the pixel is clear, so that the page itself, light or dark, is the zero; from |value| = limit on it
    is opaque. What is not finite is opaque grey, a colour that no number has.
    """
    values = np.asarray(values, np.float64)
    finite = np.isfinite(values)
    with np.errstate(over="ignore"):
        opacity = np.abs(np.where(finite, values, 0.0)) / (limit if limit > 0 else 1.0)
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where((values < 0)[..., None], rgb(NEGATIVE), rgb(POSITIVE))
    pixels[..., 3] = np.rint(255 * np.minimum(opacity, 1.0))
    pixels[~finite] = (*rgb(GREY), 255)
    return pixels


def signed_scale(limit: float) -> tuple[list[float], list[str]]:
    """Domain and range of the same scale for Vega: (domain, colours)."""
    edge = limit * 1e-9  # two stops at zero: there the hue changes while the colour is clear
    colors = [rgba(NEGATIVE, 1), rgba(NEGATIVE, 0), rgba(POSITIVE, 0), rgba(POSITIVE, 1)]
    return [-limit, -edge, edge, limit], colors


def rgb(color: str) -> tuple[int, int, int]:
    """ "#0070B2" as three numbers from 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def rgba(color: str, opacity: float) -> str:
    """ "#0070B2" with an opacity, as CSS and Vega read it."""
    return f"rgba({', '.join(map(str, rgb(color)))}, {opacity:g})"
