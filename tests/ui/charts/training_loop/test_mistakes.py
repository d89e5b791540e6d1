"""The figures of mistakes, and the images that the page has been sent."""

import base64
import html
import io
import re

import numpy as np
from PIL import Image

from ui.charts.training_loop.mistakes import Sent, image_rule, mistake_figure

SHAPE = (2, 3)


def pixels(key):
    """Of each key another image."""
    return np.full(6, int(key[1:]) / 100)


def shown(rules, key):
    """The image that the page has under that key."""
    (data,) = [found for rule in rules for found in re.findall(rf"\.ge-of-{key}{{.*base64,([^)]*)\)", rule)]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_an_image_is_sent_once_and_is_there_whenever_it_is_shown():
    sent, before = Sent(pixels, SHAPE, 4), [""] * 4
    order = np.random.default_rng([16, 5])
    changes = 0
    for _ in range(60):
        keys = [f"t{index}" for index in order.choice(6, 3, replace=False)]
        rules = sent.with_(keys)
        assert len(rules) == 4
        for key in keys:
            assert (shown(rules, key) == 255 - round(2.55 * int(key[1:]))).all()
        changes += sum(rule != old for rule, old in zip(rules, before, strict=True))
        before = rules
    assert sent.with_(keys[::-1]) == before  # in another order nothing is sent
    assert changes < 100  # of 180


def test_a_rule_is_of_its_image_alone():
    assert image_rule("t1", np.zeros(6), SHAPE) != image_rule("t2", np.zeros(6), SHAPE)
    assert "<style>" not in image_rule("t1", np.zeros(6), SHAPE)[1:]


def told(figure):
    return re.findall(r">([^<>]+)<", html.unescape(figure))


def test_a_figure_says_all_of_a_mistake(bracketed):
    figure = mistake_figure("t17", "image 17", 0, 1, 0.931, 5.2119, ("a&b", "T-shirt/top"), bracketed)
    assert [text for text in told(figure) if text.strip()] == [
        "✗ T-shirt/top", "93.1%", "«is »a&b«»", "«loss »5.21«»", "image 17", "✎",
    ]  # fmt: skip
    assert 'data-image="t17"' in figure
    assert "«Chain rule: »image 17«, class »a&b«»" in html.unescape(figure)
    assert 'title="✗ T-shirt/top"' in html.unescape(figure)


def test_without_an_answer_it_still_says_what_it_is():
    figure = mistake_figure("d2", "drawing 2", 1, None, 0.0, float("nan"), ("a", "b"), str)
    assert [text for text in told(figure) if text.strip()] == ["not finite", "is b", "loss NaN", "drawing 2", "✎"]


def test_a_right_answer_is_marked_as_one():
    assert "✓ b" in told(mistake_figure("t3", "image 3", 1, 1, 1.0, 0.0, ("a", "b"), str))
