"""Colours: told apart by everyone, on light and dark; signed scales centred on zero."""

import itertools
import subprocess
import sys

import numpy as np
import pytest

from engines import optimizers
from ui.charts import palette

PAGES = ("#FFFFFF", "#0E1117")
SEEN_BY = {  # Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
    "all": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
OKLAB = (  # Ottosson (2020): linear RGB → cones, their cube roots → lightness and two hues
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
)


def linear(color):
    encoded = np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(color, other):
    """As the Web Content Accessibility Guidelines define it."""
    darker, lighter = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (color, other))
    return (lighter + 0.05) / (darker + 0.05)


def oklab(color, eyes):
    first, second = map(np.array, OKLAB)
    return second @ np.cbrt(first @ np.clip(np.array(SEEN_BY[eyes]) @ linear(color), 0, 1))


@pytest.mark.parametrize("page", PAGES)
def test_every_colour_stands_out_from_the_page(page):
    for color in (*palette.COLORS, palette.GREY, palette.NEGATIVE, palette.POSITIVE):
        assert contrast(color, page) >= 2.95, color
    for color in (palette.RIGHT, palette.WRONG):  # these are text
        assert contrast(color, page) >= 4, color


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colours_are_told_apart(eyes):
    for one, other in itertools.combinations(palette.COLORS, 2):
        assert np.linalg.norm(oklab(one, eyes) - oklab(other, eyes)) >= 0.11, (one, other)


def test_each_optimizer_and_backend_has_its_own_colour_and_dash():
    for styles in (
        [palette.optimizer_style(name) for name in optimizers.names()],
        [palette.backend_style(name) for name in ("numpy", "torch")],
    ):
        assert len({style.color for style in styles}) == len({style.dash for style in styles}) == len(styles)


def test_a_third_party_backend_keeps_its_colour_in_every_process():
    ours = {palette.backend_style(name).color for name in ("numpy", "torch")}
    here = [palette.backend_style(name) for name in ("jax", "cupy", "mlx")]
    code = "from ui.charts.palette import backend_style as s; print([s(name) for name in ('jax', 'cupy', 'mlx')])"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert there.strip() == str(here)
    assert not ours & {style.color for style in here}


def test_signed_pixels():
    blue, orange, grey = map(palette.rgb, (palette.NEGATIVE, palette.POSITIVE, palette.GREY))
    values = [[-3.0, -1.0, -0.5, 0.0], [0.25, 1.0, np.nan, -np.inf]]
    expected = [
        [(*blue, 255), (*blue, 255), (*blue, 128), (*orange, 0)],
        [(*orange, 64), (*orange, 255), (*grey, 255), (*grey, 255)],
    ]
    pixels = palette.signed_rgba(values, 1.0)
    assert pixels.dtype == np.uint8
    assert pixels.tolist() == np.array(expected).tolist()


@pytest.mark.parametrize("limit", [0.0, 1e-300, 1e300])
def test_signed_pixels_at_any_limit(limit):
    assert palette.signed_rgba([0.0, limit], limit)[:, 3].tolist() == [0, 255 if limit else 0]


def test_the_scale_for_vega_gives_the_same_colours():
    domain, colors = palette.signed_scale(2.0)
    stops = np.array([[float(part) for part in color[5:-1].split(",")] for color in colors])
    values = np.linspace(-2, 2, 41)
    interpolated = np.stack([np.interp(values, domain, stops[:, channel]) for channel in range(4)], axis=1)
    pixels = palette.signed_rgba(values, 2.0).astype(float)
    seen = values != 0
    assert np.allclose(pixels[:, 3] / 255, interpolated[:, 3], atol=1 / 255)
    assert np.allclose(pixels[seen, :3], interpolated[seen, :3], atol=1)


def test_a_limit_covers_the_values_and_changes_seldom():
    rng = np.random.default_rng(0)
    limits = []
    for largest in np.geomspace(1e-8, 1e8, 500):
        limits.append(palette.signed_limit(np.append(rng.uniform(-1, 1, 5) * largest, largest)))
        assert largest <= limits[-1] * (1 + 1e-9) <= 1.67 * largest
    assert len(set(limits)) <= 16 * 6 + 1
    assert palette.signed_limit([np.inf, -2.5, np.nan]) == 3.0
    assert palette.signed_limit([]) == palette.signed_limit([0.0]) == palette.signed_limit([np.nan]) == 1.0


def test_full_colour_leaves_out_the_largest_hundredth():
    assert palette.full_colour(np.append(np.full(990, -0.2), np.full(9, 50.0))) == 0.2
