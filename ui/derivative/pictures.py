"""The pictures of the Derivative page: f with secant and tangent, f′ under it, and the V-curve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from ui.charts.derivative.slopes import slopes_chart, slopes_frame
from ui.charts.derivative.v_curve import v_curve_chart, v_curve_frame
from ui.charts.tangent import tangent_chart, tangent_frame
from ui.derivative.data import Here, between, error_curves, samples, windows
from ui.derivative.exact import ExactDerivative
from ui.derivative.readings import no_errors, sign_reading, span_reading, tangent_reading
from ui.derivative.v_curve_words import v_curve_reading, v_curve_table
from ui.derivative.view import pick
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.symbolic.exact_values import unknown


def tangent_picture(page: Page, here: Here) -> None:
    """f above f′ on one x axis; a click or drag in either moves p."""
    backend = page.settings.backend
    x, y, slopes = windows(here.function, backend)
    sampled, (of_f, of_slopes) = samples(here.function, backend), between(here.function, backend)
    frame = tangent_frame(sampled, here.place, here.ahead, here.value_ahead, x, of_f)
    _pickable(page, "derivative.f", frame, tangent_chart, x, y)
    reading(tangent_reading(page, here))
    _pickable(page, "derivative.slopes", slopes_frame(sampled, here.place, of_slopes), slopes_chart, x, slopes)
    reading(sign_reading(page, here))
    if fast := span_reading(page, of_f, of_slopes):
        reading(fast)


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
