"""The question "the same numbers": the partial derivatives of one function four ways, their errors and their cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st

from engines import backends
from engines.differentiation.differences import central_differences
from engines.differentiation.expressions import Expression
from engines.differentiation.forward_mode import DualNumbers, forward_mode
from engines.differentiation.four_ways import Numbers, computed, reverse_mode
from engines.differentiation.partial_kinds import PartialKind, partial_kinds
from ui.chain_rule.four_ways.exact import exactly, written
from ui.chain_rule.four_ways.readings import numbers_reading
from ui.chain_rule.four_ways.settings import FUNCTIONS, OWN
from ui.chain_rule.four_ways.tables import digits_table, passes_table
from ui.charts.chain_rule.way_errors import errors_chart, errors_frame
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.widgets import select, text
from ui.symbolic.asking import Asking
from ui.symbolic.exact_values import function_tex, unknown


def same_numbers(page: Page) -> tuple[Callable[..., Any], ...]:
    """Controls, the errors, the cost, all digits; returns whose code ran."""
    _, view = page.text, page.view
    _controls(page)
    asking, function = Asking(), view.w_expression
    formula = written(asking, function)
    exact = exactly(asking, function, view.w_point) if formula else None
    numbers = known(function, page.settings.backend, view.w_point)
    if exact:
        numbers = numbers.beside(exact)
    variables = ", ".join(map(_subscripted, numbers.variables))
    st.latex(rf"f({variables}) = {function_tex(formula, function.text)}")
    asking.follow(_)
    left, right = st.columns([5, 6], vertical_alignment="center")
    with left:
        chart(page, errors_frame(numbers, _), errors_chart, numbers.variables, numbers.known_exactly)
    missing = unknown(asking.waits)
    right.markdown(passes_table(numbers, _, missing), unsafe_allow_html=True)
    kinds = known_kinds(function, view.w_point)
    reading(numbers_reading(_, numbers, kinds))
    st.space("small")
    st.markdown(digits_table(numbers, kinds, _, missing), unsafe_allow_html=True)
    return DualNumbers.multiply, DualNumbers.sin, forward_mode, central_differences, reverse_mode


@lru_cache(maxsize=256)
def known(expression: Expression, backend: str, point: tuple[float, ...]) -> Numbers:
    """The numbers by that backend, without the symbolic ones."""
    return computed(expression, backends.get(backend), point)


@lru_cache(maxsize=256)
def known_kinds(expression: Expression, point: tuple[float, ...]) -> tuple[PartialKind, ...]:
    """Whether it has its derivatives there."""
    return partial_kinds(expression, point)


def _controls(page: Page) -> None:
    _, view = page.text, page.view
    columns = st.columns([2, 2, 3], vertical_alignment="top")
    labels = {
        "product": _("a product"),
        "rosenbrock": _("Rosenbrock's valley"),
        "net": _("a small network"),
        OWN: _("my own"),
    }
    with columns[0]:
        select("w_function", _("Function"), labels)
    with columns[1]:
        at = ", ".join(f"{x:g}" for x in view.w_point)
        text(
            "w_at", _("Point: {variables}").format(variables=", ".join(view.w_expression.variables)), _, placeholder=at
        )
    with columns[2]:
        if view.w_function == OWN:
            text("w_own", "f =", _, placeholder=FUNCTIONS["net"])


def _subscripted(name: str) -> str:
    """x12 as LaTeX."""
    return f"{name[0]}_{{{name[1:]}}}" if name[1:] else name
