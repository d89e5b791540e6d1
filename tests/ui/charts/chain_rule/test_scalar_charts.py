"""The pictures on scalars: the change through a link, and circles with lines between them."""

import json
import math

import numpy as np
import pytest

from engines.chain_rule.composition import Link
from ui.charts.chain_rule.diagram import Spot, Wire, diagram, diagram_frame
from ui.charts.chain_rule.link import COLORS, Axes, link_chart, link_frame
from ui.charts.spec import spec
from ui.charts.windows import Samples, Window

X, Y = Window(-1.0, 3.0), Window(-1.0, 9.0)
AXES = Axes("x", "u = g(x)", 0)
NAMES = ("ε", "g′·ε")


def square(x=1.0, change=0.5, slope=None):
    at = np.linspace(X.low, X.high, 9)
    samples = Samples(at, at**2, 2 * at, np.zeros(9, bool))
    here = Link(x, x * x, 2 * x if slope is None else slope)
    return link_frame(samples, here, change, (x + change) ** 2, NAMES, (X, Y))


def only(rows, series):
    (row,) = rows[rows.series == series].to_dict("records")
    return row


def test_the_change_is_the_base_and_slope_times_change_the_height():
    rows = square()
    base, height, real = (only(rows, series) for series in ("in", "out", "real"))
    assert (base["x"], base["x2"], base["y"]) == (1, 1.5, 1)
    assert (height["x"], height["y"], height["y2"]) == (1.5, 1, 2)  # 1 + 2·0.5
    assert (real["x"], real["y"]) == (1.5, 2.25)
    tangent = rows[rows.series == "tangent"]
    assert list(tangent.y) == [1 + 2 * (x - 1) for x in (-1, 3)]
    assert [only(rows, f"name of {which}")["label"] for which in ("in", "out")] == ["ε = 0.5", "g′·ε = 1"]


def test_names_stay_in_the_picture():
    rows = square(x=2.9, change=5.0)
    for which in ("in", "out"):
        name = only(rows, f"name of {which}")
        assert X.low < name["x"] < X.high
        assert Y.low < name["y"] < Y.high
        assert name["far"] == 1  # to the left, where there is room


@pytest.mark.parametrize(("x", "slope"), [(math.nan, None), (1.0, math.nan), (1.0, math.inf)])
def test_what_is_not_defined_is_left_out(x, slope):
    rows = square(x=x, slope=slope)
    assert not {"tangent", "in", "out", "real"} & set(rows.series)
    assert ("point" in set(rows.series)) == math.isfinite(x)


def test_both_links_share_the_colour_of_what_goes_from_one_to_the_other(bracketed):
    first, second = (spec(link_chart(bracketed, AXES._replace(change=n), X, Y)) for n in (0, 1))

    def color(made, series):
        layer = next(part for part in made["layer"] if f"'{series}'" in json.dumps(part.get("transform", "")))
        return layer["mark"]["color"]

    assert color(first, "out") == color(second, "in") == COLORS[1]


def test_descriptions_are_translated_and_a_movable_picture_has_a_selection(bracketed):
    made = spec(link_chart(bracketed, AXES, X, Y, movable=True))
    assert made["description"].startswith("«")
    assert made["params"]
    assert "params" not in spec(link_chart(bracketed, AXES, X, Y))
    assert spec(diagram(bracketed, "told"))["description"] == "told"


def test_a_wire_is_whole_and_its_text_stands_where_it_does_not_run():
    a, b, c, d = Spot(0.1, 0.2, "a"), Spot(0.9, 0.6, "b"), Spot(0.1, 0.8, "c"), Spot(0.9, 0.2, "d")
    wires = [Wire(a, b, -2.0, "up", "∂", 0.25), Wire(c, a, 1.0, "v"), Wire(c, b, 1.0, "down"), Wire(a, d, 1.0, "level")]
    rows = diagram_frame([a, b, c, d], wires)
    rising = rows[(rows.series == "wire")].iloc[0]
    np.testing.assert_allclose([rising.x, rising.y, rising.x2, rising.y2], [0.1, 0.2, 0.9, 0.6])
    assert (rising.weight, rising["size"]) == (-2, 2)
    text = rows[rows.label == "up"].iloc[0]
    np.testing.assert_allclose([text.x, text.y], [0.3, 0.3])
    sides = {row.label: row.side for row in rows[rows.series == "text"].itertuples()}
    assert sides == {"up": "below right", "v": "drop", "down": "above right", "level": "above"}
    drop = only(rows, "drop")
    assert (drop["y"], drop["y2"]) == (0.8, 0.2)
    assert len(rows[rows.series == "spot"]) == 4
