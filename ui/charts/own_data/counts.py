"""How many images each class has, for training and for testing."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ui.charts.palette import TEST, TRAIN
from ui.charts.spec import source
from ui.text import Translate

HEIGHT = 190
_MOST_LEVEL = 12  # classes whose names stand level if they are short
_SHORT = 3  # letters


def counts_chart(_: Translate, class_names: Sequence[str]) -> alt.Chart:
    """A bar a class, the training images below, the test images on top. Data: `counts_frame`."""
    parts = [_("training"), _("test")]
    level = len(class_names) <= _MOST_LEVEL and max(map(len, class_names)) <= _SHORT
    names = alt.Axis(labelAngle=0 if level else -90, labelLimit=100, labelOverlap=True, ticks=False)
    return (
        source()
        .mark_bar()
        .encode(
            x=alt.X("name:N", axis=names, sort=list(class_names), title=_("class"), scale=alt.Scale(padding=0.2)),
            y=alt.Y("count:Q", title=_("images"), axis=alt.Axis(format="~s", tickMinStep=1)),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=parts, range=[TRAIN, TEST]),
                legend=alt.Legend(orient="top", title=None, offset=2),
            ),
            order=alt.Order("testing:Q"),
            tooltip=[
                alt.Tooltip("name:N", title=_("class")),
                alt.Tooltip("part:N", title=_("part")),
                alt.Tooltip("count:Q", title=_("images"), format=","),
            ],
        )
        .properties(height=HEIGHT, description=_("How many images each class has for training and for testing"))
    )


def counts_frame(train: ArrayLike, test: ArrayLike, class_names: Sequence[str], _: Translate) -> pd.DataFrame:
    """Two rows a class: `name`, `part` and `testing` (0 or 1), `count`."""
    counts, classes = np.stack([np.asarray(train), np.asarray(test)]), len(class_names)
    return pd.DataFrame(
        {
            "name": pd.Series([*class_names, *class_names], dtype="str"),
            "part": pd.Series(np.repeat([_("training"), _("test")], classes), dtype="str"),
            "testing": np.repeat([0, 1], classes),
            "count": counts.ravel(),
        }
    )
