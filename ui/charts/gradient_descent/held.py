"""What follows the finger: paths that the engine sent beforehand, each drawn while its start or its rule is held.

The ball's start is dragged on the curve itself, its momentum and its step size on strips beside it. All these charts
have one selection: Vega binds it to the page's body and an event of it, so that what is held in one is held in all.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.numerals import typeset
from ui.charts.rows import rows
from ui.text import Translate

HELD = "held"  # the dataset of the paths
IS_HELD = "datum.rule == held_rule"
_EVENT = "held-rule"
_MOST, _FARTHEST = 30, 1e6  # points of each path; what is farther away is not drawn


def start_rule(place: int) -> str:
    """What the path is called that starts at that place of the curve."""
    return f"p{place}"


def momentum_rule(momentum: float) -> str:
    """What the path with that momentum is called."""
    return f"m{momentum:g}"


def step_rule(step_size: float) -> str:
    """What the path with that step size is called."""
    return f"s{step_size:g}"


def holding() -> alt.Parameter:
    """Between a press and a release the row nearest to the finger, by its column `rule`."""
    return alt.selection_point(
        name="held", fields=["rule"], on="[pointerdown, window:pointerup] > pointermove", nearest=True, toggle=False,
        clear="window:pointerup", empty=False, bind=alt.BindDirect(element="body", event=_EVENT),
    )  # fmt: skip


def picking(name: str, fields: Sequence[str]) -> alt.Parameter:
    """What was nearest to the finger when it was released; with the present value, so that it can be picked twice."""
    return alt.selection_point(
        name=name, fields=list(fields), on="pointerup", nearest=True, toggle=False, clear=False, empty=False
    )


def held_path(across: alt.X, up: alt.Y, color: str) -> list[alt.Chart]:
    """The path of what is held, its ball, and in words where that is. Data: `held_rows`."""
    path = alt.Chart(alt.NamedData(name=HELD)).transform_filter(IS_HELD)
    ball = path.transform_filter("datum.told != ''")
    corner = {"x": alt.value(alt.ExprRef("width / 2")), "y": alt.value(4)}
    return [
        path.mark_line(strokeWidth=1.5, color=color, clip=True, tooltip=None).encode(across, up, order="step:Q"),
        path.mark_point(size=30, color=color, opacity=1, clip=True, tooltip=None).encode(across, up),
        ball.mark_point(size=260, strokeWidth=3, color=color, opacity=1, clip=True, tooltip=None).encode(across, up),
        ball.mark_text(color=color, fontWeight="bold", baseline="top", tooltip=None).encode(text="told:N", **corner),
    ]


def held_mark(across: alt.X) -> list[alt.Chart]:
    """On a strip: a mark at what is held."""
    held = rows("choice").transform_filter(IS_HELD)
    return [
        held.mark_rule(strokeWidth=width, color=color, tooltip=None).encode(across)
        for width, color in ((6, "#FFFFFF"), (2.5, "#000000"))
    ]


def held_rows(rules: Sequence[str], said: Sequence[str], w: NDArray, f: NDArray, _: Translate) -> pd.DataFrame:
    """Rows of the paths w and f, each (steps + 1, rules), thinned; the last tells, after `said`, where it is."""
    last = len(w) - 1
    kept = np.unique(np.linspace(0, last, min(last + 1, _MOST)).astype(int))
    told = np.full((len(kept), len(rules)), "", dtype=object)
    told[-1] = [before + _told(last, a, b, _) for before, a, b in zip(said, w[-1], f[-1], strict=True)]
    columns = {"x": _drawable(w[kept]), "y": _drawable(f[kept]), "told": told}
    columns["rule"] = np.broadcast_to(np.array(rules, dtype=object), told.shape)
    columns["step"] = np.broadcast_to(kept[:, None].astype(float), told.shape)
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def _told(step: int, w: float, f: float, _: Translate) -> str:
    if not np.isfinite(w):
        return _("Step {k}: w is beyond all numbers.").format(k=step)
    if not np.isfinite(f):
        return _("Step {k}: at w = {w} f has no finite value.").format(k=step, w=typeset(w))
    return _("step {k}: w = {w}, f = {f}").format(k=step, w=typeset(w), f=typeset(f))


def no_held_rows() -> pd.DataFrame:
    """While it is played nothing can be held."""
    return pd.DataFrame({name: pd.Series(dtype=float) for name in ("x", "y", "step")} | {
        name: pd.Series(dtype=str) for name in ("told", "rule")
    })  # fmt: skip


def _drawable(values: NDArray) -> NDArray[np.float64]:
    return np.where(np.abs(values) < _FARTHEST, values, np.nan)
