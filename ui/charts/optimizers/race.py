"""A race of optimizers in two pictures: smoothed loss, and test accuracy, against steps, samples or seconds (2.4.3).

A bin of the loss is drawn at its last step: at the steps made, the samples seen and the seconds used by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from engines.optimizers.schedules import Schedule
from engines.races.race import RaceSnapshot
from engines.races.racer_run import Distance, RacerSnapshot
from ui.charts import steps
from ui.charts.palette import GREY, WRONG_SYMBOL, optimizer_style
from ui.charts.rows import Rows, Table, rows
from ui.charts.spec import layered
from ui.text import Translate
from ui.text.names import Labelled

_MOST_POINTS = 120  # drawn of a line
_CEILING = 3.0  # times the loss at the start: what lies above is cut off
_LABELS = "format(datum.value, '~s')"
_WRONG = (0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
_FEWEST_WRONG = 5e-4  # where all are right, a logarithm still needs a place
_ROOM_BESIDE = {"step": 100.0, "samples": 3200.0, "seconds": 0.02}
_AXIS_ROOM = {"minExtent": 40, "maxExtent": 40, "titlePadding": 6, "labelPadding": 4, "labelOverlap": True}


def axis_labels(_: Translate) -> dict[str, str]:
    return {"step": _("steps"), "samples": _("samples seen"), "seconds": _("own processor time (s)")}


def race_loss_chart(_: Translate, racers: Labelled, axis: str, log: bool, loss: str) -> alt.LayerChart:
    """A line a racer, ✗ where one diverged; the target and the step of judgement as rules. Data: `race_loss_rows`."""
    title = _("smoothed loss (nats)") if loss == "cross_entropy" else _("smoothed loss")
    scale = alt.Scale(type="log", nice=False, padding=6) if log else alt.Scale(zero=True)
    x, y = _across(_, axis), steps.value_axis(title, scale, "~g", log)("y")
    told = alt.Tooltip("told:N", title=" ")
    dashed = {"color": GREY, "strokeDash": [3, 3]}
    cross = rows("broken").mark_text(text=WRONG_SYMBOL, fontSize=18, fontWeight="bold")
    return layered(
        rows("target").mark_rule(**dashed).encode(y, tooltip=told),
        rows("rule").mark_rule(**dashed).encode(x, tooltip=told),
        *_lines("loss", racers, x, y, [_told(_, axis), alt.Tooltip("y:Q", title=title, format=".5g")]),
        cross.encode(x, y, _styles(racers)[0], tooltip=told),
    ).properties(height=steps.HEIGHT, description=_("Smoothed loss of each racer"))


def race_accuracy_chart(_: Translate, racers: Labelled, axis: str, log: bool) -> alt.LayerChart:
    """A line a racer: share of the test set that is right. Data: `race_accuracy_rows`.

    The logarithmic axis is that of the share that is wrong: 90, 99 and 99.9 % are equally far apart.
    """
    title = _("test accuracy")
    if log:
        axis_of_wrong = alt.Axis(
            title=title, values=list(_WRONG), labelExpr="format(1 - datum.value, '~%')", **_AXIS_ROOM
        )
        y = alt.Y("wrong:Q", axis=axis_of_wrong, scale=alt.Scale(type="log", reverse=True, nice=False))
    else:
        y = steps.value_axis(title, alt.Scale(domain=[0, 1]), ".0%")("y")
    lines = _lines("test", racers, _across(_, axis), y, [_told(_, axis), alt.Tooltip("y:Q", title=title, format=".2%")])
    return layered(*lines).properties(height=steps.HEIGHT, description=_("Test accuracy of each racer"))


def _across(_: Translate, axis: str) -> alt.X:
    labels: dict[str, Any] = {} if axis == "seconds" else {"labelExpr": _LABELS, "tickMinStep": 1}
    shown = alt.Axis(grid=False, tickCount=6, titlePadding=4, labelPadding=4, **labels)
    return alt.X("x:Q", title=axis_labels(_)[axis], axis=shown, scale=alt.Scale(zero=True, nice=False))


def _told(_: Translate, axis: str) -> alt.Tooltip:
    return alt.Tooltip("x:Q", title=axis_labels(_)[axis], format=".3g" if axis == "seconds" else ",")


def _styles(racers: Labelled) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour and dash by racer; the legend stands beside the pictures."""
    words, drawn = [word for _, word in racers], [optimizer_style(name) for name, _ in racers]
    color = alt.Scale(domain=words, range=[style.color for style in drawn])
    dash = alt.Scale(domain=words, range=[list(style.dash) for style in drawn])
    return alt.Color("name:N", scale=color, legend=None), alt.StrokeDash("name:N", scale=dash, legend=None)


def _lines(series: str, racers: Labelled, x: alt.X, y: alt.Y, told: list[alt.Tooltip]) -> tuple[alt.Chart, ...]:
    """The lines, invisible points on them to point at, and before the first steps room for them."""
    base = rows(series).encode(x, y)
    return (
        base.mark_line(strokeWidth=2.2, tooltip=None).encode(*_styles(racers)),
        base.mark_point(size=60, opacity=0).encode(tooltip=[alt.Tooltip("name:N", title=" "), *told]),
        rows("start").mark_point(color=GREY, filled=True, size=70, opacity=1).encode(x, y, tooltip=told),
        rows("room").mark_point(opacity=0, tooltip=None).encode(x, y),
    )


def race_loss_rows(
    snapshot: RaceSnapshot,
    racers: Labelled,
    axis: str,
    log: bool,
    target: float,
    judged_at: int,
    schedule: Schedule,
    _: Translate,
) -> Table:
    """The rows of all lines and marks; `series` says of which: start, room, loss, broken, target, rule."""
    words, start = dict(racers), max((run.tests[0].loss for run in snapshot.runs if run.tests), default=1.0)
    told = _("the loss to reach: {loss}").format(loss=target)
    parts = [*_beginning(axis, {"y": start}, {"y": start}), {"series": "target", "x": [0.0], "y": target, "told": told}]
    for run in snapshot.runs:
        word, seen = words[run.racer.name], _seen(run, _CEILING * start, log)
        kept = steps.sparse(len(run.bins), _MOST_POINTS)
        parts.append({"series": "loss", "name": word, "x": distances(run.marks, axis)[kept], "y": seen[kept]})
        if run.stands_still or not np.isfinite(seen[-1:]).all():
            parts.append(_broken(run, word, axis, seen, _CEILING * start, _))
    if axis == "step":
        parts += _rules(snapshot, judged_at, schedule, _)
    return Table(parts, ("x", "y"), ("name", "told"))


def race_accuracy_rows(snapshot: RaceSnapshot, racers: Labelled, axis: str) -> Table:
    """The rows of all lines: `y` the share that is right, `wrong` the other one; and start and room."""
    words, start = dict(racers), next((run.tests[0].accuracy for run in snapshot.runs if run.tests), 0.0)
    parts = _beginning(axis, {"y": start, "wrong": 1 - start}, {"y": 0.5, "wrong": 0.5})
    for run in snapshot.runs:
        right = np.array([test.accuracy for test in run.tests])
        x = distances([test.at for test in run.tests], axis)
        wrong = np.maximum(1 - right, _FEWEST_WRONG)
        parts.append({"series": "test", "name": words[run.racer.name], "x": x, "y": right, "wrong": wrong})
    return Table(parts, ("x", "y", "wrong"), ("name",))


def distances(marks: Sequence[Distance], axis: str) -> NDArray[np.float64]:
    """How far the marks are on that axis."""
    return steps.column(marks, axis)


def _beginning(axis: str, start: dict[str, float], room: dict[str, float]) -> list[Rows]:
    """The place where all start; and room beside it, so that the first picture is none of a single point."""
    return [{"series": "start", "x": [0.0], **start}, {"series": "room", "x": [_ROOM_BESIDE[axis]], **room}]


def _rules(snapshot: RaceSnapshot, judged_at: int, schedule: Schedule, _: Translate) -> list[Rows]:
    """The step of judgement and the schedule's T, as soon as they are reached."""
    rules = [(judged_at, _("the finish line: step {steps:,}").format(steps=judged_at))]
    if schedule.shape != "constant":
        rules.append((schedule.steps, _("the schedule's T: {steps:,} steps").format(steps=schedule.steps)))
    return [{"series": "rule", "x": [float(x)], "told": told} for x, told in rules if x <= snapshot.steps]


def _seen(run: RacerSnapshot, ceiling: float, log: bool) -> NDArray[np.float64]:
    """The smoothed loss at each bin's end; NaN above the ceiling, and where a logarithm has no place for it."""
    loss = steps.column(run.bins, "smoothed")
    with np.errstate(invalid="ignore"):
        return np.where((loss <= ceiling) & ((loss > 0) | (not log)), loss, np.nan)


def _broken(run: RacerSnapshot, word: str, axis: str, seen: NDArray[np.float64], ceiling: float, _: Translate) -> Rows:
    """Where a racer diverged, failed or is above the picture: a mark at the end of its line, or at the ceiling."""
    if run.failed is not None:
        told = _("{racer}: step {step:,} could not be made")
    elif run.diverged_at is None:
        told = _("{racer}: a loss of {loss:.3g}, above the picture")
    else:
        told = _("{racer}: at step {step:,} the loss was no longer a finite number")
    is_seen = len(seen) > 0 and np.isfinite(seen[-1])
    return {
        "series": "broken",
        "name": word,
        "x": distances([run.at], axis),
        "y": float(seen[-1]) if is_seen else ceiling,
        "told": told.format(racer=word, step=run.at.step, loss=run.smoothed_loss),
    }
