"""What a small change does on its way through g and f, in words and numbers computed from it (chapter 2.4.4)."""

from __future__ import annotations

import math

import numpy as np

from engines import backends
from engines.chain_rule.composition import INNER, OUTER, Composed, Link
from engines.differentiation.differences import forward_pass, kinds
from ui.chain_rule.scalars.curves import functions, value_at
from ui.chain_rule.tex import bracketed
from ui.charts.numerals import number
from ui.frame import Page


def change_told(page: Page, here: Composed) -> str:
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
    ahead = value_at(view.c_functions[1], INNER, backend, view.c_x + view.c_epsilon)
    real = value_at(view.c_functions[0], OUTER, backend, ahead) - second.value
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
