"""What the start page's small pictures are drawn with: SVG without words, the same in every language and theme."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines import backends
from engines.descent.landscapes import Surface
from engines.descent.paths import descend
from engines.optimizers.base import Optimizer
from ui.charts.images import in_base64
from ui.charts.isolines import isolines
from ui.charts.palette import GREY, rgba

Box = tuple[float, float, float, float]  # x from and to, y from and to: what the picture shows
WIDTH, HEIGHT = 240, 120


def svg(content: str) -> str:
    """As an image: Streamlit drops SVG that stands in a page's HTML itself. What it shows is told beside it."""
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {HEIGHT}">{content}</svg>'
    return f'<img class="ge-sketch" src="data:image/svg+xml;base64,{in_base64(drawn.encode())}" alt="" {size}>'


def pixels(x: ArrayLike, y: ArrayLike, box: Box) -> NDArray[np.float64]:
    """Points (n, 2) of the picture, eight pixels from its edges."""
    left, right, low, high = box
    across = 8 + (np.asarray(x, np.float64) - left) / (right - left) * (WIDTH - 16)
    down = HEIGHT - 8 - (np.asarray(y, np.float64) - low) / (high - low) * (HEIGHT - 16)
    return np.column_stack([across, down])


def line(x: ArrayLike, y: ArrayLike, box: Box, color: str, width: float = 2.5) -> str:
    """A line through points."""
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in pixels(x, y, box))
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" stroke-linejoin="round"/>'


def dots(x: ArrayLike, y: ArrayLike, box: Box, color: str, radius: float) -> str:
    """Points as discs."""
    return "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius}" fill="{color}"/>' for a, b in pixels(x, y, box))


def contours(ravine: Surface, box: Box) -> str:
    """Lines of equal height."""
    x, y = np.linspace(*ravine.x, 24), np.linspace(*ravine.y, 24)
    heights = ravine.function.values(*(part.ravel() for part in np.meshgrid(x, y))).reshape(24, 24)
    found = isolines(x, y, heights, np.quantile(heights, (0.1, 0.3, 0.55, 0.8)))
    begins, ends = (pixels(found[a], found[b], box).round().astype(int) for a, b in (("x", "y"), ("x2", "y2")))
    lines = "".join(f"M{a},{b}L{c},{d}" for (a, b), (c, d) in zip(begins.tolist(), ends.tolist(), strict=True))
    return f'<path d="{lines}" stroke="{rgba(GREY, 0.5)}"/>'


def path(ravine: Surface, optimizer: Optimizer, box: Box, color: str, steps: int = 25) -> str:
    """The way of a ball from the surface's first start."""
    way = descend(backends.get("numpy"), ravine.function, [ravine.starts[0]], optimizer, steps).points[:, 0]
    return line(way[:, 0], way[:, 1], box, color, 2)


def tip(x: float, y: float, color: str, way: int) -> str:
    """The head of an arrow to the right (1) or to the left (-1)."""
    ((across, down),) = pixels([x], [y], (0.0, 1.0, 0.0, 1.0))
    corners = f"{across + 14 * way:.1f},{down:.1f} {across:.1f},{down - 6:.1f} {across:.1f},{down + 6:.1f}"
    return f'<polygon points="{corners}" fill="{color}"/>'
