"""Which entry stands where in a picture: what the picture itself shows there, and back again."""

import numpy as np
import pytest

from ui.charts import images
from ui.charts.entries import Matrix, Mosaic
from ui.charts.palette import signed_rgba

SHAPES = [(3, 4), (8, 8)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("units", [1, 5, 15, 32, 70])
def test_the_entry_of_a_first_layer_is_the_one_lit_at_its_place(shape, units):
    pictured, features = Mosaic(units, *shape), shape[0] * shape[1]
    for feature, unit in [(0, 0), (features - 1, min(units, 64) - 1), (features // 2, min(units, 64) // 2)]:
        weights = np.zeros((features, units))
        weights[feature, unit] = 1.0
        pixels = images.mosaic(weights, shape, 1.0, images.tile_columns(min(units, images.MOST_UNITS)))
        across, down = pictured.place((feature, unit))
        assert pictured.size == pixels.shape[1::-1]
        lit = pixels[int(down * pixels.shape[0]), int(across * pixels.shape[1])]
        np.testing.assert_array_equal(lit, signed_rgba(np.ones((1, 1)), 1.0)[0, 0])
        assert pictured.entry(across, down) == (feature, unit)


def test_beside_the_tiles_the_nearest_entry_is_meant_and_where_no_unit_is_none():
    pictured = Mosaic(15, 2, 2)  # three rows of five
    assert pictured.entry(0.0, 0.0) == (0, 0)
    assert pictured.entry(1.0, 1.0) == (3, 14)
    assert Mosaic(7, 2, 2).entry(1.0, 1.0) == (3, 6)
    thirteen = Mosaic(13, 2, 2)
    assert thirteen.columns == 7
    assert thirteen.entry(1.0, 1.0) is None  # 14 places, 13 units
    assert Mosaic(100, 2, 2).place((0, 64)) is None


@pytest.mark.parametrize("shape", [(32, 10), (1000, 700), (7,), (900,)])
def test_the_entry_of_a_matrix_is_in_the_pixel_lit_at_its_place(shape):
    box = (320, 240)
    pictured = Matrix(shape, box)
    for entry in [(0,) * len(shape), tuple(size - 1 for size in shape), tuple(size // 3 for size in shape)]:
        values = np.zeros(shape)
        values[entry] = 1.0
        small = images.reduced(np.atleast_2d(values), box)
        across, down = pictured.place(entry)
        assert small[int(down * small.shape[0]), int(across * small.shape[1])] == 1.0
        assert pictured.entry(across, down) == entry
    assert pictured.entry(1.0, 1.0) == tuple(size - 1 for size in shape)
