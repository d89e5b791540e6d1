"""The scene on scalars: f(g(x)) with a little change that goes through both, or a(W1, b(W2, c(W3)))."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st

from engines import backends
from engines.chain_rule.composition import (
    INNER,
    OUTER,
    Composed,
    Link,
    compose,
    composition,
    link,
    recorded_composition,
)
from engines.differentiation.differences import along, forward_pass, kinds
from engines.differentiation.expressions import Expression, parse
from ui.chain_rule.scalars.exact import exactly
from ui.chain_rule.scalars.nested import nested_part
from ui.chain_rule.scalars.numbers import composed_formulas, composed_table
from ui.chain_rule.scalars.settings import INNERS, LARGEST_X, OUTERS, OWN
from ui.chain_rule.tex import bracketed
from ui.chain_rule.walk.view import chain_graph
from ui.charts.chain_rule.link import Axes, link_chart, link_frame
from ui.charts.numerals import number
from ui.charts.tangent import PICKED
from ui.charts.windows import Samples, Window, window
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.widgets import segments, select, slider, text
from ui.symbolic.asking import Asking

X = Window(-2.6, 3.2)  # of g's picture: x ± ε lies inside
_IN_A_UNIT, _POINTS = 50, 400
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
_ROOM = 0.15  # more of u's window to the right in f's picture, for the names of the changes
_LEAST_SPAN = 2.0  # of u, so that a nearly constant g leaves f something to show


class Curves(NamedTuple):
    """Both functions sampled along their pictures, the windows of u (upward for g, across for f) and of y."""

    inner: Samples
    outer: Samples
    u: Window
    across: Window
    y: Window


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
    reading(_told(page, here))
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


@lru_cache(maxsize=256)
def functions(formulas: tuple[str, str]) -> tuple[Expression, Expression]:
    """f of u and g of x, from their formulas."""
    return parse(formulas[0], (OUTER,)), parse(formulas[1], (INNER,))


@lru_cache(maxsize=512)
def look(formulas: tuple[str, str], backend: str, x: float) -> Composed:
    """f(g(x)) by that backend."""
    outer, inner = functions(formulas)
    return compose(outer, inner, backends.get(backend), x)


@lru_cache(maxsize=64)
def curves(formulas: tuple[str, str], backend: str) -> Curves:
    """Both curves, the same for every x: f is drawn over all values that g takes there."""
    (outer, inner), engine = functions(formulas), backends.get(backend)
    x = np.arange(math.floor(X.low * _IN_A_UNIT), math.ceil(X.high * _IN_A_UNIT) + 1) / _IN_A_UNIT
    first = _sampled(inner, engine, x)
    u = _wide_enough(window(first.value[np.abs(x) <= LARGEST_X]))
    across = Window(u.low, u.high + _ROOM * (u.high - u.low))
    second = _sampled(outer, engine, np.linspace(*across, _POINTS))
    return Curves(first, second, u, across, window(second.value[second.x <= u.high]))


def _sampled(function: Expression, backend: backends.Backend, x: np.ndarray) -> Samples:
    value, slope = along(function, backend, x)
    return Samples(x, value, slope, np.isin(kinds(forward_pass(function, backend), x), ["corner", "steep", "edge"]))


def _wide_enough(u: Window) -> Window:
    more = max(0.0, _LEAST_SPAN - (u.high - u.low)) / 2
    return Window(u.low - more, u.high + more)


def _pictures(page: Page, here: Composed) -> None:
    """g at x and f at g(x), side by side; what goes out on the left comes in on the right."""
    view, backend = page.view, page.settings.backend
    drawn, epsilon = curves(view.c_functions, backend), view.c_epsilon
    step = here.inner.slope * epsilon
    left, right = st.columns(2)
    with left:
        real = _value(view.c_functions[1], INNER, backend, here.inner.place + epsilon)
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
        real = _value(view.c_functions[0], OUTER, backend, here.outer.place + step)
        frame = link_frame(drawn.outer, here.outer, step, real, ("g′·ε", "f′·g′·ε"), (drawn.across, drawn.y))
        chart(page, frame, link_chart, Axes("u", "y = f(u)", 1), drawn.across, drawn.y, key="chain.f")


@lru_cache(maxsize=1024)
def _value(text: str, variable: str, backend: str, place: float) -> float:
    return float(forward_pass(parse(text, (variable,)), backends.get(backend))(np.array([place]))[0])


def _picked(page: Page) -> None:
    """x goes where one clicked or dragged in g's picture."""
    chosen = st.session_state["chain.g"]["selection"].get(PICKED)
    if chosen:
        page.change(c_x=min(max(round(float(chosen[0]["x"]), 2), -LARGEST_X), LARGEST_X))


def _told(page: Page, here: Composed) -> str:
    """The change through both functions, with the numbers, and what really happens; or why it stops."""
    _, epsilon = page.text, page.view.c_epsilon
    first, second = here.inner, here.outer
    for name, there in (("g", first), ("f", second)):
        if not math.isfinite(there.value):
            return _("{name} has no finite value at {place}: the chain ends here.").format(
                name=name, place=number(there.place)
            )
        if not math.isfinite(there.slope):
            return _("{name} has no slope at {place}: the chain ends here.").format(
                name=name, place=number(there.place)
            )
    told = _(
        "x moves by ε = {epsilon}, so u = g(x) by about g′·ε = {inner} · {epsilon} = {middle}, so y = f(u) by about "
        "f′·(g′·ε) = {outer} · {middle} = {change}."
    ).format(
        epsilon=number(epsilon),
        inner=bracketed(first.slope),
        middle=bracketed(first.slope * epsilon),
        outer=bracketed(second.slope),
        change=number(here.product * epsilon + 0.0),
    )
    return f"{told} {_real_change(page, second)} {_corner(page, first, second)}".strip()


def _real_change(page: Page, second: Link) -> str:
    _, view, backend = page.text, page.view, page.settings.backend
    ahead = _value(view.c_functions[1], INNER, backend, view.c_x + view.c_epsilon)
    real = _value(view.c_functions[0], OUTER, backend, ahead) - second.value
    if not math.isfinite(real):
        return _("At x + ε there is no finite value of y.")
    return _("In fact y moves by {real}.").format(real=number(real))


def _corner(page: Page, first: Link, second: Link) -> str:
    """A word where one of the functions has a corner and the engine answers by convention."""
    _, (outer, inner), backend = page.text, functions(page.view.c_functions), backends.get(page.settings.backend)
    for name, function, there in (("g", inner, first), ("f", outer, second)):
        if kinds(forward_pass(function, backend), np.array([there.place]))[0] != "smooth":
            said = _("{name} has no derivative at {place}; the engine takes {slope} by convention.")
            return said.format(name=name, place=number(there.place), slope=number(there.slope))
    return ""
