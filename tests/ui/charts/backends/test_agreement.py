"""The picture of the backends' differences: rows as the comparison has them, words translated, a constant spec."""

import json

import numpy as np
import pytest

from engines.comparison.agreement import MEASURES, QUANTITIES, Agreement, Agreements, Stop
from tests.ui.charts.test_specs import parts
from ui.backends.agreement.words import differences_reading
from ui.charts.backends.agreement import MOST_POINTS, agreement_chart, agreement_frame, binned
from ui.charts.palette import backend_style
from ui.charts.spec import spec

OTHERS = (("torch", "PyTorch"), ("jax", "J.A[X]"))
LABELS = {"numpy": "NumPy", **dict(OTHERS)}


def panel(first, second=None, stops=None, dtype="float32", share=1.0):
    """Two others; `first` (steps,) is the first one's difference in everything, `second` the other's."""
    lines = np.array([first, first if second is None else second], float)
    differences = np.broadcast_to(lines[:, None, None], (2, len(QUANTITIES), len(MEASURES), lines.shape[1]))
    return Agreement(("numpy", "torch", "jax"), dtype, differences, stops or {}, share)


def batches(frame):
    return frame[frame.series == "batch"]


def test_every_step_is_a_row_with_a_column_for_each_backend():
    frame = agreement_frame(panel([0.0, 1e-7, 3e-7], [2e-7, 0.0, 1e-8]), "weights", "relative", LABELS, str)
    assert batches(frame).step.tolist() == [0, 1, 2]
    assert batches(frame).other0.tolist() == [0.0, 1e-7, 3e-7]
    assert batches(frame).other1.tolist() == [2e-7, 0.0, 1e-8]
    assert frame[frame.series == "unit"].level.tolist() == [2.0**-24]


@pytest.mark.parametrize("count", [1, MOST_POINTS, MOST_POINTS + 1, 3000])
def test_of_many_steps_the_largest_of_each_run_of_them_is_kept(count):
    values = np.random.default_rng(0).random((2, count))
    last, largest = binned(values)
    assert len(last) <= MOST_POINTS
    assert last[-1] == count - 1
    np.testing.assert_array_equal(largest.max(axis=1), values.max(axis=1))
    width = int(last[0]) + 1
    for end, column in zip(last[:-1].astype(int), largest.T[:-1], strict=True):
        np.testing.assert_array_equal(column, values[:, end + 1 - width : end + 1].max(axis=1))


def test_where_a_run_stopped_its_line_ends_and_a_rule_says_why(bracketed):
    stops = {"torch": Stop(2, "gradients", "W1"), "numpy": Stop(2, "loss", "loss"), "jax": Stop(1, "weights", "b2")}
    made = panel([1e-7, 1e-3, np.nan], [1e-7, np.nan, np.nan], stops)
    frame = agreement_frame(made, "loss", "absolute", LABELS, bracketed)
    assert batches(frame).other0.isna().tolist() == [False, False, True]
    rules = frame[frame.series == "stop"]
    assert rules.step.tolist() == [2, 2, 1]
    assert "PyTorch" in rules.what.iloc[0]
    assert "W1" in rules.what.iloc[0]
    assert "«loss»" in rules.what.iloc[1]
    assert "b2" in rules.what.iloc[2]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_spec_depends_on_no_difference_and_is_translated(quantity, measure, bracketed):
    chart = agreement_chart(bracketed, OTHERS, quantity, measure, 300)
    chart.to_dict(validate=True)
    made = spec(chart)
    assert made["description"].startswith("«")
    titles = {part["title"] for part in parts(made) if isinstance(part.get("title"), str)}
    assert all(title.startswith("«") for title in titles - {" ", "PyTorch", "J.A[X]"})
    assert sum("relative" in title for title in titles) == (measure == "relative")
    assert ("level" in json.dumps(made)) == (measure == "relative")  # the roundoff has no place among absolute ones


def test_each_backend_has_its_own_colour_and_dash_whatever_its_label_holds():
    made = spec(agreement_chart(str, OTHERS, "loss", "relative", 100))
    line = made["layer"][0]["encoding"]
    assert line["color"]["scale"]["domain"] == ["PyTorch", "J.A[X]"]
    assert line["color"]["scale"]["range"] == [backend_style("torch").color, backend_style("jax").color]
    assert line["strokeDash"]["scale"]["range"] == [list(backend_style(name).dash) for name in ("torch", "jax")]
    calculated = [
        step["calculate"] for part in parts(made) for step in part.get("transform", []) if "calculate" in step
    ]
    mapping = json.loads(next(text for text in calculated if text.startswith("{")).removesuffix("[datum.column]"))
    assert mapping == {"other0": "PyTorch", "other1": "J.A[X]"}


def test_the_reading_says_the_largest_where_it_is_and_in_units_of_roundoff():
    made = panel([1e-7, 2e-7, 1e-7], [0.0, 3e-7, 5.96e-7])
    said = differences_reading(made, "weights", "relative", LABELS, str)
    assert "5.96e-07 at step 2 (J.A[X]), 10 times the rounding error u" in said
    assert "No exponential growth shows" in said
    assert "10 times" not in differences_reading(made, "weights", "absolute", LABELS, str)


def test_the_reading_tells_growth_saturation_and_stops():
    steps = np.arange(300)
    growing = np.minimum(1e-7 * 10.0 ** (steps / 40), 1.0)
    growing[290:] = np.nan
    made = panel(growing, np.zeros(300), {"torch": Stop(290, "loss", "loss")})
    said = differences_reading(made, "weights", "relative", LABELS, str)
    assert "tenfold about every 40 steps" in said
    assert "By step 241" in said
    assert "PyTorch stopped at step 290" in said


def test_without_any_difference_the_reading_says_so():
    assert "equal to the last bit" in differences_reading(panel(np.zeros(5)), "loss", "relative", LABELS, str)
    made = panel(np.full(1, np.nan), stops={"numpy": Stop(0, "loss", "loss")})
    assert differences_reading(made, "loss", "relative", LABELS, str).startswith("NumPy stopped at step 0")


def test_what_is_done_of_both_is_the_mean():
    assert Agreements((panel([0.0], share=0.5), panel([0.0], share=1.0))).share == 0.75
