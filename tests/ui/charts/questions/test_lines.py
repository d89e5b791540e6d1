"""The picture of a reader's question: its scales, and a zero that has no place on a logarithm."""

import numpy as np
import pandas as pd
import pytest

from engines.readers.answer import curve
from tests.ui.charts.specs import parts
from ui.charts.questions.lines import readers_chart, readers_frame, scale_of

LINES = (curve("a", [1, 10, 100], [0.0, 0.5, np.inf]), curve("b", range(40), np.linspace(0.1, 1, 40)))


@pytest.mark.parametrize(("logarithmic", "first"), [("", 0.0), ("x", 0.0), ("y", np.nan), ("xy", np.nan)])
def test_a_zero_and_what_is_infinite_are_left_out_where_they_have_no_place(logarithmic, first):
    rows = readers_frame(LINES, ["A", "B"], logarithmic)
    of_a = rows[rows.name == "A"]
    np.testing.assert_array_equal(of_a.y, [first, 0.5, np.nan])
    assert (len(rows[rows.name == "B"]), set(rows[rows.name == "B"].mark), set(of_a.mark)) == (40, {0.0}, {1.0})


@pytest.mark.parametrize(
    ("values", "logarithmic", "shares", "scale"),
    [
        ([0, 1], False, True, "shares"),
        ([0, 600], False, False, "linear"),
        ([0.2, 2.3], True, False, "digits"),
        ([1e-16, 0.05], True, False, "powers"),
    ],
)
def test_an_axis_has_the_scale_of_its_values(values, logarithmic, shares, scale):
    assert scale_of(pd.Series(values), logarithmic, shares) == scale
    made = readers_chart(str, ("A", "B"), ("x", "y"), (scale, "linear")).to_dict()
    (axis,) = {str(part["x"]["scale"]) for part in parts(made) if "x" in part and "scale" in part["x"]}
    assert ("'log'" in axis) == logarithmic
