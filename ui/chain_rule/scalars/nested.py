"""The chapter's f(W1, W2, W3) = a(W1, b(W2, c(W3))) on scalars: three factors for W3, two for W2, one for W1."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import streamlit as st

from engines import backends
from engines.chain_rule.composition import STAGES, Nested, nest, recorded_nest
from ui.chain_rule.scalars.settings import LARGEST_W
from ui.chain_rule.tex import bracketed, factor, tex
from ui.chain_rule.walk.view import chain_graph
from ui.charts.chain_rule.diagram import Spot, Wire, diagram, diagram_frame
from ui.charts.numerals import number
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.widgets import select, slider

LABELS = {  # of the operations, for a weight W and the result h of the function inside
    "multiply": "W · h",
    "add": "W + h",
    "relu": "relu(W · h)",
    "tanh": "tanh(W · h)",
    "sigmoid": "sigmoid(W · h)",
}
_PLACES = [round(n / 10, 1) for n in range(int(-10 * LARGEST_W), int(10 * LARGEST_W) + 1)]
_NAMES, _SUBSCRIPTS = ("a", "b", "c"), ("₁", "₂", "₃")


def nested_part(page: Page) -> tuple[object, ...]:
    """Controls, the chain with its slopes, each gradient as a product, the graph; returns whose code ran."""
    _, view = page.text, page.view
    _controls(page)
    found = look(view.c_operations, view.c_weights, view.c_input, page.settings.backend)
    told = _("x goes through c, b and a; at each arrow its slope")
    chart(page, _frame(found, view.c_input), diagram, told, 280, key="chain.nested")
    reading(_told(page, found))
    _products(page, found)
    st.subheader(_("The recorded graph of this pass"))
    backend = backends.get(page.settings.backend)
    graph = recorded_nest(view.c_operations, view.c_weights, view.c_input, backend)
    chain_graph(page, backend, graph, "nested")
    return nest, STAGES[view.c_c]


@lru_cache(maxsize=512)
def look(operations: tuple[str, ...], weights: tuple[float, ...], x: float, backend: str) -> Nested:
    """The chain and its slopes by that backend."""
    return nest(operations, weights, x, backends.get(backend))


def _controls(page: Page) -> None:
    """In the order in which the input goes through: x, then c, b, a, each with its weight under it."""
    _ = page.text
    columns = st.columns(4)
    with columns[0]:
        slider("c_input", _("Input x"), _PLACES)
    for column, name, index, inside in zip(columns[1:], "cba", (3, 2, 1), ("x", "c", "b"), strict=True):
        labels = {key: label.replace("W", f"W{index}").replace("h", inside) for key, label in LABELS.items()}
        labels |= {"tanh": f"tanh(W{index} · {inside})"}  # has an h of its own
        with column:
            select(f"c_{name}", _("Operation {name}").format(name=name), labels)
            slider(f"c_w{index}", f"W{index}", _PLACES)


def _frame(found: Nested, x: float) -> object:
    """x → c → b → a from left to right, the weights above; on each arrow the slope of what it leads to."""
    spots = [Spot(0.1, 0.2, f"x\n{number(x)}")]
    weights, wires = [], []
    for place, stage in enumerate(reversed(found.stages)):  # c, b, a
        index, name, inside = 2 - place, "cba"[place], ("x", "c", "b")[place]
        spot = Spot(0.36 + 0.27 * place, 0.2, f"{name}\n{number(stage.value)}")
        weight = Spot(spot.x, 0.83, f"W{_SUBSCRIPTS[index]}\n{number(stage.weight)}")
        across = "" if inside == "x" else f"∂{name}/∂{inside}\n{number(stage.by_below)}"
        down = f"∂{name}/∂W{_SUBSCRIPTS[index]}\n{number(stage.by_weight)}"
        wires += [Wire(spots[-1], spot, stage.by_below if across else 0.0, "", across)]
        wires += [Wire(weight, spot, stage.by_weight, "", down)]
        spots.append(spot)
        weights.append(weight)
    return diagram_frame([*spots, *weights], wires)


def _told(page: Page, found: Nested) -> str:
    """The longest product in words, or which factor stops the gradient."""
    _, factors = page.text, found.factors(2)
    if 0.0 in factors:
        path = [*_NAMES, "W3"]
        zero = [
            f"∂{above}/∂{below}" for (above, below), slope in zip(pairwise(path), factors, strict=True) if not slope
        ]
        return _("{names} is 0, and with it every product that it is a factor of: ∂f/∂W3 = {gradient}.").format(
            names=", ".join(zero), gradient=number(found.gradients[2] + 0.0)
        )
    return _("∂f/∂W3 has three factors, {factors} = {product}; the backward pass of the whole says {gradient}.").format(
        factors=" · ".join(map(bracketed, factors)),
        product=number(math.prod(factors)),
        gradient=number(found.gradients[2]),
    )


def _products(page: Page, found: Nested) -> None:
    """∂f/∂W of each weight: the factors as symbols and as numbers, beside what one backward pass finds."""
    _, label = page.text, backends.get(page.settings.backend).label
    st.latex(r"\begin{aligned}" + r" \\ ".join(_line(found, index) for index in (2, 1, 0)) + r"\end{aligned}")
    head = (_("gradient"), _("product of the factors"), _("one backward pass ({backend})"), _("difference"))
    lines = [f"| {' | '.join(head)} |".format(backend=label), "|---|--:|--:|--:|"]
    for index in (2, 1, 0):
        product, gradient = math.prod(found.factors(index)), found.gradients[index]
        lines.append(f"| ∂f/∂W{index + 1} | `{product!r}` | `{gradient!r}` | `{product - gradient:.1g}` |")
    st.markdown("\n".join(lines))


def _line(found: Nested, index: int) -> str:
    """∂f/∂W3 = ∂a/∂b · ∂b/∂c · ∂c/∂W3 = 2 · 0.79 · 1.5 = …, as a line of LaTeX."""
    path = [*_NAMES[: index + 1], f"W_{index + 1}"]
    symbols = [rf"\frac{{\partial {above}}}{{\partial {below}}}" for above, below in pairwise(path)]
    numbers = [factor(slope) for slope in found.factors(index)]
    result = tex(math.prod(found.factors(index)))
    steps = [r" \cdot ".join(symbols), *([r" \cdot ".join(numbers)] if index else []), result]
    return rf"\frac{{\partial f}}{{\partial W_{index + 1}}} &= " + " = ".join(steps)
