"""The confusion matrix: which class the network took for which, on the test set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.charts.palette import MAGENTA, RIGHT, WRONG
from ui.charts.rows import Table
from ui.charts.spec import layered, renderer, source
from ui.text import Translate

CLICKED = "clicked"  # the selection's name: its points have `true` and `predicted`, names of classes
_SHORT = 3  # letters; longer class names are slanted under their columns
_MOST_NAMED = 12  # classes; of more, those are named that there is room for


def confusion_chart(
    _: Translate, class_names: Sequence[str], chosen: tuple[str | None, str | None] = (None, None)
) -> alt.LayerChart:
    """True classes as rows, predicted ones as columns, counts as text. Data: `confusion_rows`.

    A cell is the more opaque the larger its share of the row; right answers (the diagonal) are outlined and of
    another colour than wrong ones. The cell of the true and predicted class in `chosen` has a ring; of one of them
    alone, each wrong cell of the row or column.
    """
    names, n = list(class_names), len(class_names)
    short = max(map(len, names)) <= _SHORT
    axis = {"grid": False, "labelPadding": 4, "titlePadding": 6, "labelLimit": 90, "labelFlush": False}
    axis["labelOverlap"] = n > _MOST_NAMED
    x = alt.X("predicted:N", title=_("predicted"), scale=_classes(names))
    x = x.axis(labelAngle=0 if short else -90 if n > _MOST_NAMED else -45, **axis)
    y = alt.Y("true:N", title=_("true"), scale=_classes(names)).axis(**axis)
    right = alt.datum.predicted == alt.datum.true
    share = alt.Scale(type="sqrt", domain=[0, 1], range=[0, 0.65])
    tooltip = [
        alt.Tooltip("true:N", title=_("true")),
        alt.Tooltip("predicted:N", title=_("predicted")),
        alt.Tooltip("count:Q", title=_("images"), format=","),
        alt.Tooltip("share:Q", title=_("share of the row"), format=".1%"),
    ]
    base = source().encode(x, y)
    clicked = alt.selection_point(CLICKED, fields=["true", "predicted"], on="click", toggle=False)
    cells = base.mark_rect(strokeWidth=1.5, cornerRadius=2, cursor="pointer").encode(
        color=alt.condition(right, alt.value(RIGHT), alt.value(WRONG)),
        fillOpacity=alt.FillOpacity("share:Q", scale=share, legend=None),
        stroke=alt.condition(right, alt.value(RIGHT), alt.value("transparent")),
        tooltip=tooltip,
    )
    size = alt.expr(f"max(6, min(13, width / {2.4 * n}))")  # as the cells allow
    counts = base.transform_filter(alt.datum.count > 0).mark_text(fontSize=size, color="currentColor", tooltip=None)
    layers = [cells.add_params(clicked), counts.encode(text="count:Q")]
    if chosen != (None, None):
        ringed = base.transform_filter(_is_chosen(*chosen))
        layers.append(ringed.mark_rect(fillOpacity=0, stroke=MAGENTA, strokeWidth=2.5, cornerRadius=2, tooltip=None))
    return layered(*layers).properties(
        height=max(160, min(480, 30 * n)),
        description=_("Confusion matrix of the test set"),
        usermeta=renderer("svg"),  # only there is currentColor the colour of the page's text
    )


def confusion_counts(logits: ArrayLike, labels: ArrayLike) -> NDArray[np.int64]:
    """How often each true class (row) was taken for each class (column), shape (classes, classes).

    logits (n, classes), labels (n,). A sample whose logits are not all finite has no prediction: it is left out.
    """
    logits, labels = np.asarray(logits), np.asarray(labels)
    classes, finite = logits.shape[1], np.isfinite(logits).all(axis=1)
    cells = labels[finite] * classes + logits[finite].argmax(axis=1)
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def confusion_rows(logits: ArrayLike, labels: ArrayLike, class_names: Sequence[str]) -> Table:
    """A row a cell: `true`, `predicted`, `count`, and its `share` of its row."""
    counts = confusion_counts(logits, labels)
    names, n = np.array(class_names, object), len(class_names)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = {"true": names.repeat(n), "predicted": np.tile(names, n), "count": counts.ravel(), "share": shares.ravel()}
    return Table([cells], ("count", "share"), ("true", "predicted"))


def _is_chosen(true: str | None, predicted: str | None) -> Any:
    """An expression that is true of the chosen cells."""
    if true is None:
        return (alt.datum.predicted == predicted) & (alt.datum.true != predicted)
    if predicted is None:
        return (alt.datum.true == true) & (alt.datum.predicted != true)
    return (alt.datum.true == true) & (alt.datum.predicted == predicted)


def _classes(names: list[str]) -> alt.Scale:
    return alt.Scale(domain=names, paddingInner=0.06, paddingOuter=0)
