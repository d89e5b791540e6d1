"""Where a click on a mistake leads; what is no figure's leads nowhere."""

from types import SimpleNamespace

import numpy as np
import pytest

from engines.drawing.strokes import Strokes
from tests.pages.driving import open_page, texts
from tests.ui.training_loop.mistakes.moments import drawing
from ui.experiment.settings import Settings
from ui.training_loop.mistakes import opening
from ui.training_loop.pad.drawings import Drawing

LINES: Strokes = (np.array([[0.1, 0.2], [0.8, 0.9]], np.float32),)


@pytest.fixture
def clicked(digits, monkeypatch):
    """What comes of a click."""
    done = []
    own = (drawing(3, 7, np.full(64, 0.5)), Drawing(LINES, 4, "digits", np.zeros(64), np.zeros(64), 8))
    monkeypatch.setattr(opening, "drawings", lambda data: own)
    monkeypatch.setattr(opening, "put", lambda x, label: done.append(("put", x.tolist(), label)))
    monkeypatch.setattr(opening, "lay", lambda sheet: done.append(("lay", sheet.strokes, sheet.label)))
    remembered = {"lang": "ko", "node": "12", "way": "backward", "image": "9", "i_drawing": "3", "i_move": "40"}
    monkeypatch.setattr(opening, "query_of", lambda name, settings: dict(remembered))
    monkeypatch.setattr(opening, "lead_to", lambda name, query: done.append((name, query)))
    page = SimpleNamespace(settings=Settings(), data=digits, change=lambda **values: done.append(("change", values)))

    def click(to, key):
        done.clear()
        opening.opened(page, to, key)
        return list(done)

    return click


def test_a_test_image(clicked, digits):
    kept = {"lang": "ko", "i_move": "40"}
    query = {"scene": "network", "image": "5", "images": "1", "step": "now"}
    assert clicked("chain", "t5") == [("chain_rule", kept | query)]
    assert clicked("pad", "t5") == [("put", digits.x_test[5].tolist(), int(digits.y_test[5]))]


def test_a_drawing(clicked):
    ((name, query),) = clicked("chain", "d3")
    assert (name, query["scene"], query["i_drawing"]) == ("chain_rule", "input", "3")
    assert clicked("pad", "d3") == [("put", [0.5] * 64, 7)]  # it was laid there as an image
    assert clicked("pad", "d8") == [("lay", LINES, 4), ("change", {"picture": "pad"})]


@pytest.mark.parametrize("key", ["", "t360", "t-1", "d1", "d", "5", "x5", "None"])
def test_what_is_not_there(clicked, key):
    assert clicked("chain", key) == clicked("pad", key) == []


def test_nowhere_else(clicked):
    assert clicked("None", "t5") == clicked("", "t5") == []


def test_the_chain_rule_page_takes_what_it_is_led_to(clicked):
    ((name, query),) = clicked("chain", "t5")
    app = open_page(name, **query | {"lang": "en"})
    assert not app.exception
    assert any("Weights after step 0. True label of what is shown: " in text for text in texts(app) + captions(app))


def captions(app):
    return [caption.value for caption in app.caption]
