"""Kept runs as pictures: a thumbnail of each, and what the curves draw of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engines.runs.shelf import KeptRun, Point
from ui.charts.images import in_base64
from ui.charts.markup import escaped
from ui.charts.numerals import number, percent
from ui.charts.palette import GREY, TEST, TRAIN
from ui.text import Translate, counted

_WIDTH, _HEIGHT, _EDGE = 104, 44, 3


def thumbnail(run: KeptRun, _: Translate) -> str:
    """The run's smoothed loss, from 0 to its highest, and its test accuracy, dashed, from 0 to 1, as an HTML image.

    Over the square root of the step: else all runs would look alike, a cliff and a plain.
    """
    highest = max((point.value for point in run.losses if point.value is not None), default=0.0)
    loss = _line(run.losses, run.steps, highest, f'stroke="{TRAIN}" stroke-width="2"')
    accuracy = _line(run.accuracies, run.steps, 1.0, f'stroke="{TEST}" stroke-width="1.5" stroke-dasharray="3 2"')
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    frame = f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="none" stroke="{GREY}66"/>'
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_WIDTH} {_HEIGHT}">{frame}{accuracy}{loss}</svg>'
    )
    data = in_base64(drawn.encode())
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escaped(_told(run, _))}" {size} style="display:block">'


def courses(runs: Sequence[KeptRun], quantity: str) -> list[tuple[str, list[int], list[float]]]:
    """What the curves draw of other runs: name, steps and values, of their "loss" or their "accuracy"."""
    found = []
    for run in runs:
        points = run.losses if quantity == "loss" else run.accuracies
        values = [math.nan if point.value is None else point.value for point in points]
        found.append((run.name, [point.step for point in points], values))
    return found


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
    across, down = (_WIDTH - 2 * _EDGE) / math.sqrt(max(steps, 1)), (_HEIGHT - 2 * _EDGE) / (highest or 1.0)
    pieces: list[list[str]] = [[]]
    for step, value in points:
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{_EDGE + math.sqrt(step) * across:.1f},{_HEIGHT - _EDGE - value * down:.1f}")
    return "".join(f'<polyline points="{" ".join(piece)}" fill="none" {stroke}/>' for piece in pieces if piece)
