"""The charts of the Gradient tensors page: valid, translated, fed by their frames, and counted right."""

import json
import re

import numpy as np
import pytest

from engines.gradients.audit import Audit, Entry
from engines.gradients.pass_cost import PassCost, PassTimes
from engines.gradients.step_sweep import STEPS, StepSweep
from tests.ui.charts.specs import parts
from ui.charts.gradient_tensors.entry_curve import entry_curve, entry_frame
from ui.charts.gradient_tensors.error_histogram import error_frame, error_histogram
from ui.charts.gradient_tensors.pass_cost import cost_chart, cost_frame
from ui.charts.gradient_tensors.step_sweep import sweep_chart, sweep_frame, sweep_limit
from ui.charts.spec import spec
from ui.charts.tensor_map import CLICKED, cells, column_shape, tensor_map

MATRIX = np.arange(-6.0, 6.0).reshape(3, 4)
NETWORKS = ("4-2", "784-512-10")
SWEEP = StepSweep(
    loss=2.0,
    slope=1.0,
    changes=tuple(-STEPS + STEPS**2 / 2),
    parting=0.2,
    best=(1.0, -0.5),
    share=1.0,
)
COST = PassCost(PassTimes(10, 1e-5, 3e-5), PassTimes(407_050, 1e-3, 3e-3), 40)


def audit_of(errors, at_kink=(), rounding=()):
    """An audit of entries with these errors: numeric 1, analytic 1 + error."""
    errors = np.array(errors)
    kinks, lost = np.isin(np.arange(len(errors)), at_kink), np.isin(np.arange(len(errors)), rounding)
    entries = [Entry("W1", (k, 0)) for k in range(len(errors))]
    return Audit(entries, 1 + errors, np.ones(len(errors)), kinks, np.where(lost, 1.0, 0.0), 1.0, len(errors))


AUDIT = audit_of([0.0, 0.0, 1e-9, 2e-3, 3e-3, 4e-3, 5e-1], at_kink=[3], rounding=[4])
CHARTS = {
    "map": (lambda _: tensor_map(_, (3, 4), 5.0, "W"), lambda _: cells(MATRIX, (1, 2))),
    "unit": (lambda _: tensor_map(_, (3, 4), 5.0, "W", 7), lambda _: cells(MATRIX, (1, 2))),
    "bias": (lambda _: tensor_map(_, (1, 4), 5.0, "b"), lambda _: cells(MATRIX[:1])),
    "curve": (
        lambda _: entry_curve(_, "cross_entropy"),
        lambda _: entry_frame(np.array([-1.0, 0.0, 1.0]), np.array([3.0, 2.0, np.inf]), 2.0, 0.5, 0.3, 2.2),
    ),
    "histogram": (error_histogram, lambda _: error_frame(AUDIT, _)),
    "sweep": (lambda _: sweep_chart(_, 0.5), lambda _: sweep_frame(SWEEP, 0.1, -0.095, _)),
    "cost": (lambda _: cost_chart(_, NETWORKS), lambda _: cost_frame(COST, NETWORKS, _)),
}
charts = pytest.mark.parametrize(("make", "frame"), CHARTS.values(), ids=CHARTS.keys())


@charts
def test_the_chart_is_valid_and_the_same_each_time(make, frame, bracketed):
    make(bracketed).to_dict(validate=True)
    assert json.dumps(spec(make(bracketed))) == json.dumps(spec(make(bracketed)))


@charts
def test_the_chart_finds_its_fields_in_the_frame(make, frame, bracketed):
    made, known = spec(make(bracketed)), {*frame(bracketed).columns, "at", "value"}
    for transform in (part["transform"] for part in parts(made) if "transform" in part):
        known |= {step["as"] for step in transform if "calculate" in step}
    asked = {part["field"] for part in parts(made) if "field" in part}
    asked |= set(re.findall(r"datum\.(\w+)", json.dumps(made)))
    assert asked - {"what", "label"} <= known


@charts
def test_every_word_is_translated(make, frame, bracketed):
    made = spec(make(bracketed))
    words = {part[key] for part in parts(made) for key in ("title", "description") if isinstance(part.get(key), str)}
    words |= {name for part in parts(made) for name in part.get("domain") or [] if isinstance(name, str)}
    words -= {" ", "i", "j", "δ"}
    assert words
    assert all(word.startswith("«") for word in words), words
    assert made["description"].startswith("«")


def test_a_cell_knows_its_place_and_the_chosen_one_is_marked():
    frame = cells(MATRIX, (1, 2))
    assert frame.shape == (12, 4)
    assert frame.value[(frame.row == 2) & (frame.column == 1)].item() == MATRIX[2, 1]
    chosen = frame[frame.chosen == 1]
    assert chosen[["row", "column", "value"]].to_numpy().tolist() == [[1, 2, MATRIX[1, 2]]]


def test_a_click_tells_row_and_column(bracketed):
    (selection,) = spec(tensor_map(bracketed, (3, 4), 5.0, "W"))["params"]
    assert selection["name"] == CLICKED
    assert selection["select"]["fields"] == ["row", "column"]


@pytest.mark.parametrize(
    ("rows", "image", "shape"), [(64, (8, 8), (8, 8)), (100, None, (4, 32)), (10, (8, 8), (1, 10))]
)
def test_a_column_is_laid_out_as_what_it_looks_at(rows, image, shape):
    assert column_shape(rows, image) == shape
    assert shape[0] * shape[1] >= rows


def test_the_tangent_is_straight_and_the_last_row_is_the_entry():
    frame = CHARTS["curve"][1](str)
    assert frame.predicted.to_list() == [1.5, 2.0, 2.5, 2.15]
    assert frame.series.to_list() == ["curve", "curve", "curve", "here"]
    assert frame.real.to_list()[:2] == [3.0, 2.0]
    assert np.isnan(frame.real[2])  # an infinite loss is left out


def test_every_error_is_counted_in_its_bin():
    frame = error_frame(AUDIT, str)
    assert frame["count"].sum() == 7
    zero = frame[frame.right < -16.4]
    assert zero["count"].to_list() == [2]
    by_state = frame.groupby("state")["count"].sum().to_dict()
    assert by_state == {"agrees": 3, "at a kink": 1, "lost in rounding": 1, "fails": 2}
    inside = frame[frame.right > -16.4]
    for row in inside.itertuples():
        assert row.high - row.low == row.count
    stack = inside[inside.left == -3.0]  # 0.002 at a kink and 0.003 lost in rounding share a bin
    assert stack.low.to_list() == [0, 1]


def test_errors_beyond_the_axis_are_in_the_outermost_bins():
    frame = error_frame(audit_of([np.inf, 1e-18]), str)
    assert frame["count"].sum() == 2
    assert frame.right.max() == 2.0


def test_the_sweep_marks_what_it_found(bracketed):
    frame = sweep_frame(SWEEP, 0.1, -0.095, bracketed)
    marks = frame[frame.series == "mark"].set_index("what")
    assert marks.step.to_dict() == {"now": 0.1, "parting": 0.2, "best": 1.0}
    assert marks.real["best"] == -0.5
    assert marks.predicted.to_dict() == {"now": -0.1, "parting": -0.2, "best": -1.0}
    assert sweep_limit(SWEEP) == 0.5
    assert (frame.series == "line").sum() == len(STEPS)


def test_a_sweep_without_marks_is_drawn_too():
    bare = StepSweep(2.0, 0.0, (0.0, float("nan")))
    frame = sweep_frame(bare, 0.1, 0.0, str)
    assert frame[frame.series == "mark"].what.to_list() == ["now"]
    assert sweep_limit(bare) == 1.0


def test_extrapolated_times_are_no_measured_ones(bracketed):
    frame = cost_frame(COST, NETWORKS, bracketed)
    assert frame.seconds.to_list() == pytest.approx([2e-4, 3e-5, 814.1, 3e-3])
    assert frame.measured.to_list() == [False, True, False, True]
    assert "extrapolated" in frame.basis[0]
    assert "extrapolated" in frame.basis[2]
