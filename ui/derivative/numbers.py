"""The numbers behind the Derivative page's picture: the slope three ways with all digits, the formulas, the code."""

from __future__ import annotations

import math

import streamlit as st

from engines import backends
from engines.differentiation.differences import TINY, central_difference, forward_difference
from engines.differentiation.expressions import Expression
from engines.syntax import source
from ui.charts.numerals import typeset
from ui.derivative.data import Here
from ui.derivative.exact import ExactDerivative
from ui.frame import Page
from ui.symbolic.exact_values import function_tex, number_table, slope_tex


def formulas(here: Here, exact: ExactDerivative) -> None:
    """f and f′ as formulas, under each other where there is no room beside."""
    left, right = st.columns(2)
    left.latex(rf"f(x) = {function_tex(exact.written, here.function.text)}")
    right.latex(rf"f'(x) = {slope_tex(exact.written, exact.comes)}")


def slope_table(page: Page, here: Here, exact: ExactDerivative) -> None:
    """The slope at p by autodiff, by formula and by quotient, and how they differ."""
    _, there, label = page.text, here.place, backends.get(page.settings.backend).label
    slope = exact.slope
    if slope is not None and there.kind in ("undefined", "overflow"):
        slope = math.nan  # the formula may have a value where f has none
    rows = [
        (_("autodiff ({backend})").format(backend=label), _defined(there.slope)),
        (_("symbolic (SymPy)"), slope if slope is None else _defined(slope)),
        (_("their difference"), slope if slope is None else _defined(there.slope - slope)),
        (_("secant, ε = {epsilon}").format(epsilon=typeset(page.view.epsilon)), _defined(here.quotient)),
    ]
    if there.kind in ("corner", "near", "missed"):
        tiny = typeset(TINY * max(1.0, abs(there.point)))
        rows += [
            (_("quotient to the left, ε = {epsilon}").format(epsilon=f"−{tiny}"), _defined(there.behind)),
            (_("quotient to the right, ε = {epsilon}").format(epsilon=tiny), _defined(there.ahead)),
        ]
    number_table(_("the slope at p = {p}").format(p=typeset(there.point, 6)), rows, exact.comes, _)


def _defined(slope: float) -> float:
    """A slope that is infinite is none, however one came by it."""
    return slope + 0.0 if math.isfinite(slope) else math.nan


def approximation_table(page: Page, here: Here) -> None:
    """f(p + ε) ≈ f(p) + ε·a, number by number."""
    _, there = page.text, here.place
    error = here.value_ahead - here.predicted
    rows = [
        ("f(p)", there.value),
        ("f(p + ε)", here.value_ahead),
        ("f(p) + ε·a", here.predicted),
        (_("error: f(p + ε) − (f(p) + ε·a)"), error),
        (_("error / ε: tends to 0 with ε"), error / page.view.epsilon),
    ]
    told = _("linear approximation, ε = {epsilon}").format(epsilon=typeset(page.view.epsilon))
    number_table(told, rows, False, _)


def code(page: Page) -> None:
    """The functions that computed what is on the page."""
    backend = type(backends.get(page.settings.backend))
    pieces = (forward_difference, central_difference, Expression.value_and_gradient, backend.gradients)
    st.code("\n\n".join(source(piece) for piece in pieces))
