"""Kept runs drawn: thumbnails whose lines are the runs' own points, and what the curves draw of them."""

import base64
import html
import math
import random
import re
from dataclasses import replace

import pytest

from engines.runs.shelf import KeptRun, Point
from tests.engines.runs.recipes import drawn_recipe
from tests.engines.runs.test_shelf import drawn_run
from ui.charts.steps import rows_of_courses
from ui.charts.training_loop.kept import courses, thumbnail


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


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_the_curves_draw_its_own_points(quantity):
    chance = random.Random(1)
    runs = [drawn_run(f"Run {number}", chance) for number in range(5)]
    found = courses(runs, quantity)
    assert [name for name, *_values in found] == [run.name for run in runs]
    for run, (_name, at, values) in zip(runs, found, strict=True):
        points = run.losses if quantity == "loss" else run.accuracies
        assert at == [point.step for point in points]
        assert [None if math.isnan(value) else value for value in values] == [point.value for point in points]
    assert len(rows_of_courses(found, f"course_{quantity}")) == 2 * len(runs)
    assert rows_of_courses(courses([made([(0, None)], [(0, None)])], quantity), "course_loss") == []
