"""The numbers of the scene "four ways" in tables that scroll sideways where they are too wide for the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile

from engines.differentiation.four_ways import WAYS, Numbers
from engines.differentiation.partial_kinds import PartialKind
from engines.differentiation.way_costs import Cost, Costs
from ui.charts.chain_rule.ways import way_labels
from ui.charts.markup import element, escaped
from ui.charts.numerals import duration, number
from ui.charts.palette import WRONG
from ui.text import Text, counted

_SIZES = (2, 8, 32, 128, 512)
_CELL = "padding:0.25rem 0.5rem;font-variant-numeric:tabular-nums;white-space:{};text-align:{}"


def passes_table(numbers: Numbers, _: Text, unknown: str = "–") -> str:
    """Passes, operations and the largest error of each way; `unknown` stands for what is not known."""
    labels, n = way_labels(_), len(numbers.variables)
    passes = {
        "symbolic": counted(_, "{count} formula", "{count} formulas", n).format(count=n),
        "central": _("{count} forward").format(count=2 * n),
        "forward": _("{count} with tangents").format(count=n),
        "reverse": _("1 forward, 1 backward"),
    }
    head = ("", _("passes"), _("operations"), _("largest error"))
    return _table(
        [head, *((labels[way], passes[way], *_counted(numbers, way, unknown)) for way in WAYS)],
        ("left", "left", "right", "right"),
        wrap=True,
    )


def _counted(numbers: Numbers, way: str, unknown: str) -> tuple[str, str]:
    """Its operations and largest error; there is none in what the others are compared with."""
    if way not in numbers.partials:
        return unknown, "–"
    errors = numbers.errors(way)
    is_right = way == ("symbolic" if numbers.known_exactly else "reverse")
    largest = "–" if is_right or any(map(math.isnan, errors)) else number(max(errors))
    return f"{numbers.operations[way]:,}", largest


def digits_table(numbers: Numbers, kinds: Sequence[PartialKind], _: Text, unknown: str = "–") -> str:
    """All digits of every derivative; those that are not the symbolic one's (or else reverse mode's) stand out."""
    labels = way_labels(_)
    head = (_("derivative in"), _("at"), *(labels[way] for way in WAYS))
    rows = []
    for index, (name, place) in enumerate(zip(numbers.variables, numbers.point, strict=True)):
        written = {way: _written(partials[index], kinds[index], _) for way, partials in numbers.partials.items()}
        right = written.get("symbolic", written["reverse"])
        rows.append((name, f"{place:g}", *((written[way], right) if way in written else unknown for way in WAYS)))
    return _table([head, *rows], ["left"] * len(head))


def _written(value: float, kind: PartialKind, _: Text) -> str:
    """All digits; a formula for the slope may have a value where f has none, which is no slope of f."""
    if math.isfinite(value) and kind != "undefined":
        return repr(value + 0.0)
    return _("overflow") if kind == "overflow" else _("not defined")


def costs_table(costs: Costs, outputs: bool, _: Text) -> str:
    """Operations and time of each way at some sizes."""
    labels = way_labels(_)
    by_place = {(cost.size, cost.way): cost for cost in costs.costs}
    rows = [("m" if outputs else "n", *(labels[way] for way in WAYS))]
    for size in _SIZES:
        rows.append((str(size), *(_cost(by_place[size, way], _) for way in WAYS)))
    return _table(rows, ["right"] * len(rows[0]))


def _cost(cost: Cost, _: Text) -> str:
    """Operations and time, as far as they are known."""
    count = cost.operations
    told = [] if count is None else [f"{count:,}" if count < 1e7 else f"{count:.2e}"]
    return " · ".join(told if cost.seconds is None else [*told, duration(cost.seconds, _)]) or "–"


def _table(rows: Sequence[Sequence[str | tuple[str, str]]], align: Sequence[str], wrap: bool = False) -> str:
    """The rows as HTML, the first one as the head; of a cell (text, right) what is not as in `right` has a colour."""
    lines = []
    for index, row in enumerate(rows):
        tag = "td" if index else "th"
        styles = (_CELL.format("normal" if wrap else "nowrap", side) for side in align)
        cells = (element(tag, _cell(cell), style) for cell, style in zip(row, styles, strict=True))
        lines.append(element("tr", "".join(cells)))
    return element("div", element("table", "".join(lines)), "overflow-x:auto;font-size:0.9rem")


def _cell(cell: str | tuple[str, str]) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    value, right = cell
    kept = sum(takewhile(bool, (a == b for a, b in zip(value, right, strict=False))))
    wrong = element("span", escaped(value[kept:]), f"color:{WRONG};font-weight:600") if value[kept:] else ""
    return escaped(value[:kept]) + wrong
