"""The Backends page, driven without a browser."""

import html
import re

import pytest

from engines import backends
from engines.comparison import step_times
from engines.operations import OPERATIONS
from tests.pages import driving
from tests.pages.driving import finished
from ui.backends.own import scene as own
from ui.backends.settings import GRADIENTS
from ui.backends.view import SCENES, BackendsView
from ui.experiment.settings import LANGUAGES, from_query, to_query
from ui.parts.long_work import results
from ui.text import Text

SIZES = (8, 32)
OTHERS = [name for name in backends.names() if name != "numpy"]


@pytest.fixture(autouse=True)
def _empty_results():
    results.clear()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Two sizes of the hidden layer, two rounds, blocks of a step: JAX compiles each operation anew for each shape."""
    monkeypatch.setattr(step_times, "SIZES", SIZES)
    monkeypatch.setattr("ui.backends.speed.scene.SIZES", SIZES)
    monkeypatch.setattr(step_times, "ROUNDS", 2)
    monkeypatch.setattr(step_times, "_BLOCK_SECONDS", 1e-5)


def open_page(scene, wait=True, **query):
    app = driving.open_page(
        "backends", **{"lang": "en", "scene": scene, "hidden": "32", "steps": "30", "run": "experiment"} | query
    )
    return finished(app) if wait else app


def said(app):
    text = " ".join(block.value for block in [*app.markdown, *app.warning, *app.error, *app.info, *app.caption])
    return html.unescape(text)


def listings(app):
    return [block.value for block in app.code]


def charts(app):
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_drawn_in_every_language_in_its_words_only(language, scene, untranslated):
    app = open_page(scene, lang=language)
    assert not app.error
    assert charts(app) == {"agreement": 2, "speed": 1, "code": 0, "own": 0}[scene]
    assert Text(language).section("backends", f"chapter_{scene}") in said(app)
    assert Text(language).section("backends", "sentence") in said(app)
    assert untranslated == []


# Agreement


@pytest.mark.skipif(not OTHERS, reason="only one backend is installed")
def test_any_backend_can_be_the_reference(backend):
    app = open_page("agreement", backend=backend)
    assert said(app).count(f"difference from {backends.get(backend).label}") == 2
    assert (
        len(re.findall(r"Largest difference: \S+ at step \d+ \(.*?\), \S+ times the rounding error u", said(app))) == 2
    )
    assert "No exponential growth shows" in said(app)
    assert any("def compare(" in code for code in listings(app))


def largest(app):
    """What the readings say of both panels."""
    return re.findall(r"Largest difference: (\S+) ", said(app))


def test_what_is_compared_and_how_stands_in_the_url_and_changes_the_reading():
    app = open_page("agreement")
    first = largest(app)
    app.button_group(key="view.quantity").set_value("gradients")
    app.run()
    assert largest(app) != first
    assert "gradients" in app.query_params["quantity"]
    app.button_group(key="view.measure").set_value("absolute")
    app.run()
    assert "absolute" in app.query_params["measure"]
    assert "rounding error u of a single number" not in said(app)
    app.select_slider(key="view.steps").set_value(100)
    finished(app.run())
    assert "100" in app.query_params["steps"]
    for cell in ("relative, float32", "absolute, float64", "PyTorch", "weights"):
        assert cell in said(app)


def test_rate_and_optimizer_are_the_experiments_own():
    app = open_page("agreement", steps="200")
    app.selectbox(key="backends.optimizer").set_value("momentum")
    finished(app.run())
    assert "momentum" in app.query_params["optimizer"]
    assert "No exponential growth shows" in said(app)
    app.select_slider(key="backends.rate").set_value(0.5)
    finished(app.run())
    assert "0.5" in app.query_params["rate"]
    assert app.session_state["settings"].learning_rate == 0.5
    assert said(app).count("grows exponentially") == 2
    assert "two different runs" in said(app)


def test_the_page_opens_on_the_run_in_which_differences_explode():
    app = driving.open_page("backends", lang="en")
    said_at_once = said(finished(app))
    assert said_at_once.count("It grows exponentially: tenfold about every") == 2
    assert app.session_state["settings"].optimizer == "sgd"  # the experiment is left as it was
    app.button_group(key="view.run").set_value("experiment")
    finished(app.run())
    assert "No exponential growth shows" in said(app)
    assert "experiment" in app.query_params["run"]


def test_a_run_that_diverges_says_where_it_stopped():
    app = open_page("agreement", loss="mean_squared_error", rate="300", steps="100")
    assert re.search(r"NumPy stopped at step \d+: .* no longer finite", said(app))
    assert charts(app) == 2


def test_a_link_gives_the_same_numbers_in_another_session():
    first = largest(open_page("agreement", seed="3", optimizer="adam"))
    results.clear()
    assert largest(open_page("agreement", seed="3", optimizer="adam")) == first
    assert largest(open_page("agreement", seed="4", optimizer="adam")) != first


def test_it_can_be_cancelled_and_the_live_run_is_left_alone():
    app = driving.open_page("training_loop")
    app.button(key="step").click().run()
    run = app.session_state["training"].run
    app.switch_page("pages/backends.py")
    app.query_params.update({"lang": "en", "hidden": "512-512", "steps": "3000"})
    app.run()
    app.button(key="backends.agreement.cancel").click().run()
    assert not app.exception
    assert app.button(key="backends.agreement.again")
    assert run.trainer.steps == 1


# Speed


def test_all_are_timed_at_every_size_and_the_loop_by_hand_is_the_measure():
    app = open_page("speed")
    text = said(app)
    for name in backends.names():
        assert name == "numpy" or backends.get(name).label in text
    assert "our engine takes" in text
    assert "overtake" in text or "faster at every size" in text
    assert len(re.findall(r"\d ms \(\d+\.\d\d×\)", text)) == len(SIZES) * len(backends.names())
    assert any("def losses(task" in code for code in listings(app))


def test_the_unit_stands_in_the_url_and_measuring_again_gives_other_times():
    app = open_page("speed")
    times = re.findall(r"[\d.]+ ms", said(app))
    app.button_group(key="view.per_second").set_value(True)
    app.run()
    assert "on" in app.query_params["per_second"]
    assert re.findall(r"[\d.]+ ms", said(app)) == times
    app.button(key="backends.again").click()
    finished(app.run())
    assert re.findall(r"[\d.]+ ms", said(app)) != times


# Code


@pytest.mark.parametrize("operation", [*OPERATIONS, GRADIENTS])
def test_every_operation_shows_the_own_code_of_every_backend(operation):
    app = open_page("code", operation=operation)
    shown = listings(app)
    assert sum(f"def {operation}(self" in code for code in shown) == len(backends.names())
    assert len(app.latex) == (3 if operation in OPERATIONS else 0)
    assert ("Run on the same random numbers" in said(app)) == (operation in OPERATIONS and bool(OTHERS))


def test_another_operation_stands_in_the_url_and_shows_what_it_calls():
    app = open_page("code")
    app.selectbox(key="view.operation").set_value("matmul")
    app.run()
    assert "matmul" in app.query_params["operation"]
    assert any("g.dot(b.value.T)" in code for code in listings(app))
    assert any("def binary(" in code for code in listings(app))
    assert any("torch.matmul" in code for code in listings(app))
    app.selectbox(key="view.operation").set_value(GRADIENTS)
    app.run()
    assert any("def backward(" in code for code in listings(app))


# Your own


def test_every_registered_backend_is_listed_with_its_class():
    text = said(open_page("own"))
    for name in backends.names():
        kind = type(backends.get(name))
        assert f"{kind.__module__}.{kind.__qualname__}" in text
        assert backends.get(name).version in text
    for name in backends.unavailable():
        assert name in text


def test_a_backend_that_cannot_be_used_is_listed_with_the_reason(monkeypatch):
    monkeypatch.setattr(backends, "unavailable", lambda: {"broken": "ImportError: no such library"})
    text = said(open_page("own"))
    assert "✗ ImportError: no such library" in text


def test_the_interface_is_the_class_itself():
    text = said(open_page("own"))
    assert "`gradients(output, wrt, upstream=None)`" in text
    assert all(f"`{name}`" in text for name in OPERATIONS)


def test_the_example_is_shown_as_it_stands_in_the_repository():
    app = open_page("own")
    assert "pip install ./examples/jax_backend" in listings(app)
    for file in own.FILES:
        assert (own.ROOT / own.EXAMPLE / file).read_text("utf-8").strip() in [code.strip() for code in listings(app)]
    told = {True: "installed here: choose it", False: "not installed here"}["jax" in backends.names()]
    assert told in said(app) or "jax" in backends.unavailable()


def test_without_the_example_the_page_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(own, "ROOT", tmp_path)
    assert "The example is not here" in said(open_page("own"))


# Links


def test_bad_values_fall_back_with_a_message():
    bad = {"quantity": "speed", "measure": "?", "steps": "7", "per_second": "maybe", "operation": "?"}
    app = open_page("none", wait=False, **bad)
    told = said(app).replace("\\", "")
    assert all(f"{key}={text}" in told for key, text in {"scene": "none", **bad}.items())
    assert charts(finished(app)) == 2


def test_a_link_carries_the_whole_view():
    view = BackendsView("experiment", "loss", "absolute", 100, True, "sum", "speed")
    assert from_query(BackendsView, to_query(view)) == (view, [])
    assert len(to_query(view)) == 7
