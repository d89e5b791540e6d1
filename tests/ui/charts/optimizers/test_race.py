"""The race in pictures: every number of the records is there, where it belongs."""

import itertools

import numpy as np
import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.optimizers.schedules import Schedule
from engines.races.race import Race
from engines.training import Trainer
from ui.charts.legend import legend
from ui.charts.optimizers.race import (
    distances,
    race_accuracy_chart,
    race_accuracy_rows,
    race_loss_chart,
    race_loss_rows,
)
from ui.charts.palette import optimizer_style
from ui.charts.spec import spec
from ui.optimizers.race.readings import race_reading, racer_names, ranking_rows
from ui.optimizers.race.settings import RaceView
from ui.text import Text

EN = Text("en")
RACERS = [optimizers.get("sgd")(), optimizers.get("adam")(), optimizers.get("momentum")(learning_rate=1e30)]


@pytest.fixture(scope="module")
def snapshot(digits):
    race = Race(lambda racer: Trainer(backends.get("numpy"), Network([64, 8, 10]), racer, digits), RACERS)
    for _ in itertools.islice(race.work(), 350):
        pass
    return race.snapshot()


def loss_rows(snapshot, axis="step", log=True, target=0.5, judged_at=300, schedule=None):
    return race_loss_rows(
        snapshot, racer_names(snapshot, EN), axis, log, target, judged_at, schedule or Schedule("step", 200), EN
    ).frame()


def of(frame, series, name=None):
    rows = frame[frame.series == series]
    return rows if name is None else rows[rows.name == name]


@pytest.mark.parametrize("axis", ["step", "samples", "seconds"])
def test_a_line_is_the_smoothed_loss_at_the_ends_of_its_bins(snapshot, axis):
    for run in snapshot.runs[:2]:
        line = of(loss_rows(snapshot, axis), "loss", run.racer.label)
        ends = dict(zip(distances(run.marks, axis), (bin.smoothed for bin in run.bins), strict=True))
        assert 50 < len(line) <= 130
        assert [ends[x] for x in line.x] == list(line.y)
        assert line.x.iloc[-1] == getattr(run.marks[-1], axis)


def test_the_accuracy_is_that_of_every_test(snapshot):
    frame = race_accuracy_rows(snapshot, racer_names(snapshot, EN), "step").frame()
    for run in snapshot.runs:
        line = of(frame, "test", run.racer.label)
        assert list(line.y) == [test.accuracy for test in run.tests]
        np.testing.assert_allclose(line.wrong, np.maximum(1 - line.y, 5e-4))


def test_one_that_diverged_has_its_mark_and_its_word(snapshot):
    (mark,) = of(loss_rows(snapshot), "broken").itertuples()
    run = snapshot.runs[2]
    assert (mark.name, mark.x) == ("Momentum", run.at.step)
    assert f"step {run.diverged_at}" in mark.told


def test_rules_stand_at_the_target_and_once_reached_at_the_steps_that_count(snapshot):
    frame = loss_rows(snapshot)
    assert list(of(frame, "target").y) == [0.5]
    assert list(of(frame, "rule").x) == [300, 200]
    assert list(of(loss_rows(snapshot, judged_at=1000), "rule").x) == [200]
    assert list(of(loss_rows(snapshot, schedule=Schedule()), "rule").x) == [300]
    assert of(loss_rows(snapshot, "seconds"), "rule").empty


def test_losses_far_above_the_start_are_cut_off(snapshot):
    start = snapshot.runs[0].tests[0].loss
    drawn = of(loss_rows(snapshot, log=False), "loss")
    assert drawn.y.max() <= 3 * start


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("axis", ["step", "samples", "seconds"])
@pytest.mark.parametrize("log", [True, False])
def test_the_charts_have_a_colour_and_a_dash_for_each_racer(snapshot, language, axis, log):
    _ = Text(language)
    racers = racer_names(snapshot, _)
    for made in (race_loss_chart(_, racers, axis, log, "cross_entropy"), race_accuracy_chart(_, racers, axis, log)):
        drawn = spec(made)
        (line,) = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "line"]
        styles = [optimizer_style(name) for name, _ in racers]
        assert line["encoding"]["color"]["scale"]["range"] == [style.color for style in styles]
        assert line["encoding"]["strokeDash"]["scale"]["range"] == [list(style.dash) for style in styles]


def test_the_legend_names_every_line_and_escapes_what_is_no_word():
    html = legend([("SGD", optimizer_style("sgd")), ("<b>", optimizer_style("adam"))])
    assert "SGD" in html
    assert "<b>" not in html
    assert optimizer_style("adam").color in html
    assert html.count("<svg") == 2


def test_the_reading_says_who_is_ahead_and_who_diverged(snapshot):
    sgd, adam, momentum = snapshot.runs
    told = race_reading(snapshot, Schedule(), EN)
    assert "After step 350" in told
    first, last = sorted((sgd, adam), key=lambda run: run.smoothed_loss)
    assert told.index(first.racer.label) < told.index("is lowest") < told.index(last.racer.label)
    assert f"Momentum diverged at step {momentum.diverged_at}" in told


def test_the_table_ranks_and_says_what_is_not_known(snapshot):
    rows = ranking_rows(snapshot, RaceView(racers=tuple(RACERS), judged_at=300), EN)
    assert [row[0] for row in rows] == ["1", "2", "–"]  # one without a result has no place
    losses = {run.racer.label: run.judged[300].loss for run in snapshot.runs[:2]}
    assert [row[1] for row in rows] == [*sorted(losses, key=losses.get), "Momentum"]
    assert rows[2][3] == "–"
    assert rows[2][6].startswith("✗")
    assert all(row[3] == "–" for row in ranking_rows(snapshot, RaceView(racers=tuple(RACERS), judged_at=1000), EN))
