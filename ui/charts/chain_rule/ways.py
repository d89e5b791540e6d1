"""The four ways to differentiate: what they are called and how their lines are drawn (2.4.4, footnote 7)."""

from __future__ import annotations

from typing import Any

from ui.charts.palette import BLUE, DASHES, MAUVE, RED, SOLID, TEAL, Style
from ui.charts.steps import styles
from ui.text import Translate

WAY_STYLES = {
    "symbolic": Style(MAUVE, DASHES[3]),
    "central": Style(RED, DASHES[1]),
    "forward": Style(TEAL, DASHES[2]),
    "reverse": Style(BLUE, SOLID),
}
POWER = "format(datum.value, '~e')"  # a Vega expression: the value as a power of ten
_LEGEND: dict[str, Any] = {
    "orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5
}  # fmt: skip


def way_labels(_: Translate) -> dict[str, str]:
    return {
        "symbolic": _("symbolic"),
        "central": _("central differences"),
        "forward": _("forward mode"),
        "reverse": _("reverse mode"),
    }


def legends(made: dict[str, Style], columns: int) -> tuple[Any, Any]:
    """Colour and dash by the column `name` of lines so called and so drawn."""
    color, dash = styles(list(made), [one.color for one in made.values()], [one.dash for one in made.values()])
    return color.legend(**_LEGEND, columns=columns), dash.legend(**_LEGEND, columns=columns)
