"""Kept runs drawn: thumbnails whose lines are the runs' own points, and rows and layers for the curves."""

import base64
import html
import random
import re
from dataclasses import replace

import altair as alt
import pytest

from engines.runs.shelf import KeptRun, Point
from tests.engines.runs.recipes import drawn_recipe
from tests.engines.runs.test_shelf import drawn_run
from tests.ui.charts.specs import parts
from ui.charts import steps
from ui.charts.spec import layered
from ui.charts.training_loop.kept import kept_courses, thumbnail


def english(label):
    return label


def made(losses, accuracies=((0, 0.1), (100, 0.9)), name="Slow", steps=100):
    recipe = replace(drawn_recipe(random.Random(0), most_edits=0), step=steps)
    return KeptRun(name, recipe, tuple(Point(*each) for each in losses), tuple(Point(*each) for each in accuracies))


def lines(picture):
    """The polylines of the picture, each a list of points in pixels."""
    (data,) = re.findall(r"base64,([A-Za-z0-9+/=]+)", picture)
    drawn = base64.b64decode(data).decode()
    found = re.findall(r'points="([^"]*)"', drawn)
    return [[tuple(map(float, point.split(","))) for point in each.split()] for each in found]


def test_the_thumbnail_has_the_runs_own_points():
    accuracy, loss = lines(thumbnail(made([(0, 2.0), (25, 1.0), (100, 0.5)]), english))
    assert loss == [(3.0, 3.0), (52.0, 22.0), (101.0, 31.5)]  # a quarter of the steps takes half the width
    assert accuracy == [(3.0, 37.2), (101.0, 6.8)]


def test_where_there_is_no_number_the_line_has_a_gap():
    points = [(0, 2.0), (10, None), (20, 1.0), (30, 1.0), (100, None)]
    *_accuracy, first, second = lines(thumbnail(made(points), english))
    assert [len(first), len(second)] == [1, 2]


@pytest.mark.parametrize("losses", [[(0, None)], [(0, 0.0), (100, 0.0)], [(0, 1e300), (100, 1e-300)]])
def test_odd_runs_have_a_thumbnail_too(losses):
    picture = thumbnail(made(losses), english)
    assert "nan" not in picture
    for line in lines(picture):
        assert all(0 <= x <= 104 and 0 <= y <= 44 for x, y in line)


def test_the_picture_is_told_in_words_and_a_name_is_no_markup():
    run = made([(0, 2.0), (100, 0.5)], name='<b>"x"')
    told = re.search(r'alt="([^"]*)"', thumbnail(run, english))[1]
    assert "<" not in told
    assert html.unescape(told) == 'Curves of <b>"x" over 100 steps: loss 0.5, test accuracy 90.0%'
    none = made([(0, 2.0), (100, None)], [(0, None)])
    assert "loss –, test accuracy –" in html.unescape(thumbnail(none, english))


def test_the_courses_are_the_points_that_are_numbers():
    chance = random.Random(1)
    runs = [drawn_run(f"Run {number}", chance) for number in range(5)]
    for quantity in ("loss", "accuracy"):
        for run, (name, at, values) in zip(runs, kept_courses(runs, quantity), strict=True):
            points = run.losses if quantity == "loss" else run.accuracies
            assert name == run.name
            assert list(zip(at, values, strict=True)) == [tuple(point) for point in points if point.value is not None]
    assert kept_courses([], "loss") == []
    assert steps.rows_of_courses(kept_courses([made([(0, None)])], "loss"), "course_loss") == []


def test_seven_courses_have_colours_of_their_own():
    assert len({steps.course_colour(place) for place in range(7)}) == 7
    assert steps.course_colour(0) == steps.course_colour(7)


@pytest.mark.parametrize("log", [False, True])
def test_the_layers_fit_into_a_chart_over_steps(log):
    y = steps.value_axis("loss", alt.Scale(type="log") if log else alt.Scale(zero=True), "~g", log)
    chart = layered(*steps.beside(y, "course_loss", english, positive=log)).encode(steps.step_axis(english))
    spec = chart.to_dict()
    fields = {part["field"] for part in parts(spec) if "field" in part}
    assert fields == {"step", "course_loss", "course"}
    filters = str([part["transform"] for part in parts(spec) if "transform" in part])
    assert "datum.series === 'course'" in filters
    assert ("datum['course_loss'] > 0" in filters) == log
