"""The scene on scalars: f(g(x)) with a little change that goes through both, or a(W1, b(W2, c(W3)))."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engines import backends
from engines.chain_rule.composition import INNER, OUTER, Composed, compose, composition, link, recorded_composition
from ui.chain_rule.scalars.curves import X, curves, functions, look, value_at
from ui.chain_rule.scalars.exact import exactly
from ui.chain_rule.scalars.nested import nested_part
from ui.chain_rule.scalars.numbers import composed_formulas, composed_table
from ui.chain_rule.scalars.readings import change_told
from ui.chain_rule.scalars.settings import INNERS, LARGEST_X, OUTERS, OWN
from ui.chain_rule.walk.view import chain_graph
from ui.charts.chain_rule.link import Axes, link_chart, link_frame
from ui.charts.tangent import PICKED
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.widgets import segments, select, slider, text
from ui.symbolic.asking import Asking

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


def scalar_scene(page: Page) -> tuple[object, ...]:
    """Both parts of the scene, one at a time; returns whose code ran."""
    _ = page.text
    parts = {"two": "f(g(x))", "three": "a(W1, b(W2, c(W3)))"}
    segments("c_part", _("Number of functions"), parts)
    st.markdown(_.section("chain_scalars", f"part_{page.view.c_part}"))
    code = nested_part(page) if page.view.c_part == "three" else _two_functions(page)
    return code


def _two_functions(page: Page) -> tuple[object, ...]:
    _, view, backend = page.text, page.view, backends.get(page.settings.backend)
    _controls(page)
    outer, inner = functions(view.c_functions)
    here = look(view.c_functions, backend.name, view.c_x)
    _pictures(page, here)
    reading(change_told(page, here))
    asking = Asking()
    exact = exactly(asking, outer, inner, view.c_x)
    composed_formulas(view.c_functions, exact)
    asking.follow(_)
    composed_table(page, here, exact)
    st.subheader(_("The recorded graph of this pass"))
    chain_graph(page, backend, recorded_composition(outer, inner, backend, view.c_x), "composition")
    return compose, link, composition


def _controls(page: Page) -> None:
    """One row: g, f, x, ε; a formula of one's own under its list."""
    _, view = page.text, page.view
    columns = st.columns([1.2, 1.2, 1.6, 1.2])
    with columns[0]:
        select("c_inner", _("Inner function g"), _labels(INNERS) | {OWN: _("my own")})
        if view.c_inner == OWN:
            text("c_inner_own", "g(x) =", _)
    with columns[1]:
        select("c_outer", _("Outer function f"), _labels(OUTERS) | {OWN: _("my own")})
        if view.c_outer == OWN:
            text("c_outer_own", "f(u) =", _)
    with columns[2]:
        slider("c_x", "x", [round(n / 20, 2) for n in range(int(-20 * LARGEST_X), int(20 * LARGEST_X) + 1)])
    with columns[3]:
        slider("c_epsilon", _("Change ε"), _STEPS)


def _labels(formulas: Mapping[str, str]) -> dict[str, str]:
    """The formulas as one writes them by hand."""
    return {name: formula.replace("**2", "²").replace("*", "") for name, formula in formulas.items()}


def _pictures(page: Page, here: Composed) -> None:
    """g at x and f at g(x), side by side; what goes out on the left comes in on the right."""
    view, backend = page.view, page.settings.backend
    drawn, epsilon = curves(view.c_functions, backend), view.c_epsilon
    step = here.inner.slope * epsilon
    left, right = st.columns(2)
    with left:
        real = value_at(view.c_functions[1], INNER, backend, here.inner.place + epsilon)
        frame = link_frame(drawn.inner, here.inner, epsilon, real, ("ε", "g′·ε"), (X, drawn.u))
        chart(
            page,
            frame,
            link_chart,
            Axes("x", "u = g(x)", 0),
            X,
            drawn.u,
            True,
            key="chain.g",
            on_select=guarded(lambda: _picked(page)),
        )
    with right:
        real = value_at(view.c_functions[0], OUTER, backend, here.outer.place + step)
        frame = link_frame(drawn.outer, here.outer, step, real, ("g′·ε", "f′·g′·ε"), (drawn.across, drawn.y))
        chart(page, frame, link_chart, Axes("u", "y = f(u)", 1), drawn.across, drawn.y, key="chain.f")


def _picked(page: Page) -> None:
    """x goes where one clicked or dragged in g's picture."""
    chosen = st.session_state["chain.g"]["selection"].get(PICKED)
    if chosen:
        page.change(c_x=min(max(round(float(chosen[0]["x"]), 2), -LARGEST_X), LARGEST_X))
