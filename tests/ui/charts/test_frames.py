"""The data of each tick, against the records that it is made from."""

import dataclasses
import math

import numpy as np
import pytest

from engines.runs import training_run
from engines.runs.recipe import Change
from engines.runs.training_run import Branch, Divergence, NormPoint
from tests.ui.charts.specs import framed
from ui.charts import steps
from ui.charts.steps import MOST_OF_A_COURSE, rows_of_courses
from ui.charts.training_loop.confusion import confusion_counts, confusion_rows
from ui.charts.training_loop.curves import accuracy_rows, loss_rows
from ui.charts.training_loop.heatmap import heatmap
from ui.charts.training_loop.norms import MOST_POINTS, norms_rows
from ui.charts.training_loop.weights import BINS, weights_rows

loss_frame, accuracy_frame, norms_frame = framed(loss_rows), framed(accuracy_rows), framed(norms_rows)
confusion_frame, weights_frame = framed(confusion_rows), framed(weights_rows)


def english(label):
    return label


def test_loss_rows_are_the_bins(snapshots):
    _before, snapshot, _initial = snapshots
    batches = loss_frame(snapshot, english).query("series == 'batch'")
    for row, made in zip(batches.itertuples(), snapshot.bins, strict=True):
        assert (row.step, row.loss, row.lowest, row.highest, row.smoothed) == (
            made.step, made.loss, made.lowest, made.highest, made.smoothed
        )  # fmt: skip
        assert row.lowest <= row.loss <= row.highest
        assert row.start == max(0, made.step - snapshot.bin_width)
        assert math.isnan(row.test)


def test_accuracy_rows_are_the_bins(snapshots):
    _before, snapshot, _initial = snapshots
    batches = accuracy_frame(snapshot, english).query("series == 'batch'")
    assert list(zip(batches.step, batches.accuracy, strict=True)) == [(b.step, b.accuracy) for b in snapshot.bins]
    assert batches.accuracy.between(0, 1).all()


@pytest.mark.parametrize(("frame", "quantity"), [(loss_frame, "loss"), (accuracy_frame, "accuracy")])
def test_test_rows_are_the_finite_test_points(frame, quantity, snapshots):
    points = (
        training_run.TestPoint(0, 2.3, 0.1),
        training_run.TestPoint(5, math.inf, math.nan),
        training_run.TestPoint(9, 0.5, 0.9),
    )
    tests = frame(dataclasses.replace(snapshots[1], tests=points), english).query("series == 'test'")
    assert tests.step.to_list() == [0, 9]
    assert tests.test.to_list() == [getattr(points[0], quantity), getattr(points[2], quantity)]


def test_a_run_before_its_first_step_has_its_test_point_only(snapshots):
    frame = loss_frame(snapshots[0], english)
    assert frame.series.to_list() == ["test"]
    assert frame.step.to_list() == [0]


def test_edits_and_divergence_are_told(snapshots):
    edits = (Change(3, "learning_rate", 0.1, 0.25), Change(7, "backend", "numpy", "torch"))
    changed = dataclasses.replace(
        snapshots[1], edits=edits, divergence=Divergence(2000, "W1", 9.0, 1e30, overshot=True)
    )
    for frame in (loss_frame(changed, english), accuracy_frame(changed, english)):
        told = frame[frame.what != ""]
        assert list(zip(told.series, told.step, told.what, strict=True)) == [
            ("edit", 3, "learning rate 0.1 → 0.25"),
            ("edit", 7, "backend numpy → torch"),
            ("divergence", 2000, "✗ no longer finite: W1"),
        ]


def test_a_run_that_has_gone_back_shows_what_lies_ahead_and_the_courses_it_has_left(snapshots):
    early, late, _initial = snapshots
    assert early.steps < late.steps
    left = Branch("A", late.recipe, late, early.steps)
    back = dataclasses.replace(early, ahead=late, branches=(left,))
    for make, quantity in ((loss_rows, "loss"), (accuracy_rows, "accuracy")):
        frame = make(back, english).frame()
        assert frame[frame.series == "batch"].step.max() == late.bins[-1].step
        assert frame[frame.series == "here"].step.to_list() == [early.steps]
        course = frame[frame.series == "course"]
        assert set(course.course) == {"A"}
        values = [bin.smoothed for bin in late.bins] if quantity == "loss" else [test.accuracy for test in late.tests]
        assert len(course) <= MOST_OF_A_COURSE
        assert set(course[f"course_{quantity}"]) <= set(values)
        assert course[f"course_{quantity}"].iloc[-1] == values[-1]
    assert "here" not in set(loss_rows(early, english).frame().series)


def test_courses_without_numbers_are_not_drawn():
    assert rows_of_courses([("A", [1, 2], [math.nan, math.inf]), ("B", [], [])], "y") == []


@pytest.mark.parametrize("count", [0, 1, 2, 31, 32, 33, 64, 65, 399, 1000])
def test_few_points_are_drawn_and_they_stay_where_they_are(count):
    drawn, later = steps.sparse(count, 32), steps.sparse(2 * count, 32)
    assert drawn.sum() <= 33
    assert drawn.sum() >= min(count, 17)
    assert not count or drawn[-1]
    assert set(np.flatnonzero(later)) - {2 * count - 1} <= {*np.flatnonzero(drawn), *range(count, 2 * count)}


def test_norms_leave_a_gap_where_a_logarithm_ends():
    points = [
        NormPoint(4, {"W1": 0.5, "b1": 0.0}, {"W1": 0.05, "b1": 0.0}),
        NormPoint(9, {"W1": math.inf, "b1": 2.0}, {"W1": math.nan, "b1": 0.2}),
    ]
    frame = norms_frame(points, ["W1", "b1"])
    assert frame.start.to_list() == [4, 4]
    assert frame.step.to_list() == [4, 9]
    assert np.array_equal(frame[["W1", "b1"]], [[0.5, math.nan], [math.nan, 2.0]], equal_nan=True)
    updates = norms_frame(points, ["b1"], "update")
    assert np.array_equal(updates.b1, [math.nan, 0.2], equal_nan=True)


def test_of_many_norms_some_are_shown_and_the_last(snapshots):
    points = [NormPoint(step, {"W1": 1.0 + step}, {"W1": 1.0}) for step in range(399)]
    frame = norms_frame(points, ["W1"])
    assert len(frame) <= MOST_POINTS + 1
    assert frame.step.to_list() == [*range(0, 399, 2)]
    assert frame.W1.to_list() == [1.0 + step for step in frame.step]


@pytest.mark.parametrize("classes", [2, 3, 30])
def test_confusion_counts_against_a_loop(classes):
    rng = np.random.default_rng(classes)
    logits, labels = rng.normal(size=(200, classes)), rng.integers(0, classes, 200)
    logits[3, 0], logits[7] = np.nan, np.inf
    expected = [[0] * classes for _row in range(classes)]
    for row, label in zip(logits.tolist(), labels, strict=True):
        if all(map(math.isfinite, row)):
            expected[label][row.index(max(row))] += 1
    assert confusion_counts(logits, labels).tolist() == expected
    assert confusion_counts(logits, labels).sum() == 198


def test_confusion_rows_name_true_and_predicted_class():
    logits = np.array([[9, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9.0]])
    frame = confusion_frame(logits, [0, 1, 1, 1], ("a", "b", "c"))
    cells = {(row.true, row.predicted): (row.count, row.share) for row in frame.itertuples(index=False)}
    assert len(cells) == 9
    assert cells["a", "a"] == (1, 1.0)
    assert cells["b", "a"] == cells["b", "b"] == cells["b", "c"] == (1, 1 / 3)
    assert cells["c", "c"] == cells["a", "b"] == (0, 0.0)


def test_weights_are_counted_in_shared_bins():
    rng = np.random.default_rng(0)
    initial = {"W1": rng.normal(0, 0.1, (50, 20)), "b1": np.zeros(20), "W2": rng.normal(0, 0.3, (20, 3))}
    now = {"W1": initial["W1"] / 4, "b1": np.ones(20), "W2": initial["W2"].copy()}
    now["W2"][0], now["W2"][1, 0] = [np.nan, np.inf, -np.inf], 2.0  # 2.0 is the last bin's right edge
    frame = weights_frame(initial, now)
    assert set(frame.kernel) == {"W1", "W2"}
    for name, rows in frame.groupby("kernel"):
        edges = np.append(rows.left, rows.right.iloc[-1])
        assert len(rows) == BINS
        assert rows.start.to_list() == np.histogram(initial[name], edges)[0].tolist()
        known = now[name][np.isfinite(now[name])]
        assert rows.now.to_list() == np.histogram(known, edges)[0].tolist()
        assert rows.now.sum() == known.size
        assert (edges[0], edges[-1]) == (-2.0, 2.0)
        assert max(rows.start_height.max(), rows.now_height.max()) == pytest.approx(0.9)
        assert np.allclose(rows.start_height * rows.now, rows.now_height * rows.start)
    assert frame.groupby("kernel").ground.first().to_dict() == {"W1": 1, "W2": 0}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_heatmap_tells_each_entry_exactly(dtype):
    matrix = np.random.default_rng(1).normal(size=(3, 5)).astype(dtype)
    matrix[1, 2], matrix[2, 4] = np.nan, -np.inf
    cells = heatmap(matrix, 1.0, "row", "column", english).data
    for row in cells.itertuples():
        value = matrix[row.i, row.j]
        assert row.entry == f"[{row.i}, {row.j}]"
        assert np.array_equal(np.array(row.exact, dtype), value, equal_nan=True)
        assert row.value == value if np.isfinite(value) else math.isnan(row.value)
    assert len(cells) == 15


def test_a_vector_is_one_row_of_a_heatmap():
    cells = heatmap(np.array([1.0, -2.0]), 2.0, "", "unit", english).data
    assert (cells.i.to_list(), cells.j.to_list(), cells.value.to_list()) == ([0, 0], [0, 1], [1.0, -2.0])


def test_heatmaps_of_every_size_are_valid():
    for matrix in (np.zeros((1, 1)), np.ones((3, 3)), np.full((2, 3), np.nan), np.ones((784, 3))):
        made = heatmap(matrix, 0.0, "row", "column", english).to_dict(validate=True)
        assert made["height"] >= 5 * matrix.shape[0]
        assert made["autosize"]["type"] == "fit-x"
