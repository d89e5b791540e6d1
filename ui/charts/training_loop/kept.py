"""Kept runs as pictures: a thumbnail of each, and their lines over those of the live run."""

from __future__ import annotations

from collections.abc import Sequence

from engines.runs.shelf import KeptRun, Point
from ui.charts.images import in_base64
from ui.charts.markup import escaped
from ui.charts.numerals import number, percent
from ui.charts.palette import GREY
from ui.text import Translate, counted

_WIDTH, _HEIGHT, _EDGE = 104, 44, 3


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


def kept_courses(runs: Sequence[KeptRun], quantity: str) -> list[tuple[str, list[int], list[float]]]:
    """Name, steps and values of each run's "loss" or "accuracy", for the curves of another run."""
    found = [(run, [point for point in _points(run, quantity) if point.value is not None]) for run in runs]
    return [
        (run.name, [point.step for point in points], [point.value or 0.0 for point in points]) for run, points in found
    ]


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
