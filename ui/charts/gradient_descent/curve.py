"""A ball on a curve, step by step: across by −step·slope, then up or down to the curve (figures 2-11 and 2-13)."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines.descent.curve_minima import Minimum
from ui.charts.gradient_descent.ends import named
from ui.charts.numerals import typeset
from ui.charts.palette import DASHES, GREY, MAGENTA, SOLID, class_color
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.steps import called, styles
from ui.charts.windows import Window
from ui.text import Translate

HEIGHT = 350
PICKED = "picked"
HELD_EVERY = 2  # places of the curve: from each of them a ball is at hand while the start is dragged
_HELD, _FARTHEST = 30, 1e6  # points of each of their paths; what is farther away is not drawn
_DRAGGED = alt.selection_point(
    name="dragged", fields=["place"], on="[pointerdown, window:pointerup] > pointermove", nearest=True, toggle=False,
    clear="window:pointerup", empty=False,
)  # fmt: skip
_SHORTEST = 0.012  # an arrow shorter than this share of the width has no head
_APART = 0.028  # numbers stand at least so far from each other
_AXIS_WIDTH = 40
_PALE, _FADES, _UNCROWDED = 0.18, 0.88, 10  # so many arrows have room; the opacity of each before beside the next


def curve_chart(
    _: Translate, x: Window, y: Window, across_title: str, up_title: str, color: str, others: bool
) -> alt.LayerChart:
    """The curve in its window, and the ball's path. Data: `curve_frame`. A click picks the x of the nearest row.

    `color` is the path's; `others` says whether other samples' losses are drawn behind.
    """
    names = [_("this sample's loss"), _("other samples"), _("mean of all of them")]
    style = styles(names, [GREY, GREY, MAGENTA], [SOLID, DASHES[2], DASHES[1]])
    across = alt.X("x:Q", title=across_title, scale=x.scale, axis=alt.Axis(grid=False, tickCount=9, titlePadding=4))
    axis = alt.Axis(tickCount=5, minExtent=_AXIS_WIDTH, maxExtent=_AXIS_WIDTH, titlePadding=4, gridOpacity=0.5)
    up = alt.Y("y:Q", title=up_title, scale=y.scale, axis=axis)

    def line(series: str, name: str, width: float) -> alt.Chart:
        mark = called(rows(series), name).mark_line(strokeWidth=width, clip=True, tooltip=None)
        drawn = mark.encode(across, up, detail="piece:N")
        return drawn.encode(*style) if others else drawn.encode(color=alt.value(GREY))

    background = [line("other", names[1], 1), line("mean", names[2], 2)] if others else []
    told = [alt.Tooltip("told:N", title=" ")]
    fade = alt.Opacity("fade:Q", scale=None, legend=None)
    bottoms = rows("bottom").mark_point(shape="triangle-up", filled=True, size=130, opacity=1, clip=True).encode(
        across, up, fill=alt.Fill("label:N", scale=None), tooltip=told
    )  # fmt: skip
    shafts = rows("arrow").mark_rule(strokeWidth=2, color=color, clip=True, tooltip=None)
    drops = rows("arrow").mark_rule(color=color, strokeDash=[2, 3], clip=True, tooltip=None)
    heads = rows("arrow").transform_filter("datum.head != 0").mark_point(
        filled=True, size=75, color=color, clip=True, tooltip=None
    )  # fmt: skip
    pointing = alt.condition("datum.head < 0", alt.value("triangle-left"), alt.value("triangle-right"))
    points = rows("point").mark_point(filled=True, size=40, color=color, clip=True)
    numbers = rows("point").mark_text(color=color, dy=-11, fontSize=12, fontWeight="bold", clip=True, tooltip=None)
    ball = rows("ball").mark_point(filled=True, size=230, opacity=1, color=color, stroke=GREY, clip=True)
    exits = rows("exit")
    return layered(
        *background,
        line("curve", names[0], 3),
        bottoms,
        drops.encode(alt.X("x2:Q"), up, alt.Y2("y2"), opacity=fade),
        shafts.encode(across, up, alt.X2("x2"), opacity=fade),
        heads.encode(alt.X("x2:Q"), up, shape=pointing, opacity=fade),
        points.encode(across, up, tooltip=told, opacity=fade),
        numbers.encode(across, up, text="label:N", opacity=fade),
        ball.encode(across, up, tooltip=told),
        exits.mark_text(color=color, align=alt.ExprRef("datum.head < 0 ? 'left' : 'right'"), fontWeight="bold",
                        fontSize=13, dy=-8, tooltip=None).encode(across, up, text="label:N"),
        *_held(across, up, color, x, y),
        _picker(across),
    ).properties(height=HEIGHT, description=_("A ball that goes down a curve step by step"))  # fmt: skip


def _picker(across: alt.X) -> alt.Chart:
    """Invisible points along the curve; the start is picked with it, so that the same x can be picked twice."""
    picked = alt.selection_point(
        name=PICKED, fields=["x", "start"], on="pointerup", nearest=True, toggle=False, clear=False, empty=False
    )
    places = rows("curve").transform_filter("datum.place >= 0")
    drawn = places.mark_point(opacity=0, size=1, tooltip=None).encode(across, y=alt.value(HEIGHT / 2))
    return drawn.add_params(picked, _DRAGGED)


def _held(across: alt.X, up: alt.Y, color: str, x: Window, y: Window) -> list[alt.Chart]:
    """While the start is dragged: the engine's path from the place under the finger, and where its ball is."""
    path = rows("held").transform_filter(_DRAGGED)
    ball = path.transform_filter("datum.told != ''")
    corner = {"x": alt.value(alt.ExprRef("width / 2")), "y": alt.value(4)}
    return [
        path.mark_line(strokeWidth=1.5, color=color, clip=True, tooltip=None).encode(across, up, order="step:Q"),
        path.mark_point(size=30, color=color, opacity=1, clip=True, tooltip=None).encode(across, up),
        ball.mark_point(size=260, strokeWidth=3, color=color, opacity=1, clip=True, tooltip=None).encode(across, up),
        ball.mark_text(color=color, fontWeight="bold", baseline="top", tooltip=None).encode(text="told:N", **corner),
    ]


def held_rows(places: NDArray, w: NDArray, f: NDArray, _: Translate) -> pd.DataFrame:
    """Rows of the paths w and f, each (steps + 1, places), from those places, thinned; the last of each tells where."""
    last = len(w) - 1
    kept = np.unique(np.linspace(0, last, min(last + 1, _HELD)).astype(int))
    sentence = _("step {k}: w = {w}, f = {f}")
    ends = [sentence.format(k=last, w=typeset(a), f=typeset(b)) for a, b in zip(w[-1], f[-1], strict=True)]
    told = np.full((len(kept), len(places)), "", dtype=object)
    told[-1] = ends
    index = np.broadcast_to(np.arange(float(len(places))), told.shape)
    steps = np.broadcast_to(kept[:, None].astype(float), told.shape)
    drawn = {"x": _drawable(w[kept]), "y": _drawable(f[kept]), "place": index, "step": steps, "told": told}
    return pd.DataFrame({name: values.ravel() for name, values in drawn.items()}).assign(series="held")


def _drawable(values: NDArray) -> NDArray[np.float64]:
    return np.where(np.abs(values) < _FARTHEST, values, np.nan)


@np.errstate(all="ignore")
def curve_frame(
    curve: tuple[NDArray, NDArray],
    minima: Sequence[Minimum],
    path: tuple[NDArray, NDArray, NDArray],
    x: Window,
    y: Window,
    shown: int,
    _: Translate,
    others: NDArray | None = None,
    mean: NDArray | None = None,
    held: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows of the curve (x and y, each (n,)), its minima, and the path up to step `shown`.

    `path` holds w, f(w) and f′(w) at each step, (steps + 1,); `others` (samples, n) and `mean` (n,) are further
    losses over the curve's x; `held` are the `held_rows` of balls that start at each second place of the curve.
    """
    places, values = curve
    index = np.arange(len(places))
    parts = [_line("curve", places, values).assign(place=np.where(index % HELD_EVERY, -1.0, index / HELD_EVERY))]
    parts += [] if held is None else [held]
    if others is not None and mean is not None:
        parts += [_line("other", places, other, piece) for piece, other in enumerate(others)]
        parts.append(_line("mean", places, mean))
    parts.append(_bottoms(minima, _))
    w, f, slope = (quantity[: shown + 1] for quantity in path)
    parts += _walk(w, f, slope, x, y, _)
    return pd.concat([_COLUMNS, *parts], ignore_index=True).assign(start=path[0][0]).fillna(_MISSING)


def _bottoms(minima: Sequence[Minimum], _: Translate) -> pd.DataFrame:
    told = _("{minimum}: f = {y}")
    return pd.DataFrame(
        {
            "series": "bottom",
            "x": [(m.x + m.until) / 2 for m in minima],
            "y": [m.value for m in minima],
            "label": [class_color(index) for index in range(len(minima))],
            "told": [told.format(minimum=named(m, _), y=typeset(m.value)) for m in minima],
        }
    )


def _walk(w: NDArray, f: NDArray, slope: NDArray, x: Window, y: Window, _: Translate) -> list[pd.DataFrame]:
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


def _line(series: str, x: NDArray, y: NDArray, piece: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"series": series, "x": x, "y": np.where(np.isfinite(y), y, np.nan), "piece": piece})


_NUMBERS, _WORDS = ("x", "y", "x2", "y2", "piece", "head", "fade", "place", "step"), ("series", "label", "told")
_COLUMNS = pd.DataFrame({name: pd.Series(dtype=float) for name in _NUMBERS} | {n: pd.Series(dtype=str) for n in _WORDS})
_MISSING = {"label": "", "told": "", "piece": 0}
