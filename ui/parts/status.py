"""One line of figures at fixed places, as HTML: how far a run is, or what came out of it."""

from __future__ import annotations

from collections.abc import Iterable

from ui.charts.markup import element, escaped


def status(figures: Iterable[tuple[str, str]], style: str = "", **facts: str | float) -> str:
    """Each figure under its label; the facts stand in `data-…` attributes, for whoever reads the page by program.

    >>> status([("step", "7")], steps=7)
    '<div class="ge-status" data-steps="7"><div><small>step</small><b>7</b></div></div>'
    """
    cells = "".join(
        element("div", element("small", escaped(label)) + element("b", escaped(value))) for label, value in figures
    )
    told = {f"data-{name}": fact for name, fact in facts.items()}
    return element("div", cells, style, class_="ge-status", **told)
