"""The controls of the scene "two parameters", and the balls that are started by a click."""

from __future__ import annotations

import streamlit as st

from engines.descent.landscapes import Surface
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_descent.controls import function_select, momentum_slider, nesterov_toggle, step_size_slider
from ui.gradient_descent.settings import MOST_STARTS, OWN, STEP_COUNTS, DescentSettings
from ui.parts.widgets import slider, text, toggle


def surface_controls(page: Page, surface: Surface) -> float:
    """One row; returns the step size."""
    _, view = page.text, page.view
    step_size = surface.step_size if view.step_size_2d is None else view.step_size_2d
    with st.container(horizontal=True, vertical_alignment="bottom", key="descent_controls"):
        function_select(
            page,
            "surface",
            _("Function"),
            surface_labels(page),
            {"step_size_2d": None, "clicked": (), "shown_2d": None},
            195,
        )
        step_size_slider(page, "step_size_2d", step_size)
        momentum_slider(page)
        slider("steps", _("Steps"), STEP_COUNTS, "{:,}".format, width=130)
        with st.container(width="content", gap="small"):
            nesterov_toggle(page)
            toggle("fan", _("Listed starts"))
        label = _("Clear")
        st.button(
            label,
            key="descent.clear",
            on_click=_clear,
            args=(page,),
            disabled=not view.clicked,
            icon=":material/delete:",
        )
        if view.surface == OWN:
            text("formula_2d", _("f(x, y) ="), _, width=320)
    return step_size


def surface_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "bowl": _("bowl"),
        "ravine_100": _("ravine (100 : 1)"),
        "ravine": _("wider ravine (20 : 1)"),
        "saddle": _("saddle"),
        "himmelblau": _("Himmelblau's"),
        "rosenbrock": _("Rosenbrock's valley"),
        "beale": _("Beale's function"),
        "wells": _("four wells"),
        OWN: _("my own formula"),
    }


def added(view: DescentSettings, row: dict) -> dict:
    point = (float(f"{row['x']:.4g}"), float(f"{row['y']:.4g}"))
    return {"clicked": (*view.clicked, point)[-MOST_STARTS:]}


@guarded
def _clear(page: Page) -> None:
    page.change(clicked=())
