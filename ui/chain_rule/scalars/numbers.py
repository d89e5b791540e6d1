"""The numbers behind f(g(x)): the formulas, and the product beside the slope of the whole, with all digits."""

from __future__ import annotations

import math

import streamlit as st

from engines import backends
from engines.chain_rule.composition import Composed
from ui.chain_rule.scalars.exact import ExactComposition
from ui.chain_rule.tex import factor, tex
from ui.frame import Page
from ui.symbolic.exact_values import function_tex, number_table, slope_tex


def composed_formulas(formulas: tuple[str, str], exact: ExactComposition) -> None:
    """f, g and their derivatives."""
    (outer, inner), left, right = formulas, *st.columns(2)
    left.latex(rf"g(x) = {function_tex(exact.inner, inner)}, \quad g'(x) = {slope_tex(exact.inner, exact.comes)}")
    right.latex(rf"f(u) = {function_tex(exact.outer, outer)}, \quad f'(u) = {slope_tex(exact.outer, exact.comes)}")


def composed_table(page: Page, here: Composed, exact: ExactComposition) -> None:
    """The rule with its numbers, then every number, and how far the three ways to the slope are apart."""
    _, label = page.text, backends.get(page.settings.backend).label
    first, second = here.inner, here.outer
    if math.isfinite(here.product):
        numbers = rf"{factor(second.slope)} \cdot {factor(first.slope)} = {tex(here.product)}"
        st.latex(rf"f(g(x))' = f'(g(x)) \cdot g'(x) = {numbers}")
    slope = exact.slope
    if slope is not None and not math.isfinite(second.value):
        slope = math.nan  # a formula may have a value where f has none
    left, right = st.columns(2)
    with left:
        rows = [("u = g(x)", first.value), ("g′(x)", first.slope), ("y = f(u)", second.value), ("f′(u)", second.slope)]
        number_table(_("link by link ({backend})").format(backend=label), rows, False, _)
    with right:
        rows = [
            ("f′(g(x)) · g′(x)", here.product),
            (_("f(g(x))′ in one backward pass ({backend})").format(backend=label), here.slope),
            (_("f(g(x))′ by formula (SymPy)"), slope),
            (_("product − backward pass"), _short(here.product - here.slope)),
            (_("product − formula"), slope if slope is None else _short(here.product - slope)),
        ]
        number_table(_("the slope of the whole"), rows, exact.comes, _)


def _short(difference: float) -> float:
    """A difference of numbers that agree to rounding has one digit that says anything."""
    return float(f"{difference:.1g}")
