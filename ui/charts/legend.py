"""A legend beside the picture instead of in it: it wraps on a phone, and serves several pictures."""

from __future__ import annotations

from collections.abc import Sequence

from ui.charts.markup import escaped
from ui.charts.palette import Style

_STROKE = 30  # pixels


def legend(lines: Sequence[tuple[str, Style]]) -> str:
    """The words, each after a stroke of its line's colour and dash, as HTML."""
    return f'<div style="display:flex;flex-wrap:wrap;gap:0.1rem 1.1rem">{"".join(map(_entry, lines))}</div>'


def _entry(line: tuple[str, Style]) -> str:
    word, style = line
    dash = " ".join(map(str, style.dash)) if style.dash[1] else "none"
    drawn = f'stroke="{style.color}" stroke-width="2.6" stroke-dasharray="{dash}"'
    stroke = (
        f'<svg width="{_STROKE}" height="10" aria-hidden="true" style="vertical-align:middle;margin-right:0.35rem">'
        f'<line x1="0" x2="{_STROKE}" y1="5" y2="5" {drawn}/></svg>'
    )
    return f'<span style="white-space:nowrap;font-size:0.85rem">{stroke}{escaped(word)}</span>'
