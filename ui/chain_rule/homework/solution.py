"""The worked solution of the homework, line by line in LaTeX, and the same numbers from the backward pass."""

from __future__ import annotations

import math
import re

import streamlit as st

from engines import backends
from engines.chain_rule.homework import ANSWERS, FORWARD, Part, Quantity, latex, quantity
from engines.chain_rule.scalar_net import Solution
from ui.chain_rule.homework.answers import shown_name
from ui.chain_rule.tex import factor, tex
from ui.frame import Page


def worked_solution(page: Page, found: Solution) -> None:
    """Forward and backward lines side by side, then each product beside what the engine finds."""
    _ = page.text
    lines = {key: line(quantity(key, found), found) for key in ANSWERS}
    left, right = st.columns(2)
    with left:
        st.markdown("**" + _("Forward pass") + "**")
        _aligned([lines[key] for key in FORWARD])
        _aligned([lines[key] for key in ("dy_pred", "dv1", "dv2", "dc")])
    with right:
        st.markdown("**" + _("Backward pass") + "**")
        _aligned([lines[key] for key in ANSWERS if key[0] == "d" and key not in ("dy_pred", "dv1", "dv2", "dc")])
    _table(page, found)


def line(asked: Quantity, found: Solution) -> str:
    """name = symbols, under that = numbers, and = value."""
    left = rf"\tfrac{{\partial \text{{loss}}}}{{\partial {latex(asked.name[1:])}}}"
    left = left if asked.name[0] == "d" else latex(asked.name)
    if asked.how == "function":
        function = rf"\operatorname{{{found.net.activation}}}"
        (inside,) = asked.parts
        steps = [f"{function}({inside.latex})", f"{function}({tex(inside.value)})"]
    elif asked.name == "loss":
        steps = [f"{asked.parts[0].latex}^2", f"{factor(asked.parts[0].value)}^2"]
    else:
        sign = r" \cdot " if asked.how == "product" else " + "
        numbers = sign.join(map(_numbers, asked.parts))
        steps = [sign.join(part.latex for part in asked.parts), re.sub(r" \+ \(-([^()]*)\)$", r" - \1", numbers)]
    result = rf"\\ &= {tex(asked.value)}" if asked.how == "sum" else f"= {tex(asked.value)}"  # sums are long
    return rf"{left} &= {steps[0]} \\ &= {steps[1]} {result}"


def _numbers(part: Part) -> str:
    """The part's own numbers; a term that is a product is written close, for the sum to fit a telephone."""
    return r"{\cdot}".join(map(factor, part.factors or (part.value,)))


def _aligned(lines: list[str]) -> None:
    st.latex(r"\small \begin{aligned}" + r" \\[4pt] ".join(lines) + r"\end{aligned}")


def _table(page: Page, found: Solution) -> None:
    """Each gradient as the product of its chain and by the running backend."""
    _, label = page.text, backends.get(page.settings.backend).label
    head = (_("gradient"), _("product of the factors"), _("one backward pass ({backend})"), _("difference"))
    lines = [f"| {' | '.join(head)} |".format(backend=label), "|---|--:|--:|--:|"]
    for key in ANSWERS[len(FORWARD) :]:
        asked = quantity(key, found)
        product = math.prod(part.value for part in asked.parts)
        lines.append(f"| {shown_name(key)} | `{product!r}` | `{asked.value!r}` | `{product - asked.value:.1g}` |")
    with st.expander(_("The same gradients from the engine, with all digits")):
        st.markdown("\n".join(lines))
