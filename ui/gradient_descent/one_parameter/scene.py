"""The scene "one parameter": a ball on a curve, step by step, with its step size and its momentum."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from engines.descent.landscapes import Curve
from engines.descent.one_weight import BATCH, OneWeightLoss
from engines.descent.paths import Paths, descend
from engines.descent.verdicts import verdict
from ui.charts.gradient_descent.curve import PICKED, curve_chart, curve_frame
from ui.charts.gradient_descent.held import HELD, no_held_rows
from ui.charts.numerals import typeset
from ui.charts.palette import optimizer_style
from ui.charts.windows import Window
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_descent.controls import (
    function_select,
    is_playing,
    momentum_slider,
    nesterov_toggle,
    own_slider,
    pick,
    step_size_slider,
    watch_steps,
)
from ui.gradient_descent.one_parameter.at_hand import at_hand
from ui.gradient_descent.one_parameter.sample import Seen, is_flat, page_curve, path, seen
from ui.gradient_descent.one_parameter.steps import escape_strip, step_size_ruler
from ui.gradient_descent.readings import step_reading, verdict_reading
from ui.gradient_descent.settings import LAST_STEP, OWN, SAMPLE
from ui.parts.drawing import chart, reading
from ui.parts.widgets import slider, text

_PLACES = 40  # of the start, along the frame


def one_parameter(page: Page) -> tuple[object, ...]:
    """Controls, the ball on its curve, step sizes and momenta, the numbers; returns whose code ran."""
    if (curve := page_curve(page)) is None:
        return ()
    start, step_size = _controls(page, curve)
    here, optimizer = seen(curve, page.settings.backend), page.view.optimizer(step_size)
    ball = path(curve, page.settings.backend, start, optimizer)
    watch_steps(page, lambda shown: _picture(page, curve, here, ball, shown, (start, step_size)))
    left, right = st.columns(2, gap="large")
    with left, st.container(key="step_bounds"):
        step_size_ruler(page, curve, here, start, step_size)
    with right, st.container(key="escapes"):
        escape_strip(page, curve, here, start, step_size)
    if isinstance(curve.function, OneWeightLoss):
        st.caption(page.section("sample"))
    _numbers(page, ball)
    return descend, type(optimizer).update


def _controls(page: Page, curve: Curve) -> tuple[float, float]:
    """One row; returns where the ball starts and its step size."""
    _, view = page.text, page.view
    low, high = curve.domain
    start = _inside(page, curve.start if view.start is None else view.start, low, high)
    step_size = curve.step_size if view.step_size is None else view.step_size
    with st.container(horizontal=True, vertical_alignment="bottom", key="descent_controls"):
        function_select(page, "curve", _("Curve"), curve_labels(page), {"start": None, "step_size": None}, width=215)
        if view.curve == SAMPLE:
            slider("sample", _("Sample"), range(BATCH), str, width=110)
        places = [float(f"{place:.3g}") for place in np.linspace(low, high, _PLACES + 1)]
        inside = [place for place in places if low <= place <= high]
        own_slider(page, "start", _("Starting point"), inside, start, typeset, width=130)
        step_size_slider(page, "step_size", step_size)
        momentum_slider(page)
        nesterov_toggle(page)
        if view.curve == OWN:  # last, because what is wrong with the formula is said below it
            text("formula", _("f(x) ="), _, width=320)
    return start, step_size


def curve_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "valleys": _("two valleys (figure 2-13)"),
        SAMPLE: _("one real weight (figure 2-11)"),
        "parabola": _("parabola"),
        "double_well": _("double well"),
        "quartic": _("quartic, flat at the bottom"),
        "wavy": _("wavy"),
        OWN: _("my own formula"),
    }


def _inside(page: Page, start: float, low: float, high: float) -> float:
    """The start, inside the frame; where a link had it outside, this is said."""
    _, nearest = page.text, min(max(start, low), high)
    if nearest != start:
        st.warning(
            _("The start {start:g} lies outside this frame, {low:g} to {high:g}; here it is {nearest:g}.").format(
                start=start, low=low, high=high, nearest=nearest
            )
        )
    return nearest


def _picture(page: Page, curve: Curve, here: Seen, ball: Paths, shown: int, chosen: tuple[float, float]) -> None:
    """The curve with the path up to the step shown, and what happened, in words."""
    _, view, loss = page.text, page.view, curve.function
    is_sample = isinstance(loss, OneWeightLoss)
    x = Window(*curve.domain)
    w, f, slope = ball.points[:, 0, 0], ball.values[:, 0], ball.gradients[:, 0, 0]
    rest = (loss.others(here.x), loss.mean(here.x)) if is_sample else (None, None)
    held = no_held_rows() if is_playing() else at_hand(page, curve, here, shown, *chosen)
    frame = curve_frame((here.x, here.y), here.minima, (w, f, slope), x, here.up, shown, _, *rest)
    across = _("weight {name}").format(name=loss.name) if is_sample else _("parameter w")
    color = optimizer_style(view.optimizer(1.0).name).color
    titles = (across, _("loss") if is_sample else _("loss f(w)"), color)
    click = pick(page, "descent.curve", lambda view, row: {"start": float(f"{row['x']:.6g}")}, inside=True)
    chart(
        page,
        None,
        curve_chart,
        x,
        here.up,
        *titles,
        is_sample,
        datasets={"source": frame, HELD: held},
        key="descent.curve",
        on_select=guarded(click),
        selection_mode=[PICKED],
    )
    fate = verdict(ball, curve.function, curve.domain, here.minima, view.momentum)
    ending = verdict_reading(fate, here.minima, w, shown, LAST_STEP, _)
    if is_flat(loss):
        ending = _("The loss of this image does not depend on this weight: the curve is flat, but for rounding.")
    reading(f"{step_reading(w, f, slope, shown, _)} {ending}")


def _numbers(page: Page, ball: Paths) -> None:
    """Each step as a row: where the ball was, how low, how steep, and how it moved on."""
    _ = page.text
    w, f, slope = (quantity[: LAST_STEP + 1].ravel() for quantity in (ball.points, ball.values, ball.gradients))
    with np.errstate(all="ignore"):
        moves = np.append(np.diff(w), np.nan)
    columns = {_("step"): range(len(w)), "w": w, "f(w)": f, _("slope f′(w)"): slope, _("move"): moves}
    st.space("small")
    with st.expander(_("The numbers behind it: every step"), key="every_step"):
        st.dataframe(pd.DataFrame(columns), hide_index=True, height=260)
