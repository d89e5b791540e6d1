"""The picture of the backends' differences in words and in a table: the largest, how they grow, who stopped (2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from engines.comparison.agreement import QUANTITIES, SATURATED, Agreement, Agreements, steps_per_decade
from ui.charts.backends.agreement import quantity_labels, stop_told
from ui.charts.numerals import number
from ui.parts.table import table
from ui.text import Translate

Labels = Mapping[str, str]


def differences_reading(panel: Agreement, quantity: str, measure: str, labels: Labels, _: Translate) -> str:
    """The backend that is farthest off, how its difference grows, and which runs stopped."""
    return " ".join(_sentences(panel, quantity, measure, labels, _))


def _sentences(panel: Agreement, quantity: str, measure: str, labels: Labels, _: Translate) -> Iterator[str]:
    names = panel.names[1:]
    found = np.array([panel.of(name, quantity, measure) for name in names])
    if np.isfinite(found).any():
        worst, step = np.unravel_index(np.nanargmax(found), found.shape)
        yield _largest(panel, measure, labels[names[worst]], float(found[worst, step]), int(step), _)
        if measure == "relative":
            yield _growth(found[worst], _)
    for name, stop in panel.stops.items():
        told = _("{backend} stopped at step {step}: {what}.")
        yield told.format(backend=labels[name], step=f"{stop.step:,}", what=stop_told(stop, _))


def _largest(panel: Agreement, measure: str, label: str, value: float, step: int, _: Translate) -> str:
    if value == 0:
        return _("No difference at all: equal to the last bit.")
    values = {"value": number(value), "step": f"{step:,}", "backend": label, "ratio": number(value / panel.roundoff)}
    if measure == "absolute":
        return _("Largest difference: {value} at step {step} ({backend}).").format(**values)
    return _(
        "Largest difference: {value} at step {step} ({backend}), {ratio} times the rounding error u of a single number."
    ).format(**values)


def _growth(relative: np.ndarray, _: Translate) -> str:
    """Whether it grows exponentially, and from where on the runs have nothing in common any more."""
    if not np.nanmax(relative):
        return ""
    pace, large = steps_per_decade(relative), np.flatnonzero(relative >= SATURATED)
    if pace is None:
        told = _("No exponential growth shows in these steps.")
    else:
        told = _("It grows exponentially: tenfold about every {count} steps.").format(count=number(round(pace)))
    if not large.size:
        return told
    apart = _("By step {step} it has reached a tenth of the numbers themselves: these are two different runs by then.")
    return f"{told} {apart.format(step=f'{large[0]:,}')}"


def numbers(result: Agreements, labels: Labels, _: Translate) -> None:
    """The largest differences of every backend and quantity, in both precisions."""
    measures = {"relative": _("relative, {dtype}"), "absolute": _("absolute, {dtype}")}
    heads = [told.format(dtype=panel.dtype) for panel in result.panels for told in measures.values()]
    rows = []
    for name in result.panels[0].names[1:]:
        for quantity in QUANTITIES:
            cells = [_cell(panel, name, quantity, measure, _) for panel in result.panels for measure in measures]
            rows.append((labels[name], quantity_labels(_)[quantity], *cells))
    table((_("backend"), _("quantity"), *heads), rows)


def _cell(panel: Agreement, name: str, quantity: str, measure: str, _: Translate) -> str:
    """The largest difference and where it is."""
    found = panel.of(name, quantity, measure)
    if not np.isfinite(found).any():
        return "–"
    step = int(np.nanargmax(found))
    told = _("{value} at step {step}").format(value=number(float(found[step])), step=f"{step:,}")
    return told if measure == "absolute" else f"{told} ({number(float(found[step]) / panel.roundoff)} u)"
