"""The controls of the Derivative page, and the point picked in a picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from engines.differentiation.functions import FUNCTIONS, OWN, Function
from ui.charts.numerals import typeset
from ui.charts.tangent import PICKED
from ui.failures import guarded
from ui.frame import Page
from ui.parts.widgets import select, slider, text

_STEPS = (1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, *(10.0**k for k in range(-3, -16, -1)))
_GRID = 20  # points of the slider in a unit of x


def controls(page: Page) -> None:
    """One row: the function, p, ε, a button that makes ε smaller, and the field for one's own formula."""
    _, view = page.text, page.view
    _keep_in_picture(page)
    with st.container(horizontal=True, vertical_alignment="bottom", key="derivative_controls"):
        labels = {name: function.label for name, function in FUNCTIONS.items()} | {OWN.name: _("my own")}
        select("function", _("Function f"), labels, width=150)
        slider("point", _("Point p"), _places(view.chosen), width=180)
        slider("epsilon", _("Step ε"), _STEPS, typeset, width=180)
        shrink = {"icon": ":material/compress:", "disabled": view.epsilon <= _STEPS[-1]}
        st.button(_("Shrink ε"), key="shrink", on_click=_shrink, args=(page,), **shrink)
        if view.function == OWN.name:  # last, because what is wrong with the formula is said below it
            text("formula", "f(x) =", _, width=220, placeholder=OWN.text)


def _keep_in_picture(page: Page) -> None:
    """Where a link or the function before had p outside of the picture, p comes inside, and this is said."""
    _, view = page.text, page.view
    if view.p == view.point:
        return
    lowest, highest = view.chosen.points
    outside = _(
        "p = {p} lies outside the picture of this function, {lowest} to {highest}: {nearest} was taken instead."
    )
    places = {"p": view.point, "lowest": lowest, "highest": highest, "nearest": view.p}
    st.warning(outside.format(**{name: typeset(place, 6) for name, place in places.items()}))
    page.change(point=view.p)


def _places(function: Function) -> list[float]:
    lowest, highest = function.points
    return [n / _GRID for n in range(math.ceil(lowest * _GRID), math.floor(highest * _GRID) + 1)]


@guarded
def _shrink(page: Page) -> None:
    """The next smaller ε."""
    smaller = [step for step in _STEPS if step < page.view.epsilon]
    if smaller:
        page.change(epsilon=smaller[0])


def pick(page: Page, key: str) -> Callable[[], None]:
    """The callback of a picture drawn under `key`: p goes where one clicked or dragged."""

    def picked() -> None:
        chosen = st.session_state[key]["selection"].get(PICKED)
        if chosen:
            page.change(point=page.view.chosen.nearest(round(float(chosen[0]["x"]), 2)))

    return picked
