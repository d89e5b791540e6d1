"""The scene "on a surface" of the Optimizers page, driven without a browser."""

import html
import threading
import time

import pytest

from engines.descent.surface_courses import COURSES
from engines.descent.surface_race import surface_race
from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.optimizers.surface import scene as surface
from ui.text import Text

CODE = "def surface_race("


def open_scene(wait=True, **query):
    app = driving.open_page("optimizers", **{"lang": "en", "scene": "surface", "surface_steps": "20"} | query)
    return finished(app) if wait else app


def finished(app):
    """Run until the race is computed: on a busy machine it is not at once."""
    deadline = time.monotonic() + 30
    while any(button.key == "surface.cancel" for button in app.button) and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert not app.exception
    return app


def said(app):
    return html.unescape(" ".join(block.value for block in app.markdown))


def rows(app):
    """The cells of the table of numbers, row by row."""
    (table,) = [block.value for block in app.markdown if "<table" in block.value]
    cells = [row.split("</td>")[:-1] for row in table.split("</tr>")[1:-1]]
    return [[html.unescape(cell.rpartition(">")[2]) for cell in row] for row in cells]


def in_url(app, key):
    value = app.query_params[key]
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_in_every_language_with_every_backend(backend, language):
    app = open_scene(lang=language, backend=backend)
    assert not app.error
    assert len(app.get("vega_lite_chart")) == 2
    assert len(app.get("bidi_component")) == 1
    assert len(rows(app)) == 6
    assert Text(language).section("optimizers", "chapter_surface") in said(app)
    assert any(CODE in block.value for block in app.code)


def test_the_numbers_are_the_same_on_every_backend(backend):
    query = {"surface": "beale", "surface_start": "1,1.5"}
    assert rows(open_scene(backend=backend, **query)) == rows(open_scene(**query))


@pytest.mark.parametrize("name", COURSES)
def test_each_surface_has_its_race(name):
    app = open_scene(surface=name)
    assert "Step 20 of 20" in said(app)
    assert [row[1] for row in rows(app)] == [f"{rate:g}" for rate in COURSES[name].rates.values()]


def test_the_table_is_the_closed_form_on_the_bowl():
    app = open_scene(surface="bowl", surface_start="2,-1", race="sgd")
    ((optimizer, rate, steps, end, f, away, arrival),) = rows(app)
    shrunk = (1 - 0.1) ** 20
    assert (optimizer, rate, steps, arrival) == ("SGD", "0.1", "20", "–")
    assert end == f"({2 * shrunk:.3g}, −{shrunk:.3g})"
    assert (f, away) == (f"{2.5 * shrunk**2:.3g}", f"{5**0.5 * shrunk:.3g}")


def test_the_reading_is_that_of_the_step_shown():
    assert "all stand at the start, f = 116" in said(open_scene(surface_step="0"))  # 2.6²/2 + 50·1.5²
    assert "Step 7 of 20" in said(open_scene(surface_step="7"))
    assert "Step 20 of 20" in said(open_scene(surface_step="500"))


def test_who_leaves_is_named_with_the_step():
    app = open_scene(surface="ravine", surface_rates="sgd,rate:0.12")  # beyond 2/20: y = 1.5, −2.1
    assert "Left the frame (at step): SGD (1)." in said(app)
    assert rows(app)[0][2] == "1: left the frame"
    gone = open_scene(surface="saddle", surface_steps="60")
    assert "none is left inside the frame" in said(gone)


def test_who_stands_still_is_named():
    assert "Hardly moving from here to step 20: SGD." in said(
        open_scene(surface="bowl", surface_rates="sgd,rate:1", race="sgd;adam")
    )


def test_another_surface_brings_its_own_start_steps_and_rates():
    app = open_scene(surface_start="1,1", surface_rates="sgd,rate:0.01", surface_step="3")
    app.selectbox(key="view.surface").set_value("beale")
    finished(app.run())
    assert in_url(app, "surface") == "beale"
    assert not {"surface_start", "surface_rates", "surface_step", "surface_steps"} & set(app.query_params)
    assert app.selectbox(key="view.surface_start").value == COURSES["beale"].starts[0]
    assert f"of {COURSES['beale'].steps}" in said(app)


def test_start_and_steps_stand_in_the_link():
    app = open_scene(surface_start="0.5,-0.25")
    assert app.selectbox(key="view.surface_start").options[-1] == "clicked: (0.5, -0.25)"
    app.selectbox(key="view.surface_start").set_value(COURSES["ravine_100"].starts[2])
    finished(app.run())
    assert in_url(app, "surface_start") == "1.6,1.7"
    app.select_slider(key="view.surface_steps").set_value(60)
    finished(app.run())
    assert in_url(app, "surface_steps") == "60"
    assert "Step 60 of 60" in said(app)


def test_who_takes_part_is_who_races_and_can_be_chosen_here():
    app = open_scene(race="sgd;adam")
    assert [row[0] for row in rows(app)] == ["SGD", "Adam"]
    app.button_group(key="racers.set").set_value(["momentum", "adam"])
    finished(app.run())
    assert [row[0] for row in rows(app)] == ["Momentum", "Adam"]
    assert in_url(app, "race") == "momentum;adam"


def test_own_rates_stand_in_the_link_and_can_be_taken_back():
    app = open_scene(race="momentum;adam,beta_1:0.8")
    before = rows(app)
    assert app.text_input(key="surface.adam.beta_1").value == "0.8"  # the race's own, only the rate is the surface's
    app.select_slider(key="surface.momentum.rate").set_value(0.005)
    finished(app.run())
    assert in_url(app, "surface_rates") == "momentum,rate:0.005"
    assert rows(app)[0] != before[0]
    assert rows(app)[1] == before[1]
    app.text_input(key="surface.adam.epsilon").set_value("0.01")
    finished(app.run())
    assert in_url(app, "surface_rates") == "momentum,rate:0.005;adam,rate:0.2,beta_1:0.8,epsilon:0.01"
    assert in_url(app, "race") == "momentum;adam,beta_1:0.8"
    app.button(key="surface.reset").click()
    finished(app.run())
    assert "surface_rates" not in app.query_params
    assert rows(app) == before


def test_a_start_outside_the_frame_and_other_faults_of_a_link_are_said():
    app = open_scene(surface_start="9,9")
    assert "(9, 9) lies outside" in app.warning[0].value
    assert app.selectbox(key="view.surface_start").value == COURSES["ravine_100"].starts[0]
    app = open_scene(surface="everest", surface_start="here", surface_steps="-1", surface_rates="adam,rate:x")
    told = " ".join(warning.value for warning in app.warning)
    for fault in ("surface=everest", "surface_start=here", "surface_steps=-1", "surface_rates=adam,rate:x"):
        assert fault in told
    assert "Instead it is ." not in told


def test_while_a_race_is_computed_the_one_before_stays(monkeypatch):
    gate = threading.Event()
    gate.set()

    def held(*arguments):
        records = list(surface_race(*arguments))
        while not gate.is_set():
            yield records[0]
            time.sleep(0.01)
        yield records[-1]

    monkeypatch.setattr(surface, "surface_race", held)
    app = open_scene(surface_start="0.123,0.1")
    before = rows(app)
    gate.clear()
    app.query_params["surface_start"] = "0.321,0.1"
    app.run()
    assert any(button.key == "surface.cancel" for button in app.button)
    assert rows(app) == before
    app.query_params["surface"] = "himmelblau"
    app.run()
    assert not any("<table" in block.value for block in app.markdown)  # another surface's would mislead
    gate.set()
    finished(app.run())
    assert rows(app) != before


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    open_scene(lang="ko", surface="saddle", surface_steps="60", surface_start="9,9")
    open_scene(lang="ko", surface_start="1,1", surface_step="0")
    open_scene(lang="ko", surface="bowl", surface_rates="sgd,rate:1")
    assert untranslated == []
