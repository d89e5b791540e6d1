"""The numbers behind f(g(x)): the formulas, and the product beside the slope of the whole, with all digits."""

from __future__ import annotations

import math

import streamlit as st

from engines import backends, symbolic
from engines.composition import INNER, OUTER, Composed, composition
from engines.expressions import Expression
from ui.chain_rule.tex import factor, tex
from ui.frame import Page


def composed_formulas(page: Page, outer: Expression, inner: Expression) -> None:
    """f, g, their derivatives, and that of f(g(x))."""
    slopes = symbolic.derivative(outer, OUTER), symbolic.derivative(inner, INNER)
    left, right = st.columns(2)
    left.latex(rf"g(x) = {inner.latex}, \quad g'(x) = {slopes[1].latex}")
    right.latex(rf"f(u) = {outer.latex}, \quad f'(u) = {slopes[0].latex}")


def composed_table(page: Page, outer: Expression, inner: Expression, here: Composed) -> None:
    """The rule with its numbers, then every number, and how far the three ways to the slope are apart."""
    _, label = page.text, backends.get(page.settings.backend).label
    first, second = here.inner, here.outer
    if math.isfinite(here.product):
        numbers = rf"{factor(second.slope)} \cdot {factor(first.slope)} = {tex(here.product)}"
        st.latex(rf"f(g(x))' = f'(g(x)) \cdot g'(x) = {numbers}")
    exact = symbolic.derivative(composition(outer, inner), INNER).value(first.place)
    exact = exact if math.isfinite(second.value) else math.nan  # a formula may have a value where f has none
    left, right = st.columns(2)
    with left:
        rows = [("u = g(x)", first.value), ("g′(x)", first.slope), ("y = f(u)", second.value), ("f′(u)", second.slope)]
        table(page, _("link by link ({backend})").format(backend=label), rows)
    with right:
        rows = [
            ("f′(g(x)) · g′(x)", here.product),
            (_("f(g(x))′ in one backward pass ({backend})").format(backend=label), here.slope),
            (_("f(g(x))′ by formula (SymPy)"), exact),
            (_("product − backward pass"), _short(here.product - here.slope)),
            (_("product − formula"), _short(here.product - exact)),
        ]
        table(page, _("the slope of the whole"), rows)


def _short(difference: float) -> float:
    """A difference of numbers that agree to rounding has one digit that says anything."""
    return float(f"{difference:.1g}")


def table(page: Page, title: str, rows: list[tuple[str, float]]) -> None:
    """Numbers with all their digits."""
    undefined = page.text("not defined")
    lines = [f"| {label} | {undefined if math.isnan(value) else f'`{value!r}`'} |" for label, value in rows]
    st.markdown("\n".join([f"| {title} | |", "|---|--:|", *lines]))
