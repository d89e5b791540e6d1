"""The 2-2-1 network as a picture: its numbers on the lines, what is to be found as ? until it is solved."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

import pandas as pd

from engines.chain_rule.homework import ANSWERS
from engines.chain_rule.scalar_net import Solution
from ui.charts.chain_rule.diagram import Spot, Wire, diagram, diagram_frame
from ui.charts.numerals import number
from ui.frame import Page
from ui.parts.drawing import chart

_SUBSCRIPTS = str.maketrans("12", "₁₂")
_ROWS = (0.83, 0.3)  # of unit 1 and unit 2


def name(plain: str) -> str:
    """ "w11" as one writes it, w₁₁; a 2 that belongs to no letter stays."""
    return re.sub(r"(?<=[a-z])[12]+", lambda digits: digits[0].translate(_SUBSCRIPTS), plain)


def network_picture(page: Page, found: Solution, right: Collection[str]) -> None:
    """Inputs, hidden units, output and loss with the numbers that are known: those given, and the learner's right ones.

    Every ∂loss/∂… of a parameter stands in red beside its number; solved, all are there.
    """
    _ = page.text
    told = _("A network with two inputs, two hidden units and one output, with its numbers")
    known = ANSWERS if page.view.h_solved else right
    chart(page, picture_frame(found, known), diagram, told, 340, key="chain.homework")


def picture_frame(found: Solution, known: Collection[str]) -> pd.DataFrame:
    """The rows of the picture; of the answers those in `known` are there, the others are to be found."""

    def value(plain: str) -> str:
        return number(found.values[plain]) if plain in known or plain in found.net.numbers else "?"

    def slope(plain: str) -> str:
        return f"∂ {number(found.gradients[plain] + 0.0)}" if f"d{plain}" in known else ""

    def told(plain: str) -> str:
        return f"{name(plain)} = {value(plain)}"

    inputs = [Spot(0.09, row, told(f"x{i}").replace(" = ", "\n")) for i, row in zip("12", _ROWS, strict=True)]
    hidden = [
        Spot(0.46, row, f"{told(f'z{j}')}\n{told(f'a{j}')}", told(f"b{j}"), slope(f"b{j}"))
        for j, row in zip("12", _ROWS, strict=True)
    ]
    output = Spot(0.73, 0.565, f"y_pred\n{value('y_pred')}", told("c"), slope("c"))
    loss = Spot(0.92, 0.565, f"loss\n{value('loss')}", told("y"))
    wires = [
        _wire(
            found,
            f"w{i + 1}{j + 1}",
            inputs[i],
            hidden[j],
            slope,
            0.5 if i == j else 0.2,
            "below" if i == j == 1 else "",
        )
        for i in (0, 1)
        for j in (0, 1)
    ]
    wires += [_wire(found, f"v{j + 1}", hidden[j], output, slope, 0.3) for j in (0, 1)]
    wires += [Wire(output, loss, 0.0, "")]
    return diagram_frame([*inputs, *hidden, output, loss], wires)


def _wire(
    found: Solution, plain: str, start: Spot, end: Spot, slope: Callable[[str], str], along: float, side: str = ""
) -> Wire:
    weight = found.values[plain]
    return Wire(start, end, weight, f"{name(plain)} = {number(weight)}", slope(plain), along, side)
