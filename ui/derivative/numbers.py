"""The numbers behind the Derivative page's picture: the slope three ways with all digits, the formulas, the code."""

from __future__ import annotations

import inspect
import math
from textwrap import dedent

import streamlit as st

from engines import backends, symbolic
from engines.differentiation import central_difference, forward_difference
from engines.expressions import Expression
from ui.derivative.data import Here
from ui.frame import Page


def formulas(page: Page, here: Here) -> None:
    """f and f′ as formulas, under each other where there is no room beside."""
    expression = here.function.expression
    left, right = st.columns(2)
    left.latex(rf"f(x) = {expression.latex}")
    right.latex(rf"f'(x) = {symbolic.derivative(expression).latex}")


def slope_table(page: Page, here: Here) -> None:
    """The slope at p by autodiff, by formula and by quotient, and how they differ."""
    _, there, label = page.text, here.place, backends.get(page.settings.backend).label
    exact = symbolic.derivative(here.function.expression).value(there.point)
    exact = math.nan if there.kind == "undefined" else exact  # the formula may have a value where f has none
    rows = [
        (_("autodiff ({backend})").format(backend=label), there.slope),
        (_("symbolic (SymPy)"), exact),
        (_("their difference"), there.slope - exact),
        (_("secant, ε = {epsilon:g}").format(epsilon=page.view.epsilon), here.quotient),
    ]
    if there.kind == "corner":
        rows += [
            (_("quotient to the left, ε = {epsilon}").format(epsilon="−1e-6"), there.behind),
            (_("quotient to the right, ε = {epsilon}").format(epsilon="1e-6"), there.ahead),
        ]
    _table(page, _("the slope at p = {p:g}").format(p=there.point), rows)


def approximation_table(page: Page, here: Here) -> None:
    """f(p + ε) ≈ f(p) + ε·a, number by number."""
    _, there = page.text, here.place
    error = here.value_ahead - here.predicted
    rows = [
        ("f(p)", there.value),
        ("f(p + ε)", here.value_ahead),
        ("f(p) + ε·a", here.predicted),
        (_("error: f(p + ε) − (f(p) + ε·a)"), error),
        (_("error / ε: shrinks with ε"), error / page.view.epsilon),
    ]
    _table(page, _("linear approximation, ε = {epsilon:g}").format(epsilon=page.view.epsilon), rows)


def code(page: Page) -> None:
    """The functions that computed what is on the page."""
    backend = type(backends.get(page.settings.backend))
    pieces = (forward_difference, central_difference, Expression.value_and_gradient, backend.gradients)
    st.code("\n\n".join(dedent(inspect.getsource(piece)) for piece in pieces))


def _table(page: Page, title: str, rows: list[tuple[str, float]]) -> None:
    _ = page.text
    undefined = _("not defined")
    lines = [f"| {label} | {undefined if math.isnan(value) else f'`{value!r}`'} |" for label, value in rows]
    st.markdown("\n".join([f"| {title} | |", "|---|--:|", *lines]))
