"""The Gradient descent page, driven without a browser: every scene and control, every backend and language."""

import time
from html import unescape

import pytest

from engines import backends
from engines.descent.landscapes import CURVES, SURFACES
from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.gradient_descent.settings import OWN, SAMPLE
from ui.text import Text

SCENES = ("one", "two", "exact", "network")
PAIRS = [("en", name) for name in backends.names()] + [
    (language, "numpy") for language in LANGUAGES if language != "en"
]


def open_page(**query):
    return driving.open_page("gradient_descent", **{"lang": "en"} | query)


def finish(app):
    """Run the page until the long work on it is done."""
    deadline = time.monotonic() + 30
    while any(button.key and button.key.endswith(".cancel") for button in app.button) and time.monotonic() < deadline:
        time.sleep(0.1)
        app.run()
    return app


def words(app):
    return " ".join(block.value for block in [*app.markdown, *app.caption])


def computed(app):
    """What the page says, without the chapter's text."""
    blocks = [*app.markdown, *app.caption]
    return unescape(" ".join(block.value for block in blocks if not block.value.startswith("#### ")))


def _plain(text):
    """With one sign for minus and hyphen."""
    return text.replace("−", "-")


def in_url(app, key):
    value = app.query_params[key]
    return value[0] if isinstance(value, list) else value


def charts(app):
    return app.get("vega_lite_chart")


@pytest.mark.parametrize(("language", "backend"), PAIRS)
@pytest.mark.parametrize("scene", SCENES)
def test_each_scene_opens_in_every_language_and_with_every_backend(backend, language, scene):
    app = open_page(lang=language, backend=backend, scene=scene)
    assert not app.exception
    assert app.title[0].value == Text(language)("Gradient descent")
    assert app.button_group(key="view.scene").value == scene


@pytest.mark.parametrize("curve", [*CURVES, SAMPLE, OWN])
def test_each_curve_has_a_reading_and_a_table(curve):
    app = open_page(curve=curve)
    assert not app.exception
    assert "Step 0: w" in words(app).replace("&#58;", ":")
    assert len(app.dataframe[0].value) == 101


def test_the_chapters_ball_is_caught_and_with_momentum_it_escapes(backend):
    caught = open_page(backend=backend, k="60")
    assert "stays in the local minimum at" in computed(caught)
    assert "caught there: the global minimum at 3 is lower" in computed(caught)
    escaped = open_page(backend=backend, m="0.9", k="100")
    assert "stays in the global minimum at 3" in computed(escaped)


def test_the_end_is_not_told_before_it_has_come():
    told = computed(open_page())
    assert "Step 0" in told
    assert "stays" not in told
    assert "caught" not in told


def test_the_strip_counts_its_switches_and_names_the_first(backend):
    app = finish(open_page(backend=backend, curve="double_well"))
    assert not app.exception
    told = words(app)
    assert "switches 6 times" in told
    assert "0.7017" in told.replace("&#46;", ".")


def test_a_parabola_says_its_exact_bound():
    told = words(open_page(curve="parabola")).replace("&#47;", "/").replace("&#61;", "=")
    assert "2/L = 2" in told


def test_beyond_the_bound_the_reading_says_divergence(backend):
    assert "It diverges" in words(open_page(backend=backend, curve="parabola", step="3", k="100"))


def test_next_step_and_to_the_start_move_the_ball():
    app = open_page(k="5")
    app.button(key="descent.next").click().run()
    assert app.select_slider(key="view.shown").value == 6
    assert in_url(app, "k") == "6"
    app.button(key="descent.first").click().run()
    assert app.select_slider(key="view.shown").value == 0


def test_play_goes_on_by_itself_and_pause_writes_where_it_is():
    app = open_page(k="3")
    app.button(key="descent.play").click().run()
    assert app.button(key="descent.play").label == "Pause"
    time.sleep(0.6)
    app.run()
    reached = app.select_slider(key="view.shown").value
    assert reached > 3
    assert in_url(app, "k") == "3"  # while it plays the link stays
    app.button(key="descent.play").click().run()
    assert app.button(key="descent.play").label == "Play"
    assert int(in_url(app, "k")) == app.select_slider(key="view.shown").value >= reached


def test_another_curve_brings_its_own_start_and_step_size():
    app = open_page(start="-3", step="0.2")
    app.selectbox(key="view.curve").set_value("wavy").run()
    assert not app.exception
    assert app.select_slider(key="view.start").value == CURVES["wavy"].start
    assert app.select_slider(key="view.step_size").value == CURVES["wavy"].step_size
    assert "start" not in app.query_params


def test_sliders_write_the_link():
    app = open_page(curve="parabola")
    app.select_slider(key="view.step_size").set_value(0.5).run()
    app.select_slider(key="view.start").set_value(2.0).run()
    app.select_slider(key="view.momentum").set_value(0.5).run()
    app.toggle(key="view.nesterov").set_value(True).run()
    assert not app.exception
    assert [in_url(app, key) for key in ("step", "start", "m", "nesterov")] == ["0.5", "2", "0.5", "on"]
    assert any("self.momentum * velocity" in block.value for block in app.code)


def test_a_formula_of_ones_own_is_taken_and_a_bad_one_loses_nothing():
    app = open_page(curve=OWN, f="x**2")
    app.text_input(key="view.formula").set_value("(x - 1)**4").run()
    assert not app.exception
    assert in_url(app, "f") == "(x - 1)**4"
    app.text_input(key="view.formula").set_value("__import__('os')").run()
    assert not app.exception
    assert app.error
    assert in_url(app, "f") == "(x - 1)**4"


SAID = [  # query, what is said, what is not
    ({"f": "x**3 - 3*x", "start": "3"}, ["local minimum at 1", "lower still at the edge"], ["global"]),
    ({"f": "x + 2*sin(3*x)"}, ["the lowest minimum of this frame, at -2.67"], ["global"]),
    ({"f": "abs(x)", "start": "-3.01"}, ["corner", "from -1 to 1", "No fixed step comes to rest"], ["L = f"]),
    ({"f": "max(-x, x**2)"}, ["f″ does not exist"], ["No fixed step"]),
    ({"f": "relu(x)", "start": "-2"}, ["stays in the flat bottom from -4 to 0"], ["although", "not a minimum"]),
    ({"f": "max(x**2-1,0)", "start": "-0.983", "step": "0.1"}, ["stays in the flat bottom from -1 to 1"], ["L = f"]),
    ({"f": "1/x"}, ["no minimum in its frame"], ["only one minimum"]),
    ({"f": "log(x)", "k": "0"}, ["at w = -3 f has no finite value"], ["beyond all numbers"]),
    ({"f": "x**3", "start": "0"}, ["on one side f goes on falling"], ["stays in"]),
    ({"f": "-x**2", "start": "0"}, ["stands on a maximum"], ["stays in"]),
    ({"f": "0.0001*x**2"}, ["2/L = 10,000"], ["curvature at the bottom is 0"]),
    ({"curve": "valleys", "step": "1.5"}, ["same minimum: local, -2", "Of 199 momenta 157 diverge"], ["switches"]),
    ({"curve": "valleys", "step": "100"}, ["diverges at every momentum"], ["same"]),
    ({"f": "abs(x)", "start": "-3.01"}, ["only one minimum"], ["same"]),
    ({"curve": "valleys", "m": "0.5", "nesterov": "on"}, ["switches once", "0.954"], ["not always better"]),
    ({"curve": "double_well"}, ["not always better"], ["switches once"]),
    ({"curve": "parabola", "m": "0.01", "step": "0.1"}, ["(1−√β)²/L = 0.81", "unless it starts on the minimum"], []),
    ({"curve": "quartic"}, ["curvature at the bottom is 0"], []),
]


@pytest.mark.parametrize(("query", "said", "unsaid"), SAID, ids=str)
def test_what_is_said_is_so(query, said, unsaid):
    app = finish(open_page(**{"curve": OWN, "k": "100"} | query))
    assert not app.exception
    told, said, unsaid = _plain(computed(app)), list(map(_plain, said)), list(map(_plain, unsaid))
    assert [part for part in said if part not in told] == []
    assert [part for part in unsaid if part in told] == []


@pytest.mark.parametrize("formula", ["x", "2", "1/x", "log(x)", "-x**2", "abs(x)", "exp(x**2)", "log(-1-x**2)"])
def test_awkward_formulas_break_nothing(formula):
    app = finish(open_page(curve=OWN, f=formula))
    assert not app.exception


@pytest.mark.parametrize("sample", ["0", "5", "31"])
def test_each_sample_has_its_own_loss(sample):
    app = open_page(curve=SAMPLE, sample=sample)
    assert not app.exception
    assert "W1" in " ".join(str(chart.proto.spec) for chart in charts(app))


@pytest.mark.parametrize("surface", [*SURFACES, OWN])
def test_each_surface_has_a_reading(surface):
    app = open_page(scene="two", surface=surface, m="0.5")
    assert not app.exception
    assert "After 100 steps, 4 balls" in computed(app)


def test_in_the_default_ravine_plain_descent_is_still_moving_where_momentum_has_arrived():
    """The point of the ravine, and of momentum."""
    assert "4 still moving" in computed(open_page(scene="two"))
    assert "4 in a minimum" in computed(open_page(scene="two", m="0.7"))
    assert "100 times as curved across as along" in computed(open_page(scene="two"))


def test_what_is_said_of_balls_on_a_surface_is_so():
    assert "4 still moving" in computed(open_page(scene="two", surface="bowl", step2="0.0001"))
    assert "1 at a saddle" in computed(open_page(scene="two", surface="saddle"))


def test_clicked_starts_are_in_the_link_and_can_be_cleared():
    app = open_page(scene="two", at="1,1;-2,0.5")
    assert ", 6 balls" in computed(app)
    app.toggle(key="view.fan").set_value(False).run()
    assert ", 2 balls" in computed(app)
    app.button(key="descent.clear").click().run()
    assert not app.exception
    assert "at" not in app.query_params
    assert ", 1 ball:" in computed(app)


def test_beyond_the_ravines_bound_every_ball_leaves():
    assert "4 outside the frame" in computed(open_page(scene="two", surface="ravine", step2="0.12"))
    assert "outside the frame" not in computed(open_page(scene="two", surface="ravine", step2="0.09"))


@pytest.mark.parametrize(("name", "count"), [("himmelblau", 9), ("camel", 15), ("wells3", 27)])
def test_exact_solutions_are_all_listed(backend, name, count):
    app = finish(open_page(backend=backend, scene="exact", poly=name))
    assert not app.exception
    assert len(app.dataframe[0].value) == count
    assert f"{count} points with gradient 0" in words(app)


def test_bezouts_bound_is_that_of_the_sidebars_network():
    told = words(open_page(scene="exact", hidden="16"))
    assert "1,210 weights" in told  # 64·16 + 16 + 16·10 + 10
    assert "578 digits" in told
    assert "linear regression" in words(open_page(scene="exact", hidden="none"))


def test_a_bad_link_falls_back_with_a_message_for_each_fault():
    app = open_page(
        scene="three", curve="everest", step="-1", m="1.5", k="500", f="import os", at="1;2", nesterov="yes"
    )
    assert not app.exception
    told = " ".join(warning.value for warning in app.warning)
    faults = ("scene=three", "curve=everest", "step=-1", "m=1.5", "k=500", "f=import os", "at=1;2", "nesterov=yes")
    assert all(fault in told for fault in faults)
    assert "Instead it is ." not in told
    assert app.button_group(key="view.scene").value == "one"


def test_a_start_outside_the_frame_is_said():
    app = open_page(curve="parabola", start="50")
    assert not app.exception
    assert "outside" in app.warning[0].value
    assert app.select_slider(key="view.start").value == 4.0


def test_scenes_switch_both_ways():
    app = open_page()
    for scene in (*SCENES, "one"):
        app.button_group(key="view.scene").set_value(scene).run()
        assert not app.exception


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    for scene in ("one", "two", "exact"):
        finish(open_page(lang="ko", scene=scene))
    finish(open_page(lang="ko", curve=SAMPLE, step="500"))
    open_page(lang="ko", curve="parabola", step="2.5", start="99")
    assert untranslated == []


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("formula", ["x**3", "exp(x**2)", "log(x)", "1/x"])
def test_a_ball_that_runs_off_fills_no_log(formula):
    app = finish(open_page(curve=OWN, f=formula, k="100"))
    assert not app.exception
