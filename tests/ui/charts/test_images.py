"""Pictures decoded again, pixel by pixel; and texts from anyone's file, shown as they are."""

import base64
import html
import io
import re
from functools import partial

import numpy as np
import pytest
from PIL import Image

from ui.charts import images, markup
from ui.charts.palette import signed_rgba
from ui.charts.training_loop import galleries

HOSTILE = (
    "<b>x</b>",
    "$x^2$",
    "*a* _b_ `c`",
    ":red[x] :material/home:",
    "a\n\nb",
    '"quoted"',
    "[l](http://x.y)",
    "-->",
)


def english(label):
    return label


def decoded(text):
    """The pictures in an HTML string, as arrays."""
    uris = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", text)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(uri)))) for uri in uris]


def predictions(pictures, labels, probabilities, shape, names, _):
    """The gallery as a page places it."""
    return f'<div class="{galleries.GALLERY}">{"".join(galleries.predictions_gallery(labels, probabilities, names, _))}'


def predictions_and_images(pictures, labels, probabilities, shape, names, _):
    style = galleries.shown_images(pictures, shape)
    return predictions(pictures, labels, probabilities, shape, names, _) + f"<style>{style}</style>"


def attributes(text, name):
    return [html.unescape(found) for found in re.findall(f' {name}="([^"]*)"', text)]


def test_a_sample_is_dark_ink_on_white():
    pixels = np.asarray(Image.open(io.BytesIO(images.digit_png([0.0, 1.0, 0.5, 0.25, 2.0, np.nan], (2, 3)))))
    assert pixels.tolist() == [[255, 0, 128], [191, 0, 255]]


@pytest.mark.parametrize(("shape", "units"), [((8, 8), 32), ((28, 28), 1), ((2, 3), 65), ((4, 5), 10)])
def test_each_unit_stands_at_its_place_in_the_mosaic(shape, units):
    weights = np.random.default_rng(0).normal(size=(shape[0] * shape[1], units))
    pixels = images.mosaic(weights, shape, 2.0, columns=8)
    shown, columns = min(units, 64), min(units, 8)
    rows = -(-shown // columns)
    assert pixels.shape == (rows * (shape[0] + 1) + 1, columns * (shape[1] + 1) + 1, 4)
    for unit in range(shown):
        top, left = 1 + unit // columns * (shape[0] + 1), 1 + unit % columns * (shape[1] + 1)
        tile = pixels[top : top + shape[0], left : left + shape[1]]
        assert np.array_equal(tile, signed_rgba(weights[:, unit].reshape(shape), 2.0))
        assert len(np.unique(pixels[top - 1, left - 1 : left + shape[1] + 1], axis=0)) == 1  # the line above


@pytest.mark.parametrize(("units", "columns"), [(1, 1), (5, 5), (8, 8), (9, 5), (10, 5), (12, 6), (32, 8), (200, 8)])
def test_the_mosaic_leaves_few_places_empty(units, columns):
    (picture,) = decoded(images.weights_picture(np.ones((12, units)), (3, 4), 1.0, english))
    assert picture.shape[1] == columns * 5 + 1


def test_an_image_has_its_size_before_it_is_loaded():
    tag = images.image_tag(images.png(np.zeros((2, 4), np.uint8)), 'a "b"', 80, 40)
    assert (attributes(tag, "width"), attributes(tag, "height"), attributes(tag, "alt")) == (["80"], ["40"], ['a "b"'])
    assert "aspect-ratio:80/40" in tag
    assert "image-rendering:pixelated" in tag


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (40, 34), (401, 10), (784, 512), (3, 1000)])
def test_a_large_matrix_keeps_the_largest_entry_of_each_block(shape):
    matrix = np.random.default_rng(0).normal(size=shape)
    small = images.reduced(matrix, (40, 34))
    rows, columns = -(-shape[0] // 40), -(-shape[1] // 34)
    assert small.shape == (-(-shape[0] // rows), -(-shape[1] // columns))
    for i, j in np.ndindex(small.shape):
        block = matrix[i * rows : (i + 1) * rows, j * columns : (j + 1) * columns].ravel()
        assert small[i, j] == max(block, key=abs)


def test_what_is_not_finite_is_not_lost_in_a_block():
    matrix = np.ones((100, 100))
    matrix[57, 3], matrix[2, 98] = np.nan, -np.inf
    small = images.reduced(matrix, (10, 10))
    assert np.isnan(small[5, 0])
    assert small[0, 9] == -np.inf
    assert (~np.isfinite(small)).sum() == 2


@pytest.mark.parametrize("shape", [(1,), (10, 10), (784, 10), (784, 512), (2, 5000)])
def test_each_entry_of_a_matrix_has_whole_pixels(shape):
    text = images.matrix_image(np.ones(shape), 1.0, "W1")
    (picture,) = decoded(text)
    width, height = int(attributes(text, "width")[0]), int(attributes(text, "height")[0])
    assert (width % picture.shape[1], height % picture.shape[0]) == (0, 0)
    assert picture.shape[1] <= width <= 340
    assert picture.shape[0] <= height <= 400


def test_a_batch_shows_its_images_and_classes(digits):
    most = galleries.MOST_FIGURES
    x, labels = digits.x_train[: most + 1], digits.y_train[: most + 1]
    text = galleries.batch_gallery(x, labels, (8, 8), digits.class_names)
    assert attributes(text, "alt") == [str(label) for label in labels[:most]]
    for picture, sample in zip(decoded(text), x, strict=False):
        assert np.array_equal(picture, np.rint(255 * (1 - sample.astype(float))).reshape(8, 8))
    assert len(decoded(text)) == most


def test_predictions_are_marked_right_and_wrong():
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [np.nan, 0.5]])
    text = predictions(np.zeros((3, 4)), [0, 1, 1], probabilities, (2, 2), ("cat", "dog"), english)
    lines = [
        html.unescape(line).replace("\N{NO-BREAK SPACE}", " ") for line in re.findall(r"<div[^>]*>([^<]+)</div>", text)
    ]
    assert lines == [
        *("✓ cat", "90.0%", " "),
        *("✗ cat", "70.0%", "is dog"),
        *("not finite", " ", " "),
    ]


def test_each_prediction_stands_under_its_image(digits):
    x, labels = digits.x_test[:5], digits.y_test[:5]
    style = galleries.shown_images(x, (8, 8))
    figures = galleries.predictions_gallery(labels, np.eye(10)[labels], digits.class_names, english)
    rules = re.findall(r"\.(ge-shown-\d+)\{background-image:url\((data:[^)]*)\)", style)
    for figure, (name, uri), sample, label in zip(figures, rules, x, labels, strict=True):
        assert f'class="{name}"' in figure
        assert attributes(figure, "aria-label") == [str(label)]
        (picture,) = decoded(uri)
        assert np.array_equal(picture, np.rint(255 * (1 - sample.astype(float))).reshape(8, 8))


def test_probability_bars_are_as_high_as_the_probabilities():
    text = galleries.probability_bars([0.25, 0.75, np.nan], 1, ("a", "b", "c"))
    assert re.findall(r"height:([\d.]+)%;background:(#\w+)", text) == [
        ("25.0", galleries.GREY),
        ("75.0", galleries.RIGHT),
        ("0.0", galleries.GREY),
    ]
    assert attributes(text, "title") == ["a: 0.25", "b: 0.75", "c: NaN"]


def names_under(bars):
    return [html.unescape(name) for name in re.findall(r"<span[^>]*>([^<]+)</span>", bars)]


@pytest.mark.parametrize("names", ["0123456789", ("T-shirt/top", "<b>", "$x$"), [f"class {k}" for k in range(30)]])
def test_each_class_is_named_under_its_bar(names):
    shares = np.full(len(names), 1 / len(names))
    bars = galleries.probability_bars(shares, 2, names)
    assert names_under(bars) == list(names)
    assert len(re.findall(r"height:[\d.]+%;", bars)) == len(names)
    (true,) = re.findall(r"color:#\w+;font-weight:700\">([^<]+)<", bars)
    assert html.unescape(true) == names[2]
    assert ("vertical-rl" in bars) == (max(map(len, names)) > 1)  # as wide as a bar is


def test_names_that_there_is_no_room_for_are_told_on_pointing():
    names = [f"class {k}" for k in range(31)]
    bars = galleries.probability_bars(np.full(31, 1 / 31), 2, names)
    assert not names_under(bars)
    assert [title.partition(":")[0] for title in attributes(bars, "title")] == names


def test_losses_are_told_and_drawn():
    text = galleries.losses_gallery(np.zeros((3, 4)), [0, 1, 0], [0.5, 2.0, np.inf], (2, 2), ("a", "b"))
    assert re.findall(r"height:4px;width:(\d+)%", text) == ["25", "100", "0"]
    assert attributes(text, "title") == ["a", "0.5", "b", "2", "a", "∞"]


@pytest.mark.parametrize(
    ("gallery", "shown"), [(predictions_and_images, 3), (partial(galleries.forward_gallery, n=2), 2)]
)
@pytest.mark.parametrize("classes", [2, 30])
def test_galleries_of_many_classes(gallery, shown, classes):
    names = [f"class {index}" for index in range(classes)]
    text = gallery(np.zeros((3, 4)), [0, 1, 1], np.full((3, classes), 1 / classes), (2, 2), names, english)
    assert len(decoded(text)) == shown
    assert "class 0" in attributes(text, "alt") + attributes(text, "aria-label")


@pytest.mark.parametrize("name", HOSTILE)
def test_class_names_are_shown_as_they_are(name):
    shown = " ".join(name.split("\n"))
    probabilities = np.eye(2)[[0, 0]]
    for text in (
        predictions(np.zeros((2, 4)), [0, 1], probabilities, (2, 2), (name, "b"), english),
        galleries.forward_gallery(np.zeros((2, 4)), [0, 1], probabilities, (2, 2), (name, "b"), english, 2),
        galleries.batch_gallery(np.zeros((1, 4)), [0], (2, 2), (name, "b")),
        markup.caption(name),
    ):
        assert "\n" not in text  # an empty line would end the block that Markdown leaves alone
        assert text.startswith("<div")
        assert shown in html.unescape(text)
        inner = re.sub(r"&#\d+;", "", re.sub(r"<[^>]*>", "", text))
        assert not set("<>$*_`:[]\"'\\-") & set(inner)


def test_what_cannot_be_sent_is_replaced():
    assert markup.escaped("a\ud800\x00\u2028b") == "a&#63;  b"
