"""A chart with its rows as SVG, drawn by the same Vega as on the page, in a process that ends with it.

The converter holds a JavaScript engine of some 150 MB: too much for a server that draws for others.
"""

from __future__ import annotations

import json
import subprocess
import sys

import altair as alt
import pandas as pd

_CODE = "import sys, vl_convert; sys.stdout.write(vl_convert.vegalite_to_svg(sys.stdin.read()))"
_SECONDS, _WIDTH = 30, 600


def svg(chart: alt.Chart | alt.LayerChart, rows: pd.DataFrame) -> str:
    """The chart over these rows as an SVG document, `_WIDTH` pixels wide.

    Raises `CalledProcessError` or `TimeoutExpired` where it cannot be drawn.
    """
    drawn = {key: value for key, value in chart.to_dict(validate=False).items() if key not in ("data", "config")}
    data = {"datasets": {"source": json.loads(rows.to_json(orient="records"))}, "data": {"name": "source"}}
    spec = json.dumps(drawn | data | {"width": _WIDTH, "background": "white"})
    command = [sys.executable, "-c", _CODE]
    done = subprocess.run(command, input=spec.encode(), capture_output=True, timeout=_SECONDS, check=True)
    return done.stdout.decode()
