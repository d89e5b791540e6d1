"""The pictures and tables of four ways to differentiate: rows as the numbers are, every word translated."""

import html
import json
import re

import numpy as np
import pytest

from engines import backends
from engines.differentiation.expressions import parse
from engines.differentiation.formula_growth import growth
from engines.differentiation.four_ways import WAYS, compare
from engines.differentiation.way_costs import Cost, Costs
from ui.chain_rule.four_ways.tables import costs_table, digits_table, passes_table
from ui.charts.chain_rule.formula_growth import growth_chart, growth_frame
from ui.charts.chain_rule.way_costs import costs_chart, costs_frame
from ui.charts.chain_rule.way_errors import FLOOR, TOP, errors_chart, errors_frame
from ui.charts.spec import spec
from ui.text import Text

SIZES = (1, 2, 4, 8)


@pytest.fixture(scope="module")
def numbers():
    return compare(parse("x*y + sin(y)", ("x", "y")), backends.get("numpy"), (0.5, 2.0))


@pytest.fixture(scope="module")
def costs():
    """Reverse mode at 12 whatever the size, forward mode 3 an input, central differences never cheaper."""
    made = []
    for n in SIZES:
        made += [Cost("forward", n, 3 * n, 3e-6 * n), Cost("central", n, 20 * n, 2e-5 * n if n < 8 else None)]
        made += [Cost("reverse", n, 12, 1.2e-5), Cost("symbolic", n, None, None)]
    return Costs(tuple(made), 1.0)


def test_a_point_a_way_and_variable_and_none_below_the_floor(numbers):
    shown = errors_frame(numbers, str).query("series == 'error'")
    assert len(shown) == 3 * 2
    by_way = dict(zip(("central", "forward", "reverse"), np.reshape(shown.error, (3, 2)), strict=True))
    for way, errors in by_way.items():
        np.testing.assert_array_equal(errors, np.clip(numbers.errors(way), FLOOR, TOP))
    assert shown.variable.tolist() == ["x", "y"] * 3
    assert shown.told.tolist()[2:4] == [f"{error:.3g}" for error in numbers.errors("forward")]


def test_where_nothing_is_defined_there_are_no_points_but_all_columns():
    undefined = compare(parse("log(x)", ("x",)), backends.get("numpy"), (-1.0,))
    shown = errors_frame(undefined, str)
    assert set(shown.series) <= {"error", "none"}
    assert list(shown.columns) == list(errors_frame(undefined, str).columns)
    assert "NaN" not in passes_table(undefined, Text("en"))


@pytest.mark.parametrize("quantity", ["operations", "seconds"])
def test_lines_have_the_costs_and_rings_are_where_reverse_mode_gets_cheaper(costs, quantity):
    shown = costs_frame(costs, quantity, False, str)
    lines, rings = shown.query("series == 'line'"), shown.query("series == 'crossing'")
    scale = 1 if quantity == "operations" else 1e-6
    np.testing.assert_allclose(lines.query("key == 'forward'").value, 3.0 * np.array(SIZES) * scale)
    assert lines.query("key == 'symbolic'").empty
    assert len(lines.query("key == 'central'")) == (4 if quantity == "operations" else 3)
    assert rings.key.tolist() == ["forward"]
    assert rings[["size", "value"]].to_numpy()[0] == pytest.approx([4, 12 * scale])
    assert rings.told.tolist() == ["n ≈ 4"]


def test_with_many_outputs_a_ring_is_where_forward_mode_gets_cheaper(costs):
    turned = tuple(
        Cost({"forward": "reverse", "reverse": "forward"}.get(cost.way, cost.way), cost.size, cost.operations, None)
        for cost in costs.costs
    )
    rings = costs_frame(Costs(turned, 1.0), "operations", True, str).query("series == 'crossing'")
    assert list(zip(rings.key, rings.told, strict=True)) == [("reverse", "m ≈ 4")]


def test_the_growth_has_a_row_a_line_and_depth_and_no_zero_on_its_logarithmic_axis():
    found = list(growth(parse("x + 1"), 3))[-1]
    shown = growth_frame(found, str)
    assert len(shown) == 4 * 3
    assert not (shown.operations <= 0).any()
    assert shown.query("name == 'f′ written out'").operations.isna().all()  # it is 1
    np.testing.assert_array_equal(shown.query("name == 'reverse mode'").operations, [1, 2, 3])


def test_every_word_is_translated_and_a_spec_names_no_number_of_the_data(bracketed):
    made = [errors_chart(bracketed, ("x", "y")), growth_chart(bracketed, 7)]
    made += [costs_chart(bracketed, q, outputs, (1, 8)) for q in ("operations", "seconds") for outputs in (False, True)]
    for chart in map(spec, made):
        text = json.dumps(chart, ensure_ascii=False)
        titles = [title for title in re.findall(r'"title": "([^"]*)"', text) if title.strip()]
        assert titles
        assert all(title.startswith("«") for title in titles)
        assert chart["description"].startswith("«")
        assert "dataset" not in text


def test_digits_from_the_first_wrong_one_on_stand_out(numbers):
    table = html.unescape(digits_table(numbers, ("smooth", "smooth"), Text("en")))
    exact, central = (numbers.partials[way][1] for way in ("symbolic", "central"))
    assert table.count("<tr>") == 3
    assert repr(exact) in table
    right, wrong = re.search(r">([^<>]*)<span[^>]*>([^<]*)</span>", table.split(">y<")[1]).groups()
    assert float(right + wrong) == central
    assert repr(exact).startswith(right)
    assert not repr(exact).startswith(right + wrong[0])


def test_tables_have_a_row_a_way_and_a_row_a_size(numbers):
    assert passes_table(numbers, Text("en")).count("<tr>") == 1 + len(WAYS)
    measured = [Cost(way, n, 10**8 * n, None) for n in (2, 8, 32, 128, 512) for way in WAYS]
    table = costs_table(Costs(tuple(measured), 1.0), False, Text("en"))
    assert table.count("<tr>") == 6
    assert "5.12e+10" in html.unescape(table)
