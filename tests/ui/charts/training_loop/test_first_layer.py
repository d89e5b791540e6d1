"""The first layer's tiles decoded again: every pixel has the colour of its weight, and they fit into a message."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from ui.charts.palette import full_colour, signed_rgba
from ui.charts.training_loop.first_layer import first_layer_picture, tiles


def english(label):
    return label


def decoded(html):
    (data,) = re.findall(r"base64,([A-Za-z0-9+/=]+)", html)
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize(
    ("shape", "units", "shown", "columns"),
    [((8, 8), 32, 32, 6), ((8, 8), 1, 1, 1), ((8, 8), 1024, 32, 6), ((28, 28), 64, 6, 3), ((3, 5), 10, 10, 4)],
)
def test_each_tile_is_its_units_weights(shape, units, shown, columns):
    weights = np.random.default_rng(units).normal(size=(shape[0] * shape[1], units))
    weights[0, 0] = np.nan
    image = decoded(first_layer_picture(weights, shape, 2.0, english))
    assert image.mode == "P"  # a byte a pixel
    pixels = np.asarray(image.convert("RGBA")).astype(int)
    assert tiles(units, shape) == shown
    (h, w), sharp = shape, 255 / 15 / 2 + 1  # half a step of the colour scale
    for unit in range(shown):
        top, left = unit // columns * (h + 1) + 1, unit % columns * (w + 1) + 1
        exact = signed_rgba(weights[:, unit].reshape(shape), 2.0).astype(int)
        tile = pixels[top : top + h, left : left + w]
        assert np.abs(tile[..., 3] - exact[..., 3]).max() <= sharp
        seen = exact[..., 3] > sharp  # where it is almost clear its hue means nothing
        np.testing.assert_array_equal(tile[seen][:, :3], exact[seen][:, :3])
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) <= 33


@pytest.mark.parametrize("shape", [(8, 8), (28, 28)])
def test_the_picture_of_noise_fits_into_half_a_message(shape):
    noise = np.random.default_rng(0).normal(size=(shape[0] * shape[1], 64))
    assert len(first_layer_picture(noise, shape, full_colour(noise), english)) < 5_500
