"""The start page's small pictures: each drawn from the engine's own numbers."""

import base64
import re

import numpy as np
import pytest

from ui.navigation import LESSONS
from ui.start.sketches import sketch
from ui.start.svg import HEIGHT, WIDTH, pixels


def drawn(page):
    return base64.b64decode(re.search(r"base64,([^\"]+)\"", sketch(page))[1]).decode()


@pytest.mark.parametrize("page", LESSONS)
def test_each_page_has_a_small_picture(page):
    assert len(sketch(page)) < 16_000
    assert drawn(page).startswith("<svg")
    assert "nan" not in drawn(page)


def test_a_page_without_one_has_none():
    assert sketch("stripes") == ""


def test_the_tangent_has_the_slope_of_sin_at_its_point():
    tangent = [
        tuple(map(float, point.split(","))) for point in re.findall(r'points="([^"]+)"', drawn("derivative"))[1].split()
    ]
    (cx,) = map(float, re.findall(r'circle cx="([\d.]+)"', drawn("derivative")))
    x = (cx - 8) / (WIDTH - 16) * 6.4 - 3.2
    (x0, y0), (x1, y1) = tangent[0], tangent[-1]
    slope = (y0 - y1) / (HEIGHT - 16) * 2.8 / ((x1 - x0) / (WIDTH - 16) * 6.4)
    assert abs(slope - np.cos(x)) < 0.02


def test_points_lie_in_the_picture_with_y_upward():
    assert pixels([0, 1], [0, 1], (0, 1, 0, 1)).tolist() == [[8, HEIGHT - 8], [WIDTH - 8, 8]]
