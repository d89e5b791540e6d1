"""The pictures of a loss slice: rows, words and lines as the slice has them, also for partial and diverged ones."""

import base64
import dataclasses
import io
import json
import math

import numpy as np
import pytest
from PIL import Image

from engines import backends, optimizers
from engines.descent.loss_slice import PLANES, loss_slice
from engines.network import Network
from engines.pieces import PIECE
from engines.training import Trainer
from tests.ui.charts.specs import parts
from ui.charts.gradient_descent.loss_slice import slice_chart
from ui.charts.gradient_descent.loss_slice_gap import gap_chart, gap_frame, shares_chart, shares_frame
from ui.charts.gradient_descent.loss_slice_rows import line_labels, line_losses, shading, slice_frame
from ui.charts.isolines import isolines
from ui.charts.spec import spec
from ui.gradient_descent.loss_slice.readings import gap_reading, shares_reading, slice_reading


def results(digits, plane, rate=0.1, loss="cross_entropy"):
    sgd = optimizers.get("sgd")(learning_rate=rate)
    trainer = Trainer(backends.get("numpy"), Network([64, 8, 10]), sgd, digits, loss=loss)
    return [record for record in loss_slice(trainer, 60, plane, 9) if record is not PIECE and record.run]


@pytest.fixture(scope="module", params=PLANES)
def sliced(request, digits):
    """(plane, all its records with a run)"""
    return request.param, results(digits, request.param)


def test_every_point_of_the_grid_has_a_cell_and_cells_leave_no_gap(sliced):
    result = sliced[1][-1]
    cells = slice_frame(result).query("series == 'cell'")
    assert len(cells) == 81
    np.testing.assert_array_equal(cells.loss, result.losses.ravel())
    np.testing.assert_allclose(10**cells.level, result.losses.ravel())
    area = ((cells.x2 - cells.x) * (cells.y2 - cells.y)).sum()
    assert area == pytest.approx(np.ptp(result.first) * np.ptp(result.second))
    assert ((cells.x <= cells.a) & (cells.a <= cells.x2) & (cells.y <= cells.b) & (cells.b <= cells.y2)).all()


def test_a_partial_slice_has_all_cells_but_no_shade_where_nothing_is_measured(sliced):
    partial = sliced[1][30]
    cells = slice_frame(partial).query("series == 'cell'")
    assert len(cells) == 81
    assert cells.level.notna().sum() == partial.done == 31
    assert "overflow" not in set(slice_frame(partial).series)


def test_the_path_is_drawn_from_start_to_end(sliced):
    plane, records = sliced
    run, frame = records[-1].run, slice_frame(records[-1])
    path = frame.query("series == 'path'")
    np.testing.assert_array_equal(path[["x", "y"]], run.path)
    np.testing.assert_array_equal(path.loss, run.true)
    np.testing.assert_array_equal(path.sliced, run.sliced)
    marked = set(frame.series) & {"start", "end"}
    assert marked == {"principal": {"start", "end"}, "random_end": {"end"}, "random_start": {"start"}}[plane]


def test_what_overflows_gets_a_cross(digits):
    result = results(digits, "random_end", rate=300.0, loss="mean_squared_error")[-1]
    assert result.run.diverged_at
    lost = ~np.isfinite(result.losses)
    frame = slice_frame(result)
    assert (frame.series == "overflow").sum() == lost.sum()
    assert frame.query("series == 'cell'").level.isna().sum() == lost.sum()
    assert np.isfinite(frame.query("series == 'path'").loss).all()


def test_the_image_has_a_pixel_a_point_stronger_where_the_loss_is_higher():
    losses = np.array([[0.1, 1.0, 10.0], [np.nan, np.inf, 0.0]])
    data = base64.b64decode(shading(losses).partition(",")[2])
    alpha = np.asarray(Image.open(io.BytesIO(data)))[..., 3].astype(int)
    assert alpha.shape == (2, 3)
    assert alpha[0].tolist() == [0, 0, 0]  # the second row of losses lies above the first
    assert 0 < alpha[1, 0] < alpha[1, 1] < alpha[1, 2] < 255
    assert alpha[1, 1] * 2 == pytest.approx(alpha[1, 0] + alpha[1, 2], abs=2)  # evenly by the logarithm


@pytest.mark.parametrize("extent", [(0.2, 0.25), (0.1, 9.0), (1e-4, 3.0), (1e-3, 1e30), (1.0, 1.0)])
def test_there_are_some_lines_and_not_too_many(extent):
    lines = line_losses(np.array(extent))
    assert 4 <= len(lines) <= 16
    assert extent[0] * 0.999 <= lines.min() <= lines.max() <= extent[1] * 1.001


def test_without_a_finite_loss_there_are_no_lines():
    assert not len(line_losses(np.array([np.nan, np.inf, 0.0])))


def test_the_gap_has_both_losses_by_step(sliced):
    run, frame = sliced[1][-1].run, gap_frame(sliced[1][-1].run, str)
    np.testing.assert_array_equal(frame[frame.name == "true loss"].loss, run.true)
    np.testing.assert_array_equal(frame[frame.name == "loss on the plane"].loss, run.sliced)


def test_every_bar_of_shares_goes_from_0_to_1(sliced):
    plane, records = sliced
    frame = shares_frame(records[-1].run, str, plane)
    bars = frame.groupby("row", sort=False)
    assert list(bars.groups) == ["this run", "random walk", *(["in this plane"] if plane != "principal" else [])]
    assert bars.share.sum().tolist() == pytest.approx([1.0] * len(bars))
    assert (bars.low.min() == 0).all()
    assert bars.high.max().tolist() == pytest.approx([1.0] * len(bars))


@pytest.mark.parametrize("plane", PLANES)
def test_every_word_is_translated_and_a_spec_names_no_number_of_the_data(plane, bracketed):
    made = [slice_chart(bracketed, plane, "sgd", True, 25), gap_chart(bracketed, True), shares_chart(bracketed, plane)]
    for chart in map(spec, made):
        text = json.dumps(chart, ensure_ascii=False)
        assert "«" in chart["description"]
        for part in parts(chart):
            title = part.get("title")
            assert title is None or title in ("", " ") or "«" in title, title
        assert "NaN" not in text


def test_the_readings_say_the_slices_own_numbers(sliced):
    plane, records = sliced
    run = records[-1].run
    said = slice_reading(run, records[-1].samples, plane, str)
    assert f"{run.true[0 if plane == 'random_start' else -1]:.3g}" in said
    assert "500 training samples" in said
    worst = np.abs(np.log(run.sliced / run.true)).argmax()
    assert f"step {run.steps[worst]}" in gap_reading(run, str)
    assert f"{run.true[worst]:.3g}" in gap_reading(run, str)
    assert f"{100 * run.walk[:2].sum():.1f}" in shares_reading(run, records[-1].parameters, str)
    assert "(610)" in shares_reading(run, records[-1].parameters, str)


def test_a_run_that_did_not_move_is_called_so(digits):
    still = results(digits, "principal", rate=0.0)[-1]
    assert "did not move" in shares_reading(still.run, still.parameters, str)
    assert "true loss at every point" in gap_reading(still.run, str)
    assert not len(shares_frame(still.run, str, "principal"))
    assert math.isfinite(slice_frame(still).query("series == 'path'").x.abs().max())


def test_losses_that_differ_are_written_so_that_they_do(digits):
    run = results(digits, "principal")[-1].run
    close = dataclasses.replace(
        run, true=np.array([2.3026, 2.30]), sliced=np.array([2.3021, 2.30]), steps=run.steps[:2]
    )
    assert "the plane says 2.302, the weights themselves had 2.303." in gap_reading(close, str)


def test_each_line_says_its_own_loss_away_from_the_path():
    """The oracle: on the plane x + y of losses 10^(x + y) a line of loss c is x + y = log₁₀ c."""
    first = second = np.linspace(-1.0, 1.0, 21)
    levels = np.log10([0.1, 0.5, 1.0, 2.0, 10.0])
    lines = isolines(first, second, first + second[:, None], levels)
    path = np.stack([first, first], axis=1)  # crosses all of them
    labels = line_labels(lines, first, second, path)
    np.testing.assert_allclose(labels.x + labels.y, np.log10(labels.loss), atol=1e-12)
    assert {0.5, 1.0, 2.0} <= set(labels.loss.round(9))
    assert (np.abs(labels.x - labels.y) / 2 / 2 > 0.04).all()  # from the diagonal, in shares of the picture
    assert labels[["x", "y"]].abs().max(axis=None) < 1
