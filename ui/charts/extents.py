"""Scales that span the rows of a chart whose rows come after it.

Vega looks for the ends of each layer's rows by itself, and complains of "Infinite extent" where a layer has none yet,
or no number among them. So it is told: the ends of the columns in all rows, or a fallback while there are none.
"""

from __future__ import annotations

import json
from typing import Any

import altair as alt


def spanning(*columns: str, fallback: tuple[float, float] = (0.0, 1.0), **options: Any) -> alt.Scale:
    """From the lowest to the highest value in those columns of all rows; `options` are the scale's."""
    of_each = [f"extent(pluck(data('source'), {json.dumps(column)}))" for column in columns]
    ends = f"extent([{', '.join(f'{one}[{end}]' for one in of_each for end in (0, 1))}])"
    domain = [
        alt.ExprRef(f"isNumber({ends}[{place}]) ? {ends}[{place}] : {value:g}") for place, value in enumerate(fallback)
    ]
    return alt.Scale(domain=domain, **options)
