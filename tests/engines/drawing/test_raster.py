"""The pen's trace, against the distance of each pixel computed one by one."""

import itertools
import math

import numpy as np
import pytest

from engines.drawing.raster import ink_of, pen_width
from engines.drawing.strokes import read_strokes


def away(point, start, end):
    """The distance of a point from a segment, by geometry: from its line where the foot lies within, else an end."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = math.hypot(x1 - x0, y1 - y0)
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else -1
    if 0 <= along <= length:
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length
    return min(math.hypot(x - x0, y - y0), math.hypot(x - x1, y - y1))


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (6, 10)])
def test_a_pixel_is_covered_as_far_as_the_pen_reaches(shape):
    rng = np.random.default_rng(3)
    strokes = read_strokes([rng.integers(0, 1001, 8).tolist(), [500, 500], [0, 0, 0, 0]])
    ink = ink_of(strokes, shape)
    height, width = ink.shape
    assert height % shape[0] == width % shape[1] == 0
    assert height // shape[0] == width // shape[1]
    radius = pen_width(shape) * max(height, width) / 2
    segments = [
        (start, end)
        for stroke in strokes
        for start, end in (itertools.pairwise(stroke) if len(stroke) > 1 else [(stroke[0], stroke[0])])
    ]
    for row, column in rng.integers(0, (height, width), (400, 2)):
        nearest = min(away((column + 0.5, row + 0.5), *((x * width, y * height) for x, y in ends)) for ends in segments)
        assert ink[row, column] == pytest.approx(min(1, max(0, radius + 0.5 - nearest)), abs=1e-3)
    assert 0 < ink.mean() < 0.6


def test_a_dot_has_the_area_of_its_disc():
    ink = ink_of(read_strokes([[500, 500]]), (28, 28))
    radius = pen_width((28, 28)) * len(ink) / 2
    assert ink.sum() == pytest.approx(math.pi * radius**2, rel=0.02)


def test_an_image_lies_under_the_strokes_or_is_the_picture_itself():
    x = np.random.default_rng(0).random(64).astype(np.float32)
    assert np.array_equal(ink_of((), (8, 8), x), x.reshape(8, 8))
    assert not ink_of((), (8, 8)).any()
    both, fine = ink_of(read_strokes([[0, 0]]), (8, 8), x), 16
    assert both.shape == (8 * fine, 8 * fine)
    assert both[0, 0] == 1
    assert both[-1, -1] == x[-1]
    assert both[5 * fine + 3, 2 * fine + 9] == x[5 * 8 + 2]
