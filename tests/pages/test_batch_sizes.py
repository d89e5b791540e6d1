"""The scene "batch size" of the Optimizers page, driven without a browser."""

import html
import time

import pytest

from engines.races import gradient_noise
from tests.pages import driving
from tests.pages.driving import finished, has_cancel
from ui.experiment.settings import LANGUAGES
from ui.optimizers.batches import settings as batches_settings
from ui.optimizers.batches.settings import TRIED
from ui.parts.long_work import results
from ui.text import Text

SAMPLES = 16  # "all" of them


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """No results of other tests; few samples and few batches, so that all is measured in a blink."""
    results.clear()
    batches_settings._part.cache_clear()
    for name, value in {"_MOST": SAMPLES, "_FEWEST": SAMPLES, "_MOST_TEST": SAMPLES}.items():
        monkeypatch.setattr(batches_settings, name, value)
    for name in ("FEWEST", "MOST", "AT_LEAST"):
        monkeypatch.setattr(gradient_noise, name, 2)
    yield
    batches_settings._part.cache_clear()


def open_page(wait=True, **query):
    small = {"lang": "en", "scene": "batches", "hidden": "8", "b_size": "4", "b_epochs": "2"}
    app = driving.open_page("optimizers", **small | query)
    return finished(app) if wait else app


def said(app):
    """All words, escaped characters written out."""
    return html.unescape(" ".join(block.value for block in [*app.markdown, *app.caption, *app.warning, *app.error]))


def table(app):
    """The rows of numbers, as their HTML."""
    return html.unescape(next(block.value for block in app.markdown if "<table" in block.value))


def charts(app):
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_are_drawn_in_every_language_with_every_backend(backend, language, untranslated):
    app = open_page(lang=language, backend=backend)
    assert charts(app) == 3
    assert not app.error
    assert table(app).count("<tr>") == 4
    assert Text(language)("1 (true SGD)") in said(app)
    assert Text(language).section("batch_sizes", "rates_same") in said(app)
    assert any("def expected_noise" in block.value for block in app.code)
    assert not untranslated


def test_the_numbers_are_those_of_the_runs():
    rows = said(open_page(b_epochs="3"))
    assert "After 48 samples each" in rows
    assert "in 48 steps" in rows
    assert "in 12 steps" in rows
    assert "in 3 steps" in rows
    assert "all 16 (batch SGD)" in rows
    assert "16 of the 1,437 training samples" in rows


@pytest.mark.parametrize(("key", "value"), [("b_over", "seconds"), ("b_loss", "test")])
def test_another_picture_of_the_same_race_needs_no_new_race(key, value):
    app = open_page()
    before = table(app)
    app.button_group(key=f"view.{key}").set_value(value)
    app.run()
    assert not has_cancel(app)
    assert table(app) == before  # even the times
    assert value in app.query_params[key]


def test_sizes_epochs_and_rates_make_another_race_and_stand_in_the_url():
    app = open_page()
    seen = {table(app)}
    for key, value in (("b_size", 8), ("b_epochs", 5), ("b_rate", 0.2)):
        app.select_slider(key=f"view.{key}").set_value(value)
        seen.add(table(finished(app.run())))
        assert str(value) in app.query_params[key]
    assert len(seen) == 4
    assert "8 (mini-batch)" in said(app)


def test_rates_in_proportion_to_the_size():
    app = open_page(b_rates="scaled", b_rate="0.4")
    cells = table(app)
    assert all(f">{rate}<" in cells for rate in ("0.1", "0.4", "1.6"))
    assert Text("en").section("batch_sizes", "rates_scaled") in said(app)


def test_each_size_at_its_best_rate_and_all_rates_in_a_table():
    app = open_page(b_rates="best")
    assert app.select_slider(key="view.b_rate").disabled
    tried = [html.unescape(block.value) for block in app.markdown if "<table" in block.value][1]
    assert tried.count("<tr>") == 4
    assert tried.count("<td") == 3 * (1 + len(TRIED))
    assert tried.count("✓") == 3


def test_the_gradients_can_be_those_of_later_weights():
    app = open_page()
    start = said(app)
    app.selectbox(key="view.b_after").set_value(30)
    later = said(finished(app.run()))
    assert "30" in app.query_params["b_after"]
    noise = [next(part for part in text.split("<div") if "Noise ν" in part) for text in (start, later)]
    assert noise[0] != noise[1]


def test_runs_that_diverge_are_named_and_the_page_stands():
    app = open_page(loss="mean_squared_error", b_rate="100", b_after="1000", b_epochs="10")
    assert "nothing to compare" in app.error[0].value
    assert "Diverged: " in said(app)
    assert charts(app) == 1


def test_more_weights_than_there_is_room_for_are_refused():
    app = open_page(hidden="1024-1024-1024-1024", b_rates="best", b_after="0", wait=False)
    deadline = time.monotonic() + 20
    while not app.error and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert "MB of memory" in app.error[0].value


def test_bad_values_fall_back_with_a_message():
    app = open_page(b_size="0", b_rates="fair", b_over="steps", wait=False)
    told = said(app).replace("\\", "")
    assert all(part in told for part in ("b_size=0", "b_rates=fair", "b_over=steps"))


def test_a_finished_race_is_kept_for_all():
    first = table(open_page())
    again = open_page(wait=False)
    assert not has_cancel(again)
    assert table(again) == first


def test_the_race_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(batches_settings, "_MOST", 1437)
    app = open_page(wait=False, b_epochs="50")
    app.button(key="batches.race.cancel").click().run()
    assert not app.exception
    assert app.button(key="batches.race.again")
