"""The pictures and readings of the race between batch sizes: lines as the runs are, cut, marked, and in words."""

import json

import numpy as np
import pytest

from engines.races.batch_race import BatchRace, BatchRun, Measurement
from tests.ui.charts.specs import parts
from ui.charts.optimizers.batch_sizes import (
    LOSSES,
    OVERS,
    loss_title,
    race_ceiling,
    race_chart,
    race_frame,
    size_labels,
    size_styles,
)
from ui.charts.spec import spec
from ui.optimizers.batches.readings import batches_reading

MINI, SAMPLES = 4, 20
START = Measurement(0, 0, 0.0, 2.0, 2.2, 0.1)


def run(size, seconds, training, rate=0.1, diverged_after=None):
    """Points after 1, 2, … steps with these training losses; the test loss is 0.1 more."""
    later = [
        Measurement(step, step * size, seconds * step, loss, loss + 0.1, 0.5)
        for step, loss in enumerate(training, start=1)
    ]
    return BatchRun(size, rate, (START, *later), diverged_after)


@pytest.fixture
def race():
    """True SGD has the lowest loss in the end, the mini-batch when its own time is up."""
    one = run(1, 0.5, np.linspace(1.9, 0.1, 20))
    return BatchRace(1.0, SAMPLES, (one, run(4, 0.6, [1.5, 1.2, 0.9, 0.6, 0.4]), run(SAMPLES, 0.7, [1.8])))


def line(frame, size, series="line"):
    label = size_labels(str, MINI, SAMPLES)[size]
    return frame[(frame.series == series) & (frame.name == label)]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("over", OVERS)
def test_a_line_is_flat_up_to_its_first_step_and_then_has_every_point(race, over, loss):
    shown = race_frame(race, MINI, over, loss, str)
    left = 1.0 if over == "samples" else 0.25
    for entrant in race.runs:
        rows, later = line(shown, entrant.batch_size), entrant.points[1:]
        assert rows.x.to_list() == [left, *(getattr(point, over) for point in (later[0], *later))]
        assert rows.loss.to_list() == [getattr(point, loss) for point in (START, START, *later)]
        assert rows.steps.to_list() == [0, 0, *(point.steps for point in later)]


@pytest.mark.parametrize("over", OVERS)
def test_before_its_first_step_a_run_is_flat_as_far_as_the_others_are(over):
    waiting = BatchRace(0.0, SAMPLES, (run(1, 0.5, [1.9, 1.8, 1.7]), run(SAMPLES, 0.5, [])))
    shown = race_frame(waiting, MINI, over, "training", str)
    assert line(shown, SAMPLES).loss.to_list() == [2.0, 2.0]
    assert line(shown, SAMPLES).x.to_list() == ([1, 3] if over == "samples" else [0.25, 0.25])
    assert list(shown.columns) == list(race_frame(waiting, MINI, over, "test", str).columns)


def test_before_all_first_steps_nothing_lies_left_of_the_logarithmic_axis():
    waiting = BatchRace(0.0, SAMPLES, (run(1, 0.5, []), run(4, 0.5, [])))
    assert all((race_frame(waiting, MINI, over, "training", str).x > 0).all() for over in OVERS)


def test_runs_at_other_rates_are_thin_lines_of_their_own():
    best, other, worst = run(4, 0.6, [1.0], 0.1), run(4, 0.6, [1.5], 0.01), run(4, 0.6, [1.7], 1.0)
    shown = race_frame(BatchRace(1.0, SAMPLES, (other, best, worst)), MINI, "samples", "training", str)
    assert line(shown, 4).loss.iloc[-1] == 1.0
    assert line(shown, 4, "other").groupby("run").loss.last().to_dict() == {"4 0.01": 1.5, "4 1": 1.7}


def test_a_run_that_diverged_has_a_cross_inside_the_picture():
    wild = run(4, 0.6, [3.0, 1e9], diverged_after=12)
    race = BatchRace(1.0, SAMPLES, (run(1, 0.5, [1.9]), wild))
    shown = race_frame(race, MINI, "samples", "training", str)
    cross = line(shown, 4, "end")
    assert cross.x.to_list() == [8]
    assert cross.loss.to_list() == [race_ceiling(race, "training")]
    assert line(shown, 1, "end").empty
    assert "Diverged: 4 (mini-batch)." in batches_reading(race, MINI, "samples", "training", str)


def test_the_picture_ends_somewhat_above_the_start_all_through_the_race(race):
    ceiling = race_ceiling(race, "training")
    assert 2 * START.training < ceiling < 5 * START.training
    assert race_ceiling(BatchRace(0.0, SAMPLES, (run(1, 0.5, [1e12]),)), "training") == ceiling


def test_after_equally_many_samples_and_after_equal_time_another_size_may_be_ahead(race):
    assert "After 20 samples each, 1 (true SGD) has the lowest loss." in batches_reading(
        race, MINI, "samples", "training", str
    )
    said = batches_reading(race, MINI, "seconds", "training", str)
    assert "After 3 s, 4 (mini-batch) has the lowest loss." in said
    assert "1 (true SGD): 1.43;" in said  # its sixth point, at 3 s
    assert "4 (mini-batch): 0.4 (done)" in said
    assert "all 20 (batch SGD): 1.8 (done)" in said
    assert "in 5 steps" in batches_reading(race, MINI, "samples", "test", str)
    assert "0.5 in 5" in batches_reading(race, MINI, "samples", "test", str)


def test_what_got_no_better_is_named(race):
    stuck = BatchRace(1.0, SAMPLES, (*race.runs[:2], run(SAMPLES, 0.7, [2.0])))
    assert batches_reading(stuck, MINI, "samples", "training", str).endswith(
        "No better than at the start: all 20 (batch SGD)."
    )


def test_where_all_diverged_there_is_no_lowest_loss():
    wild = BatchRace(1.0, SAMPLES, tuple(run(size, 0.5, [], diverged_after=size) for size in (1, MINI, SAMPLES)))
    for over in OVERS:
        assert batches_reading(wild, MINI, over, "training", str) == (
            "Diverged: 1 (true SGD), 4 (mini-batch), all 20 (batch SGD)."
        )


def test_a_mini_batch_of_all_samples_is_called_the_batch():
    assert list(size_labels(str, SAMPLES, SAMPLES)) == [1, SAMPLES] == list(size_styles(SAMPLES, SAMPLES))
    assert "batch SGD" in size_labels(str, SAMPLES, SAMPLES)[SAMPLES]
    assert len(set(size_styles(MINI, SAMPLES).values())) == 3


@pytest.mark.parametrize("over", OVERS)
def test_every_word_is_translated_and_every_field_is_in_the_frame(race, over, bracketed):
    made = spec(race_chart(bracketed, MINI, SAMPLES, 2, over, loss_title(bracketed, "test", True), 5.0))
    text, columns = json.dumps(made, ensure_ascii=False), set(race_frame(race, MINI, over, "test", bracketed).columns)
    assert made["description"].startswith("«")
    for part in parts(made):
        title = part.get("title")
        assert title in (None, "") or title.startswith("«"), title
        assert part.get("field", "x") in columns
    assert "dataset" not in text
    assert "legend" in text  # said to be none: it stands beside the picture
