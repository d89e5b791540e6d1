"""The rows of a ball's path over a curve: points, the arrows between them, the ball, where it left the frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.numerals import typeset
from ui.charts.windows import Window
from ui.text import Translate

_SHORTEST = 0.012  # an arrow shorter than this share of the width has no head
_APART = 0.028  # numbers stand at least so far from each other
_PALE, _FADES, _UNCROWDED = 0.18, 0.88, 10  # so many arrows have room; the opacity of each before beside the next


def walk_rows(w: NDArray, f: NDArray, slope: NDArray, x: Window, y: Window, _: Translate) -> list[pd.DataFrame]:
    """Points, the arrows between them, the ball, and where it left the frame."""
    steps = np.arange(len(w))
    sentence = _("step {k}: w = {w}, f = {f}, slope {slope}")
    told = [
        sentence.format(k=k, w=typeset(a, 6), f=typeset(b, 6), slope=typeset(c, 6))
        for k, a, b, c in zip(steps, w, f, slope, strict=True)
    ]
    far = np.abs(np.diff(w)) > _SHORTEST * (x.high - x.low)
    points = pd.DataFrame({"series": "point", "x": w, "y": f, "label": _numbers(w, f, x, y), "told": told})
    points["fade"] = fading(far)
    arrows = pd.DataFrame(
        {"series": "arrow", "x": w[:-1], "x2": w[1:], "y": f[:-1], "y2": f[1:], "head": np.sign(np.diff(w)) * far}
    ).assign(fade=fading(far)[1:])
    ball = points.iloc[[-1]].assign(series="ball")
    drawn = [_clipped(arrows, x, y), points, ball]
    if not (x.low <= w[-1] <= x.high and y.low <= f[-1] <= y.high):
        drawn.append(_exit(w[-1], f[-1], steps[-1], x, y, _))
    return drawn


def fading(is_long: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The opacity of each step of a path: it pales with each move made since that was long enough to cover it.

    So steps far apart stay, a swinging ball's old ones pale, and none vanishes. One more than moves (steps,).
    """
    later = np.append(np.cumsum(is_long[::-1])[::-1], 0)
    return np.maximum(_PALE, _FADES ** np.maximum(0, later - _UNCROWDED))


def _numbers(w: NDArray, f: NDArray, x: Window, y: Window) -> list[str]:
    """The step's number where there is room for it beside those already written."""
    places = np.stack([(w - x.low) / (x.high - x.low), (f - y.low) / (y.high - y.low) * 0.6], axis=1)
    written: list[NDArray] = []
    labels = []
    for step, place in enumerate(places):
        free = np.isfinite(place).all() and all(np.hypot(*(place - other)) > _APART for other in written)
        labels.append(str(step) if free else "")
        written += [place] if free else []
    return labels


def _clipped(arrows: pd.DataFrame, x: Window, y: Window) -> pd.DataFrame:
    """Arrows to places far off end just outside the frame: a browser cannot draw to 1e300."""
    margin_x, margin_y = x.high - x.low, y.high - y.low
    limits = {"x": (x.low - margin_x, x.high + margin_x), "y": (y.low - margin_y, y.high + margin_y)}
    limits |= {"x2": limits["x"], "y2": limits["y"]}
    kept = arrows[np.isfinite(arrows[["x", "y"]]).all(axis=1)]
    return kept.assign(**{name: np.nan_to_num(kept[name].clip(*ends), nan=ends[1]) for name, ends in limits.items()})


def _exit(w: float, f: float, step: int, x: Window, y: Window, _: Translate) -> pd.DataFrame:
    """A word at the frame's edge on the side where the ball is now."""
    left = w < (x.low + x.high) / 2
    told = _("step {k}: w = {w}") if np.isfinite(w) else _("Step {k}: w is beyond all numbers.")
    if np.isfinite(w) and not np.isfinite(f):
        told = _("Step {k}: at w = {w} f has no finite value.")
    text = told.format(k=step, w=typeset(w))
    height = min(max(f, y.low), y.high - 0.06 * (y.high - y.low)) if np.isfinite(f) else y.high
    place = min(max(w, x.low), x.high) if np.isfinite(w) else x.high
    inside = x.low < place < x.high
    label = f"↑ {text}" if inside else f"← {text}" if left else f"{text} →"
    return pd.DataFrame(
        {"series": ["exit"], "x": [place], "y": [height], "label": [label], "head": [-1 if left else 1]}
    )
