"""Normalising as the makers did: what is known of their images, and properties of any drawing."""

import numpy as np
import pytest

from engines import datasets
from engines.drawing.blocks import bitmap, counts, evened, upright
from engines.drawing.normalising import as_it_is, normalised, rule_of
from engines.drawing.raster import ink_of
from engines.drawing.strokes import read_strokes
from engines.drawing.windows import inked
from tests.engines.drawing.written import written

FIRST_OF_MNIST = {  # the first of MNIST's training images, a 5: of each row with ink where it begins, and its values
    5: (12, "3 18 18 18 126 136 175 26 166 255 247 127"),
    6: (8, "30 36 94 154 170 253 253 253 253 253 225 172 253 242 195 64"),
    7: (7, "49 238 253 253 253 253 253 253 253 253 251 93 82 82 56 39"),
    8: (7, "18 219 253 253 253 253 253 198 182 247 241"),
    9: (8, "80 156 107 253 253 205 11 0 43 154"),
    10: (9, "14 1 154 253 90"),
    11: (11, "139 253 190 2"),
    12: (11, "11 190 253 70"),
    13: (12, "35 241 225 160 108 1"),
    14: (13, "81 240 253 253 119 25"),
    15: (14, "45 186 253 253 150 27"),
    16: (15, "16 93 252 253 187"),
    17: (17, "249 253 249 64"),
    18: (14, "46 130 183 253 253 207 2"),
    19: (12, "39 148 229 253 253 253 250 182"),
    20: (10, "24 114 221 253 253 253 253 201 78"),
    21: (8, "23 66 213 253 253 253 253 198 81 2"),
    22: (6, "18 171 219 253 253 253 253 195 80 9"),
    23: (4, "55 172 226 253 253 253 253 244 133 11"),
    24: (4, "136 253 253 253 212 135 132 16"),
}


def first_of_mnist():
    image = np.zeros((28, 28), np.float32)
    for row, (start, values) in FIRST_OF_MNIST.items():
        numbers = [int(value) for value in values.split()]
        image[row, start : start + len(numbers)] = numbers
    return image / 255


@pytest.mark.parametrize("by", [(0, 0), (2, 0), (-2, 1), (3, -3)])
def test_an_image_of_mnist_that_was_moved_comes_back_to_the_bit(by):
    image = first_of_mnist()
    moved = np.roll(np.pad(image, 4), by, axis=(0, 1))
    assert np.array_equal(normalised(moved, "mass", (28, 28), is_drawn=False), image.ravel())


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_in_mnists_way_is_20_pixels_long_with_its_mass_in_the_middle(digit):
    for left, top, size in ((0.1, 0.05, 0.9), (0.6, 0.5, 0.4)):
        image = normalised(ink_of(written(digit, left, top, size), (28, 28)), "mass", (28, 28)).reshape(28, 28)
        box = inked(image)
        assert max(box.height, box.width) == 20
        for axis in (0, 1):
            mass = image.sum(axis=1 - axis)
            assert mass @ np.arange(28) / mass.sum() == pytest.approx(14, abs=0.5)


def test_a_bitmap_is_stretched_to_20_by_32_whatever_was_drawn():
    for digit in range(10):
        box = inked(bitmap(ink_of(written(digit), (8, 8))))
        assert box.top <= 1
        assert box.bottom >= 31
        assert 6 <= box.left <= 8
        assert 24 <= box.right <= 26


def neighbours(points, row, column):
    """A point and the four round it; outside there is no ink."""
    for down, right in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        inside = 0 <= row + down < 32 and 0 <= column + right < 32
        yield bool(inside and points[row + down, column + right])


def grown(points):
    return np.array([[any(neighbours(points, r, c)) for c in range(32)] for r in range(32)])


def shrunk(points):
    return np.array([[all(neighbours(points, r, c)) for c in range(32)] for r in range(32)])


def blot(points_dark):
    points = np.zeros((32, 32), bool)
    points.ravel()[32 * 6 : 32 * 6 + points_dark] = True
    return points


@pytest.mark.parametrize(
    ("dark", "change"),
    [(100, lambda p: grown(grown(p))), (200, grown), (256, None), (412, None), (500, shrunk),
     (600, lambda p: shrunk(shrunk(p)))],
)  # fmt: skip
def test_thin_strokes_are_widened_and_thick_ones_narrowed(dark, change):
    points = blot(dark)
    wanted = change(points) if change else points
    assert np.array_equal(evened(points), wanted)


def test_a_slanted_line_is_sheared_upright_and_a_low_one_left_alone():
    points = np.zeros((32, 32), bool)
    for row in range(32):
        points[row, 20 - row // 4 : 24 - row // 4] = True
    box = inked(upright(points))
    assert box.width <= 6
    assert upright(points).sum() == points.sum()
    low = np.zeros((32, 32), bool)
    low[10:13, 5:20] = True
    assert np.array_equal(upright(low), low)
    assert not upright(np.zeros((32, 32), bool)).any()


def test_blocks_are_counted():
    points = np.random.default_rng(0).random((32, 32)) < 0.4
    made = counts(points)
    for row, column in np.ndindex(8, 8):
        block = [points[4 * row + i, 4 * column + j] for i in range(4) for j in range(4)]
        assert made[row, column] == sum(block) / 16


def test_drawn_digits_have_as_much_ink_as_those_of_the_data_set():
    data = datasets.load("digits")
    drawn = np.array([normalised(ink_of(written(d), (8, 8)), "blocks", (8, 8)).sum() for d in range(10)])
    theirs = data.x_train.sum(axis=1)
    assert np.quantile(theirs, 0.001) < drawn.min()
    assert drawn.max() < np.quantile(theirs, 0.999)


@pytest.mark.parametrize(("name", "share"), [("digits", 0.85), ("fashion_mnist", 0.99)])
def test_most_images_of_a_data_set_come_back_when_moved(name, share):
    data = datasets.load(name)
    shape = data.image_shape
    images = data.x_test[:300]
    rule = rule_of(name, shape)
    back = [
        np.array_equal(normalised(np.pad(x.reshape(shape), ((3, 1), (0, 4))), rule, shape, is_drawn=False), x)
        for x in images
    ]
    assert np.mean(back) >= share


@pytest.mark.parametrize("rule", ["mass", "blocks", "fit"])
def test_where_it_is_drawn_makes_no_difference_and_an_empty_sheet_stays_empty(rule):
    shape = (8, 8) if rule == "blocks" else (28, 28)
    inks = [ink_of(written(3, left, top, 0.5), shape) for left, top in ((0.05, 0.05), (0.45, 0.4))]
    here, there = (normalised(ink, rule, shape) for ink in inks)
    assert np.abs(here - there).mean() < 0.03
    assert np.abs(as_it_is(inks[0], shape) - as_it_is(inks[1], shape)).mean() > 0.1
    assert here.dtype == np.float32
    assert 0 <= here.min() < here.max() <= 1
    for is_drawn in (True, False):
        assert not normalised(np.zeros((40, 40)), rule, shape, is_drawn).any()


@pytest.mark.parametrize("strokes", [[[500, 500]], [[0, 0, 1000, 1000]], [[0, 500, 1000, 500]], [[300, 0, 300, 1000]]])
@pytest.mark.parametrize(("rule", "shape"), [("mass", (28, 28)), ("blocks", (8, 8)), ("fit", (5, 9))])
def test_dots_and_lines_have_an_image_too(strokes, rule, shape):
    for x in (
        normalised(ink_of(read_strokes(strokes), shape), rule, shape),
        as_it_is(ink_of(read_strokes(strokes), shape), shape),
    ):
        assert x.shape == (shape[0] * shape[1],)
        assert np.isfinite(x).all()
        assert x.max() > 0.1


def test_a_data_set_of_another_shape_has_a_plain_fit():
    assert rule_of("mnist", (28, 28)) == "mass"
    assert rule_of("mnist", (32, 32)) == "fit"
    assert rule_of("own-1a2b3c4d", (28, 28)) == "fit"
