"""The picture of step times: rows as measured, rings where lines cross, words translated, a constant spec."""

import math

import numpy as np
import pytest

from engines.comparison.step_times import BY_HAND, SIZES, StepTimes
from tests.ui.charts.test_specs import parts
from ui.charts.backends.step_times import line_styles, times_chart, times_frame
from ui.charts.palette import backend_style
from ui.charts.spec import spec

LABELS = ((BY_HAND, "by hand"), ("numpy", "ours"), ("torch", "PyTorch"))


def times(share=1.0, theirs=lambda h: 4e-5 * math.sqrt(h), known=None):
    """By hand half of ours at every size; theirs crosses ours at 400 units unless told otherwise."""
    lines = (lambda h: 1e-6 * h, lambda h: 2e-6 * h, theirs)
    seconds = np.array([[[line(h)] * 3 for h in SIZES] for line in lines])
    seconds[:, len(SIZES) if known is None else known :] = np.nan
    return StepTimes((BY_HAND, "numpy", "torch"), 32, seconds, share)


@pytest.mark.parametrize("per_second", [False, True])
def test_every_size_of_everyone_is_a_row(per_second):
    frame = times_frame(times(), LABELS, per_second).query("series == 'line'")
    assert len(frame) == len(LABELS) * len(SIZES)
    ours = frame[frame.name == "ours"]
    assert ours["size"].tolist() == list(SIZES)
    np.testing.assert_allclose(ours.ms, [2e-3 * h for h in SIZES])
    np.testing.assert_allclose(ours.rate, [1 / (2e-6 * h) for h in SIZES])
    np.testing.assert_allclose(ours.ratio, 2.0)
    np.testing.assert_array_equal(frame.value, frame.rate if per_second else frame.ms)


def test_a_ring_stands_where_a_backend_overtakes_ours():
    for per_second, height in ((False, 0.8), (True, 1250.0)):
        (ring,) = times_frame(times(), LABELS, per_second).query("series == 'crossing'").itertuples()
        assert (ring.name, ring.told) == ("PyTorch", "≈ 400")
        assert ring.size == pytest.approx(400)
        assert ring.value == pytest.approx(height)


def test_without_a_crossing_there_is_no_ring():
    never = times_frame(times(theirs=lambda h: 9e-6 * h), LABELS, False)
    assert "crossing" not in set(never.series)


def test_what_is_not_measured_yet_has_no_row_but_the_same_columns():
    begun, nothing, whole = (times_frame(times(known=known), LABELS, False) for known in (2, 0, None))
    assert len(begun.query("series == 'line'")) == 6
    assert len(nothing.query("series == 'line'")) == 0
    assert begun.dtypes.to_dict() == nothing.dtypes.to_dict() == whole.dtypes.to_dict()


@pytest.mark.parametrize("per_second", [False, True])
def test_the_spec_is_valid_translated_and_finds_its_fields(per_second, bracketed):
    chart = times_chart(bracketed, LABELS, per_second)
    chart.to_dict(validate=True)
    made = spec(chart)
    titles = {part["title"] for part in parts(made) if isinstance(part.get("title"), str)} - {" "}
    assert all(title.startswith("«") for title in {*titles, made["description"]})
    asked = {part["field"] for part in parts(made) if "field" in part}
    assert asked <= set(times_frame(times(), LABELS, per_second).columns)


def test_backends_keep_their_colours_and_the_loop_by_hand_looks_like_none_of_them():
    made = line_styles(LABELS)
    assert made["ours"] == backend_style("numpy")
    assert made["PyTorch"] == backend_style("torch")
    assert made["by hand"].color not in {backend_style(name).color for name in ("numpy", "torch", "jax", "other")}
