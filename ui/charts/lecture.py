"""A chart as a lecture hall needs it: read from row ten, so large type, thick lines, large points.

At 1920 × 1080 the ticks have 16 pixels and more.
"""

from __future__ import annotations

from typing import Any

_TICKS, _TITLES = 17, 19  # pixels
_TYPE, _LINES, _POINTS, _HEIGHT = 1.5, 1.7, 2.2, 1.25  # times as large
_CONFIG: dict[str, Any] = {
    "axis": {"labelFontSize": _TICKS, "titleFontSize": _TITLES, "labelLimit": 240},
    "legend": {
        "labelFontSize": _TICKS,
        "titleFontSize": _TICKS,
        "symbolSize": 240,
        "symbolStrokeWidth": 3,
        "labelLimit": 260,
    },
    "header": {"labelFontSize": _TICKS, "titleFontSize": _TITLES},
    "title": {"fontSize": _TITLES},
    "text": {"fontSize": _TICKS},
    "line": {"strokeWidth": 3.5},
    "rule": {"strokeWidth": 2.5},
    "tick": {"thickness": 3},
    "point": {"size": 90},
}
_GROWTH = {
    "fontSize": _TYPE, "labelFontSize": _TYPE, "titleFontSize": _TYPE, "strokeWidth": _LINES, "thickness": _LINES,
    "dx": _TYPE, "dy": _TYPE, "labelLimit": _TYPE,
}  # fmt: skip


def enlarged(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec, itself left as it is, with everything that is read larger.

    >>> enlarged({"mark": {"type": "line", "strokeWidth": 2}, "height": 200})["mark"]
    {'type': 'line', 'strokeWidth': 3.4}
    """
    made: dict[str, Any] = _grown(spec)
    if isinstance(height := spec.get("height"), int | float):
        made["height"] = round(_HEIGHT * height)
    return made | {"config": _merged(made.get("config", {}), _CONFIG)}


def _grown(part: Any) -> Any:
    """Sizes that the chart itself gives to its marks, axes and legends; data and scales are none."""
    if isinstance(part, list):
        return [_grown(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {name: value if name in ("data", "datasets", "scale") else _grown(value) for name, value in part.items()}
    for name, times in _GROWTH.items():
        if isinstance(made.get(name), int | float):
            made[name] = round(times * made[name], 2)
    if made.get("type") in ("point", "circle", "square") and isinstance(made.get("size"), int | float):
        made["size"] = round(_POINTS * made["size"])
    return made


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both configurations; where both say something, part by part, the second holds."""
    return first | {
        name: _merged(first[name], value) if isinstance(first.get(name), dict) and isinstance(value, dict) else value
        for name, value in second.items()
    }
