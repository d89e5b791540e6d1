"""Kept runs as pictures: a thumbnail of each, and their lines over those of the live run.

A run's colour is that of its place among those that are laid over the curves: the same in its thumbnail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt

from engines.runs.shelf import KeptRun, Point
from ui.charts.images import in_base64
from ui.charts.markup import escaped
from ui.charts.numerals import number, percent
from ui.charts.palette import GOLD, GREY, MAGENTA, MAUVE, TEAL
from ui.charts.rows import Rows, rows
from ui.text import Translate, counted

NUMBERS, WORDS = ("kept", "end"), ("run", "colour")  # the columns that `kept_rows` adds to a chart's rows
_COLOURS = (TEAL, MAUVE, GOLD, MAGENTA)  # blue and red are those of the live run
_WIDTH, _HEIGHT, _EDGE = 104, 44, 3


def kept_colour(place: int) -> str:
    """Of the run at that place among those over the curves; beyond four they repeat, so its name stands beside it."""
    return _COLOURS[place % len(_COLOURS)]


def thumbnail(run: KeptRun, _: Translate, colour: str = GREY) -> str:
    """The run's smoothed loss, from 0 to its highest, and its test accuracy, dashed, from 0 to 1, as an HTML image.

    Over the square root of the step: else all runs would look alike, a cliff and a plain.
    """
    highest = max((point.value for point in run.losses if point.value is not None), default=0.0)
    loss = _line(run.losses, run.steps, highest, f'stroke="{colour}" stroke-width="2"')
    accuracy = _line(run.accuracies, run.steps, 1.0, f'stroke="{colour}" stroke-width="1.2" stroke-dasharray="3 2"')
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    frame = f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="none" stroke="{GREY}66"/>'
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_WIDTH} {_HEIGHT}">{frame}{accuracy}{loss}</svg>'
    )
    data = in_base64(drawn.encode())
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escaped(_told(run, _))}" {size} style="display:block">'


def kept_lines(y: Callable[[str], alt.Y], _: Translate, title: str, format: str, log: bool = False) -> list[alt.Chart]:
    """The layers of a chart over steps that draw `kept_rows`: lines with their names at their ends, and exact values.

    Where there are no such rows nothing is drawn, so the chart need not be another one then.
    """
    base = rows("kept").transform_filter(alt.datum.kept > 0) if log else rows("kept")
    colour = alt.Color("colour:N", scale=None, legend=None)
    tooltip = [
        alt.Tooltip("run:N", title=_("kept run")),
        alt.Tooltip("step:Q", title=_("step"), format=","),
        alt.Tooltip("kept:Q", title=title, format=format),
    ]
    name = base.transform_filter(alt.datum.end == 1).mark_text(align="right", baseline="bottom", dx=-2, dy=-3)
    return [
        base.mark_line(strokeWidth=1.8, tooltip=None).encode(y("kept"), colour, alt.Detail("run:N")),
        base.mark_point(size=60, opacity=0, filled=True).encode(y("kept"), colour, tooltip=tooltip),
        name.encode(y("kept"), colour, text="run:N"),
    ]


def kept_rows(runs: Sequence[KeptRun], quantity: str) -> list[Rows]:
    """The parts of a chart's table: a part a run, of its "loss" or its "accuracy"."""
    parts = []
    for place, run in enumerate(runs):
        points = [point for point in _points(run, quantity) if point.value is not None]
        ends = [0.0] * (len(points) - 1) + [1.0] * bool(points)
        values = {"step": [point.step for point in points], "kept": [point.value for point in points], "end": ends}
        parts.append({"series": "kept", "run": run.name, "colour": kept_colour(place)} | values)
    return parts


def _points(run: KeptRun, quantity: str) -> tuple[Point, ...]:
    return run.losses if quantity == "loss" else run.accuracies


def _told(run: KeptRun, _: Translate) -> str:
    """What the thumbnail shows, in words."""
    told = counted(
        _,
        "Curves of {name} over {n:,} step: {result}",
        "Curves of {name} over {n:,} steps: {result}",
        run.steps,
    )
    return told.format(name=run.name, n=run.steps, result=result(run, _))


def result(run: KeptRun, _: Translate) -> str:
    """Where the run ended."""
    loss, accuracy = run.loss, run.accuracy
    return _("loss {loss}, test accuracy {accuracy}").format(
        loss="–" if loss is None else number(loss), accuracy="–" if accuracy is None else percent(accuracy)
    )


def _line(points: Sequence[Point], steps: int, highest: float, stroke: str) -> str:
    """A line through the points, with gaps where there is no number."""
    across, down = (_WIDTH - 2 * _EDGE) / max(steps, 1) ** 0.5, (_HEIGHT - 2 * _EDGE) / (highest or 1.0)
    pieces: list[list[str]] = [[]]
    for step, value in points:
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{_EDGE + step**0.5 * across:.1f},{_HEIGHT - _EDGE - value * down:.1f}")
    return "".join(f'<polyline points="{" ".join(piece)}" fill="none" {stroke}/>' for piece in pieces if piece)
