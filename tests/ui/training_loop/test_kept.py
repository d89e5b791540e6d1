"""Runs are kept, named, compared, laid over the curves, opened, removed, saved and loaded."""

import html
import json
import random

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engines.runs.shelf import Shelf
from engines.runs.shelf_file import MOST_BYTES, shelf_from_json, shelf_json
from tests.engines.runs.test_shelf import drawn_run, drawn_shelf
from tests.pages.driving import texts
from tests.ui.small_jobs import eventually
from ui.experiment.settings import LANGUAGES


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """The page of this test stands alone: there are no others to link to."""
    monkeypatch.setattr(st, "page_link", lambda *_arguments, **_looks: None)


def open_page(**query):
    app = AppTest.from_file("shelf_page.py", default_timeout=60)
    for key, value in {"lang": "en", "tempo": "fast", **query}.items():
        app.query_params[key] = value
    return app.run()


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def shelf(app):
    return app.session_state["kept.shelf"] if "kept.shelf" in app.session_state else Shelf()


def row(app, place):
    """What the row says in words."""
    found = [html.unescape(text) for text in texts(app) if "<small style" in text]
    return found[place].replace("\N{NO-BREAK SPACE}", " ")


def stepped(app, count):
    """So many more steps, each by its button."""
    for _ in range(count):
        press(app, "step")
    return app


def snapshot(app):
    return app.session_state["training"].job.snapshot


def test_nothing_is_kept_before_the_first_step():
    app = open_page()
    assert app.button(key="kept.keep").disabled
    assert "before the first step" in app.button(key="kept.keep").help
    assert not app.get("download_button")
    stepped(app, 1)
    assert not app.button(key="kept.keep").disabled


def test_a_run_is_kept_as_it_stands():
    app = press(stepped(open_page(), 3), "kept.keep")
    (run,) = shelf(app).runs
    assert run.name == "Run 1"
    assert run.recipe == snapshot(app).recipe
    assert run.steps == 3
    assert app.text_input(key="kept.name.0").value == "Run 1"
    assert "the live run as it stands" in row(app, 0)
    assert f"3 steps · loss {run.loss:.3g}, test accuracy {run.accuracy:.1%}" in row(app, 0)
    stepped(app, 1)
    assert "the live run at an earlier step" in row(app, 0)


def test_what_tells_it_from_the_live_run_is_said_in_words():
    app = press(stepped(open_page(), 2), "kept.keep")
    app.selectbox(key="control.optimizer").set_value("adam").run()
    stepped(app, 1)
    assert "without the live run's SGD → Adam at step 2" in row(app, 0)
    press(app, "kept.keep")
    assert shelf(app).names == ("Run 1", "Run 2")
    assert "the live run as it stands" in row(app, 1)


def test_a_name_can_be_changed_and_each_is_its_own():
    app = stepped(open_page(), 1)
    press(press(app, "kept.keep"), "kept.keep")
    app.checkbox(key="kept.overlay.1").check().run()
    app.text_input(key="kept.name.1").input("small *rate*").run()
    assert shelf(app).names == ("Run 1", "small *rate*")
    assert app.text[0].value == "over the curves: ['small *rate*']"
    app.text_input(key="kept.name.1").input("Run 1").run()
    assert shelf(app).names == ("Run 1", "small *rate*")
    assert any("There is a kept run called Run 1 already" in error.value for error in app.error)
    app.text_input(key="kept.name.1").input("").run()
    assert any("a name of 1 to 40 characters" in error.value for error in app.error)
    press(app, "kept.keep")
    assert shelf(app).names == ("Run 1", "small *rate*", "Run 2")


def test_runs_are_laid_over_the_curves_in_the_order_of_their_choice():
    app = stepped(open_page(), 1)
    for _ in range(3):
        press(app, "kept.keep")
    app.checkbox(key="kept.overlay.2").check().run()
    app.checkbox(key="kept.overlay.0").check().run()
    assert app.text[0].value == "over the curves: ['Run 3', 'Run 1']"
    press(app, "kept.remove.2")
    assert app.text[0].value == "over the curves: ['Run 1']"
    press(app, "kept.keep")
    assert shelf(app).names == ("Run 1", "Run 2", "Run 3")
    assert app.checkbox(key="kept.overlay.0").value is True
    app.checkbox(key="kept.overlay.0").uncheck().run()
    assert "[]" in app.text[0].value


def test_a_run_that_was_removed_is_not_laid_over_again_under_its_old_name():
    app = stepped(open_page(), 1)
    press(app, "kept.keep")
    app.checkbox(key="kept.overlay.0").check().run()
    press(app, "kept.remove.0")
    press(app, "kept.keep")
    assert app.checkbox(key="kept.overlay.0").value is False
    assert app.text[0].value == "over the curves: []"


def test_open_hands_over_the_recipe():
    app = stepped(open_page(), 2)
    press(app, "kept.keep")
    stepped(app, 1)
    press(app, "kept.open.0")
    assert app.session_state["opened"] == shelf(app).runs[0].recipe
    assert app.session_state["opened"].step == 2


def test_the_thirteenth_is_not_kept():
    app = stepped(open_page(), 1)
    for _ in range(12):
        press(app, "kept.keep")
    assert len(shelf(app).runs) == 12
    assert app.button(key="kept.keep").disabled
    assert "12 runs are the most" in app.button(key="kept.keep").help
    press(app, "kept.remove.4")
    press(app, "kept.keep")
    assert "Run 5" in shelf(app).names


def test_a_run_is_kept_while_it_goes_on():
    app = press(open_page(), "play")
    assert not app.button(key="kept.keep").disabled
    assert eventually(lambda: snapshot(app).steps > 50)
    press(app, "kept.keep")
    press(app, "pause")
    (run,) = shelf(app).runs
    assert 0 < run.steps <= snapshot(app).steps
    assert "the live run" in row(app, 0)


def upload(app, content, name="kept-runs.json"):
    found = next(each for each in app.file_uploader if each.key.startswith("kept.load"))
    found.set_value((name, content, "application/json")).run()
    assert not app.exception
    return app


def test_a_file_gives_its_runs_back():
    saved = drawn_shelf(2)
    app = upload(open_page(), shelf_json(saved).encode())
    assert shelf(app) == saved
    assert not app.error
    assert shelf_from_json(shelf_json(shelf(app))) == saved
    upload(app, shelf_json(saved).encode())
    assert shelf(app) == saved  # nothing twice
    other = Shelf((drawn_run("Run 0", random.Random(9)),))
    upload(app, shelf_json(other).encode())
    assert shelf(app).names == ("Run 0", "Run 1", "Run 0 (2)")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n", "The file is not JSON"),
        (b"{}", "This is not a file of that kind"),
        (shelf_json(drawn_shelf(2)).encode()[:-9], "The file is not JSON"),
        (shelf_json(drawn_shelf(2)).replace('"seed":', '"seeds":').encode(), "The file is damaged or of another kind"),
        (json.dumps({"format": "gradient-engine kept runs", "version": 2}).encode(), "saved by a newer version"),
        (b" " * (MOST_BYTES + 1), "The file is too large"),
        (shelf_json(drawn_shelf(12)).encode(), "12 runs are the most that can be kept"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_changes_nothing(language, content, said):
    app = press(stepped(open_page(lang=language), 1), "kept.keep")
    before = shelf(app)
    upload(app, content)
    assert shelf(app) == before
    (error,) = app.error
    assert language == "ko" or said in error.value
    press(app, "kept.keep")
    assert not app.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shelf_stands_in_every_language(language):
    app = press(stepped(open_page(lang=language), 1), "kept.keep")
    assert not app.exception
    assert len(shelf(app).runs) == 1
