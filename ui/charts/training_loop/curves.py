"""Loss and accuracy of a run by step: what its batches showed, and what the test set says.

Step s is drawn at s in both: a batch's loss before update s, and the test set's at the same weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
from numpy.typing import ArrayLike

from engines.runs.training_run import Snapshot
from ui.charts import steps
from ui.charts.numerals import number
from ui.charts.palette import GREY, SOLID, TEST, TRAIN
from ui.charts.rows import Rows, Table, rows
from ui.charts.spec import layered
from ui.text import Translate

Course = tuple[str, ArrayLike, ArrayLike]  # its name, steps and values
LOSS, ACCURACY = ("loss", "lowest", "highest", "smoothed"), ("accuracy",)  # what is drawn of a bin


def loss_chart(_: Translate, log: bool = False, loss: str = "cross_entropy", classes: int = 10) -> alt.LayerChart:
    """Batch losses (a band from lowest to highest, and their mean), smoothed loss, test loss. Data: `loss_rows`.

    On the logarithmic axis values of 0 and below are left out; a band that reaches down to 0 begins at its mean.
    """
    mean, smoothed, test = names = [_("batch mean"), _("smoothed"), _("test")]
    guessing = _("loss (nats; guessing: ln {classes} ≈ {loss})").format(classes=classes, loss=number(math.log(classes)))
    titles = {"cross_entropy": guessing, "mean_squared_error": _("mean squared error")}
    scale = alt.Scale(type="log") if log else alt.Scale(zero=True)
    y = steps.value_axis(titles.get(loss, _("loss")), scale, "~g", log)
    style = steps.styles(names, [GREY, TRAIN, TEST], [SOLID, SOLID, steps.TEST_DASH])

    def line(series: str, field: str, name: str, width: float) -> alt.Chart:
        drawn = steps.called(rows(series), name)
        drawn = drawn.transform_filter(alt.datum[field] > 0) if log else drawn
        return steps.line(drawn, y(field), style, width)

    band = rows("batch").transform_calculate(floor="datum.lowest > 0 ? datum.lowest : datum.loss")
    band = band.transform_filter(alt.datum.floor > 0) if log else band
    tooltips = {"smoothed": smoothed, "loss": mean, "lowest": _("lowest"), "highest": _("highest")}
    return (
        layered(
            band.mark_area(color=GREY, opacity=0.25, tooltip=None).encode(
                y("floor" if log else "lowest"), alt.Y2("highest")
            ),
            line("batch", "loss", mean, 1),
            line("batch", "smoothed", smoothed, 2.5),
            line("test", "test", test, 2),
            steps.hover([alt.Tooltip(f"{field}:Q", title=title, format=".6g") for field, title in tooltips.items()], _),
            steps.markers(y("test"), alt.Tooltip("test:Q", title=test, format=".6g"), _, positive=log),
            *steps.beside(y, "course_loss", _, positive=log),
            *steps.events(_),
            steps.here(_),
        )
        .encode(steps.step_axis(_))
        .properties(height=steps.HEIGHT, description=_("Loss by step: each batch, smoothed, and on the test set"))
    )


def accuracy_chart(_: Translate) -> alt.LayerChart:
    """Share of right answers, 0 to 100 %, in the batches and on the test set. Data: `accuracy_rows`."""
    train, test = names = [_("train"), _("test")]
    y = steps.value_axis(_("accuracy"), alt.Scale(domain=[0, 1]), ".0%")
    style = steps.styles(names, [TRAIN, TEST], [SOLID, steps.TEST_DASH])
    return (
        layered(
            steps.line(steps.called(rows("batch"), train), y("accuracy"), style, 2),
            steps.line(steps.called(rows("test"), test), y("test"), style, 2),
            steps.hover([alt.Tooltip("accuracy:Q", title=train, format=".2%")], _),
            steps.markers(y("test"), alt.Tooltip("test:Q", title=test, format=".2%"), _),
            *steps.beside(y, "course_accuracy", _),
            *steps.events(_),
            steps.here(_),
        )
        .encode(steps.step_axis(_))
        .properties(height=steps.HEIGHT, description=_("Accuracy by step: in the batches and on the test set"))
    )


def loss_rows(snapshot: Snapshot, _: Translate, kept: Sequence[Course] = ()) -> Table:
    """A row a bin, a test point, an edit and a point of another course; `series` says which.

    Of a run that has gone back the curves go on to the end of its course, with a mark where it is. `kept` are further
    courses to be drawn, by name.
    """
    left = [
        (branch.name, steps.column(branch.curves.bins, "step"), steps.column(branch.curves.bins, "smoothed"))
        for branch in snapshot.branches
    ]
    return _rows(snapshot, "loss", LOSS, steps.rows_of_courses([*left, *kept], "course_loss"), _)


def accuracy_rows(snapshot: Snapshot, _: Translate, kept: Sequence[Course] = ()) -> Table:
    """The same of the accuracy; that of other courses is on the test set."""
    left = [
        (branch.name, steps.column(branch.curves.tests, "step"), steps.column(branch.curves.tests, "accuracy"))
        for branch in snapshot.branches
    ]
    return _rows(snapshot, "accuracy", ACCURACY, steps.rows_of_courses([*left, *kept], "course_accuracy"), _)


def _rows(snapshot: Snapshot, quantity: str, fields: tuple[str, ...], courses: list[Rows], _: Translate) -> Table:
    drawn = snapshot.course
    batches = {name: steps.column(drawn.bins, name) for name in ("step", *fields)}
    batches["start"] = (batches["step"] - drawn.bin_width).clip(0)
    parts = [{"series": "batch", **batches}, steps.rows_of_tests(drawn.tests, quantity)]
    parts += steps.rows_of_events(drawn.edits, drawn.divergence, _) + courses
    if snapshot.ahead:
        parts.append({"series": "here", "step": [snapshot.steps]})
    return Table(parts, ("step", "start", *fields, "test", "marked", f"course_{quantity}", "place"), ("what", "course"))
