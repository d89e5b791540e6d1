"""The pictures of the Derivative page: f with secant and tangent, f′ under it, and the V-curve."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import streamlit as st

from ui.charts.derivative.glass import glass_chart, glass_frame
from ui.charts.derivative.slopes import slopes_chart, slopes_frame
from ui.charts.derivative.v_curve import v_curve_chart, v_curve_frame
from ui.charts.tangent import tangent_chart, tangent_frame
from ui.derivative.data import Here, aheads, between, error_curves, magnified, samples, windows
from ui.derivative.exact import ExactDerivative
from ui.derivative.readings import glass_reading, no_errors, sign_reading, span_reading, tangent_reading
from ui.derivative.v_curve_words import v_curve_reading, v_curve_table
from ui.derivative.view import pick
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.symbolic.exact_values import unknown


def tangent_picture(page: Page, here: Here) -> None:
    """f above f′ on one x axis, a click or drag in either moves p; beside them f around p, magnified."""
    left, right = st.columns([3, 1])
    with left:
        _curves(page, here)
    with right:
        _glass(page, here)


def _curves(page: Page, here: Here) -> None:
    function, backend = here.function, page.settings.backend
    x, y, slopes = windows(function, backend)
    sampled, (of_f, of_slopes) = samples(function, backend), between(function, backend)
    ahead = aheads(function, backend, page.view.epsilon)
    frame = tangent_frame(sampled, here.place, ahead, here.drawn_ahead, of_f)
    _pickable(page, "derivative.f", frame, tangent_chart, x, y)
    reading(tangent_reading(page, here))
    _pickable(page, "derivative.slopes", slopes_frame(sampled, here.place, of_slopes), slopes_chart, x, slopes)
    reading(sign_reading(page, here))
    if fast := span_reading(page, of_f, of_slopes):
        reading(fast)


def _glass(page: Page, here: Here) -> None:
    there, epsilon = here.place, page.view.epsilon
    t, y = magnified(here.function, page.settings.backend, there.point, epsilon)
    slope = there.slope if there.has_tangent else math.nan
    chart(page, glass_frame(t, y, slope, here.quotient), glass_chart)
    reading(glass_reading(page, here))


def _pickable(page: Page, key: str, *picture: Any) -> None:
    chart(page, *picture, key=key, on_select=guarded(pick(page, key)))


def v_curve(page: Page, here: Here, exact: ExactDerivative) -> None:
    """The error of both quotients at every ε, what it shows, and the best ε in a table."""
    _ = page.text
    if not here.place.has_tangent:
        st.info(no_errors(here.place, _))
        return
    curves = error_curves(here.function.text, page.settings.backend, here.place.point)
    if steps := exact.steps:
        curves = tuple(replace(curve, theory=steps[curve.method, curve.dtype]) for curve in curves)
    chart(page, v_curve_frame(curves, _), v_curve_chart)
    reading(v_curve_reading(page, curves, here.function.text))
    st.markdown(v_curve_table(page, curves, unknown(exact.comes)))
