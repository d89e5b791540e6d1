"""The pictures of the gradients' noise: points as measured, the theory's line, a noise of zero, and the readings."""

import json

import numpy as np
import pytest

from engines.races.gradient_noise import FEWEST, GradientNoise, SizeNoise
from tests.ui.charts.specs import parts
from ui.charts.optimizers.gradient_noise import cosine_chart, cosine_frame, noise_chart, noise_frame
from ui.charts.spec import spec
from ui.optimizers.batches.readings import cosine_reading, noise_reading

MINI, SAMPLES = 4, 20


@pytest.fixture
def noise():
    """σ² is 38 times ‖g‖²; the mini-batch's mean is 10% more than expected, a single sample's 5% less."""
    rng = np.random.default_rng(0)

    def size(batch_size, mean, count=100):
        spread = rng.uniform(-0.5, 0.5, count)
        return SizeNoise(batch_size, mean + spread - spread.mean(), np.linspace(-0.25, 0.75, count))

    full = SizeNoise(SAMPLES, np.zeros(3), np.ones(3))
    return GradientNoise(1.0, 0, SAMPLES, 0.5, 38.0, (size(1, 0.95 * 38), size(2, 18), size(4, 1.1 * 8), full))


def test_points_are_the_means_beside_what_is_expected(noise):
    shown = noise_frame(noise, MINI, str)
    points = shown[shown.series == "size"]
    assert points["size"].to_list() == [1, 2, 4]
    np.testing.assert_allclose(points.value, [36.1, 18, 8.8])
    np.testing.assert_allclose(points.theory, [38, 38 / 2 * 18 / 19, 38 / 4 * 16 / 19])
    assert points.batches.to_list() == [100, 100, 100]
    assert points.label.to_list() == ["1", "", "4"]
    assert points.name.to_list() == ["1 (true SGD)", "", "4 (mini-batch)"]


def test_a_noise_of_zero_stands_apart_from_the_logarithmic_axis(noise):
    shown = noise_frame(noise, MINI, str)
    assert shown[shown.series == "zero"]["size"].to_list() == [SAMPLES]
    assert (shown[shown.series != "zero"].value > 0).all()


def test_the_line_is_the_closed_form(noise):
    shown = noise_frame(noise, MINI, str)
    line = shown[shown.series == "line"]
    np.testing.assert_allclose(line.value, 38 / line["size"] * (SAMPLES - line["size"]) / (SAMPLES - 1))
    assert line["size"].iloc[0] == 1
    cosines = cosine_frame(noise, MINI, str)
    np.testing.assert_allclose(cosines[cosines.series == "line"].value, 1 / np.sqrt(1 + line.value))


def test_cosines_are_dots_side_by_side_with_their_mean_and_middle_eighty(noise):
    shown = cosine_frame(noise, MINI, str)
    dots, means = shown[shown.series == "batch"], shown[shown.series == "mean"]
    assert dots.groupby("size").size().to_dict() == {1: FEWEST, 2: FEWEST, 4: FEWEST, SAMPLES: 3}
    np.testing.assert_array_equal(dots[dots["size"] == 2].value, noise.at(2).cosines[:FEWEST])
    assert (np.abs(np.log2(dots.place / dots["size"])) < 0.5).all()  # nearer to their own size than to the next
    np.testing.assert_allclose(means.value, [0.25, 0.25, 0.25, 1])
    np.testing.assert_allclose(means.low, [-0.15, -0.15, -0.15, 1])
    np.testing.assert_allclose(means.high, [0.65, 0.65, 0.65, 1])


def test_while_sizes_are_still_to_come_the_line_is_there_already(noise):
    partial = GradientNoise(0.4, 0, SAMPLES, 0.5, 38.0, noise.sizes[:1])
    for make in (noise_frame, cosine_frame):
        assert len(make(partial, MINI, str).query("series == 'line'")) == 80
        assert list(make(partial, MINI, str).columns) == list(make(noise, MINI, str).columns)


def test_the_readings_say_the_measured_numbers(noise):
    said = noise_reading(noise, MINI, str)
    assert "36.1 with one sample, 8.8 with 4, 0 with all 20" in said
    assert "10.0% of the theory" in said
    said = cosine_reading(noise, MINI, str)
    assert "0.25 on average with one sample, and 25.0%" in said
    assert "0.25 with 4" in said


@pytest.mark.parametrize(("chart", "frame"), [(noise_chart, noise_frame), (cosine_chart, cosine_frame)])
def test_every_word_is_translated_and_every_field_is_in_the_frame(chart, frame, noise, bracketed):
    made = spec(chart(bracketed, MINI, SAMPLES))
    columns = set(frame(noise, MINI, bracketed).columns)
    assert made["description"].startswith("«")
    for part in parts(made):
        title = part.get("title")
        assert title in (None, "") or title.startswith("«"), title
        assert part.get("field", "size") in columns
    assert "NaN" not in json.dumps(made)
