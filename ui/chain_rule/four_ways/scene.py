"""The scene "four ways": symbolic, central differences, forward and reverse mode side by side (2.4.4, footnote 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from engines import backends
from engines.differentiation import formula_growth, way_costs
from engines.differentiation.counting import Tally
from engines.differentiation.expressions import parse
from engines.differentiation.families import MANY_INPUTS, MANY_OUTPUTS
from engines.differentiation.formula_growth import Growth, growth
from engines.differentiation.four_ways import reverse_mode
from engines.differentiation.way_costs import Costs
from ui.chain_rule.four_ways.exact import written
from ui.chain_rule.four_ways.numbers import same_numbers
from ui.chain_rule.four_ways.readings import costs_reading, growth_reading
from ui.chain_rule.four_ways.settings import MAPS, OWN
from ui.chain_rule.four_ways.tables import costs_table
from ui.charts.chain_rule.formula_growth import growth_chart, growth_frame
from ui.charts.chain_rule.way_costs import costs_chart, costs_frame
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work, stop
from ui.parts.widgets import segments, select, slider, text
from ui.symbolic.asking import Asking, answered
from ui.symbolic.exact_values import function_tex

Code = tuple[Callable[..., Any], ...]


def four_ways_scene(page: Page) -> Code:
    """One of four questions, with its controls, picture, numbers and text; returns whose code ran."""
    _ = page.text
    st.markdown(_.section("four_ways", "sentence"))
    segments(
        "w_show",
        _("What to compare"),
        {
            "inputs": _("Many inputs"),
            "numbers": _("The same numbers"),
            "outputs": _("Many outputs"),
            "depth": _("How formulas grow"),
        },
    )
    show = page.view.w_show
    code = {"numbers": same_numbers, "inputs": _many_inputs, "outputs": _many_outputs, "depth": _growing}[show](page)
    st.space("small")
    with st.container(key="four_ways_about"):
        st.markdown(_.section("four_ways", f"about_{show}"))
    return code


def _many_inputs(page: Page) -> Code:
    _, families = page.text, MANY_INPUTS
    labels = {
        "product": _("product of all inputs"),
        "rosenbrock": _("Rosenbrock's valley"),
        "layers": _("two dense layers"),
    }
    _function("w_inputs", page, labels, families[page.view.w_inputs].latex)
    _costs(page, outputs=False)
    return reverse_mode, Tally, way_costs.crossing


def _many_outputs(page: Page) -> Code:
    _, families = page.text, MANY_OUTPUTS
    labels = {"waves": _("sine waves"), "layers": _("two dense layers")}
    _function("w_outputs", page, labels, families[page.view.w_outputs].latex)
    _costs(page, outputs=True)
    return reverse_mode, Tally, way_costs.crossing


def _function(name: str, page: Page, labels: dict[str, str], latex: str) -> None:
    """The list of functions, and the chosen one beside it."""
    _ = page.text
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    with left:
        select(name, _("Function"), labels)
    right.latex(latex)


def _costs(page: Page, outputs: bool) -> None:
    """Operations and time over the size, drawn while they are measured."""
    _, view, backend = page.text, page.view, backends.get(page.settings.backend)
    family = MANY_OUTPUTS[view.w_outputs] if outputs else MANY_INPUTS[view.w_inputs]
    long_work(
        page,
        "four_ways.costs",
        (outputs, family.name, backend.name),
        lambda: answered(way_costs.measure.asking(family, backend, np.random.default_rng(0)), "four_ways.costs"),
        _("Counting and timing"),
        lambda costs: _draw_costs(page, costs, outputs, (family.sizes[0], family.sizes[-1])),
    )


def _draw_costs(page: Page, costs: Costs, outputs: bool, sizes: tuple[int, int]) -> None:
    with st.container(key="four_ways_costs"):
        _costs_drawn(page, costs, outputs, sizes)


def _costs_drawn(page: Page, costs: Costs, outputs: bool, sizes: tuple[int, int]) -> None:
    _ = page.text
    for column, quantity in zip(st.columns(2), ("operations", "seconds"), strict=True):
        with column:
            chart(page, costs_frame(costs, quantity, outputs, _), costs_chart, quantity, outputs, sizes)
    if costs.share == 1:
        reading(costs_reading(page, costs, outputs))
        st.space("small")
        st.markdown(costs_table(costs, outputs, _), unsafe_allow_html=True)


def _growing(page: Page) -> Code:
    """The formula of the derivative of a function applied again and again."""
    _, view = page.text, page.view
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    with left:
        labels = {"logistic": _("logistic map"), "sigmoid": _("sigmoid of sigmoid of …"), OWN: _("my own")}
        select("w_map", _("Function f"), labels)
    step = parse(view.w_step)
    with middle:
        if view.w_map == OWN:
            text("w_map_own", "f(x) =", _, placeholder=MAPS["logistic"])
    asking = Asking()
    formula = written(asking, step)
    right.latex(f"f(x) = {function_tex(formula, step.text)}")
    asking.follow(_)
    if formula is None:
        stop("four_ways.growth")
        return growth, formula_growth.size
    long_work(
        page,
        "four_ways.growth",
        view.w_step,
        lambda: answered(growth.asking(step), "four_ways.growth"),
        _("Differentiating formulas"),
        lambda found: _draw_growth(page, found),
    )
    return growth, formula_growth.size


def _draw_growth(page: Page, found: Growth) -> None:
    with st.container(key="four_ways_growth"):
        _growth_drawn(page, found)


def _growth_drawn(page: Page, found: Growth) -> None:
    _ = page.text
    left, right = st.columns([3, 2])
    with left:
        chart(
            page,
            growth_frame(found, _),
            growth_chart,
            found.sizes[-1].depth if found.share == 1 else formula_growth.DEEPEST,
        )
    with right:
        if found.share == 1:
            _formula(page, found)
    if found.share == 1:
        reading(growth_reading(page, found))


def _formula(page: Page, found: Growth) -> None:
    """The derivative's formula at a depth one can choose, as long as it is legible."""
    _ = page.text
    legible = [size.depth for size in found.sizes if size.text]
    slider("w_depth", _("Depth of the formula shown"), legible or [1], str)
    depth = min(page.view.w_depth, legible[-1]) if legible else 0
    if depth:
        size = found.sizes[depth - 1]
        st.caption(_("Its derivative, as SymPy writes it: {count:,} operations").format(count=size.derivative))
        st.code(size.text, language=None, wrap_lines=True, height=230)
