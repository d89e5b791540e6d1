"""Data that a session has brought, on every page: drawn, trained on, linked to, taken home, and nobody else's."""

import subprocess
import sys

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engines.exports import data_file, data_npz, recipe_from_json, recipe_json, script
from tests.own_sets import give, own_set
from tests.pages.driving import finished
from tests.pages.test_equal_weights import SCENES, written
from tests.pages.test_one_way_in import in_url
from tests.pages.test_reopen import at_rest
from ui.optimizers.rates.work import known_runs
from ui.parts.long_work import results
from ui.training_loop import taken

PETS = own_set()
THREE = own_set((8, 8), ("a", "b", "c"), (3, 40, 60), (1, 9, 20), 1, "three of a.zip")


def open_with(brought, name, given=True, **query):
    """The page as its link opens it, in a session that has brought the data, or has not."""
    app = AppTest.from_file("../../dashboard.py", default_timeout=60).switch_page(f"pages/{name}.py")
    if given:
        give(app, brought)
    for key, value in ({"lang": "en", "hidden": "8", "data": brought.name} | query).items():
        app.query_params[key] = value
    return app.run()


def everybodys(data):
    """The results on these data that other sessions would find."""
    return [found for found in (*results()._kept, *known_runs()._kept) if data.name in repr(found)]


OTHERS = [(name, {}) for name in ("your_data", "questions", "for_teachers", "glossary")]


@pytest.mark.parametrize(
    ("page", "view", "backend"),
    [(*scene, ("numpy", "torch")[place % 2]) for place, scene in enumerate([*SCENES, *OTHERS])],
)
def test_every_page_is_drawn_with_own_images(page, view, backend):
    data = (PETS, THREE)[len(str(view)) % 2]
    app = finished(open_with(data, page, backend=backend, **view))
    assert not app.exception
    assert not app.error or "wrong" in view
    assert not app.warning
    assert "NaN" not in written(app) or page == "glossary"  # which has it as a term
    assert not everybodys(data)


def test_they_stand_in_the_sidebar_with_few_of_them_too_and_in_the_link():
    app = give(open_with(PETS, "training_loop"), THREE)
    app.run()
    images = app.selectbox(key="frame.images")
    assert images.options == ["all 70", "50"]
    assert app.selectbox(key="frame.data").options[-2:] == ["pets.zip", "three of a.zip"]
    images.set_value("50").run()
    assert in_url(app, "data") == f"{PETS.name}.50"
    assert "50 training and 20 test images" in written(app)
    app.selectbox(key="frame.data").set_value(THREE.name).run()
    assert in_url(app, "data") == f"{THREE.name}.50"
    assert not app.exception


def test_a_link_to_a_run_comes_back_at_its_step_with_its_weights():
    app = at_rest(open_with(PETS, "training_loop", trained="30"))
    run = app.session_state["training"].run
    assert (run.trainer.steps, run.trainer.data.name) == (30, PETS.name)
    query = app.session_state["written"]
    assert query["data"] == PETS.name
    assert query["content"] == PETS.identity
    again = at_rest(open_with(PETS, "training_loop", **query))
    assert again.session_state["training"].run.snapshot().hash == run.snapshot().hash
    assert not again.warning


def test_without_them_nothing_is_trained_and_the_way_to_them_leads_back_to_the_link():
    there = {"trained": "30", "content": PETS.identity, "seed": "7"}
    app = open_with(PETS, "training_loop", given=False, **there)
    (told,) = app.error
    assert PETS.identity in told.value
    assert "training" not in app.session_state
    assert app.button(key="use_digits")
    app.switch_page("pages/your_data.py").run()
    assert not app.exception
    assert PETS.identity in " ".join(each.value for each in app.info)
    at_rest(give(app, PETS).run())  # the page turns to the link by itself
    run = app.session_state["training"].run
    assert (run.trainer.data.name, run.trainer.steps, run.trainer.seed) == (PETS.name, 30, 7)
    assert not app.error


def test_other_images_are_not_taken_for_those_of_the_link():
    app = open_with(PETS, "training_loop", given=False, trained="30", seed="7")
    give(app.switch_page("pages/your_data.py"), THREE).run()
    (told,) = app.warning
    assert PETS.identity in told.value
    assert THREE.identity in told.value
    assert "training" not in app.session_state
    [link] = [each.proto for each in app.get("page_link") if "Train a new run" in each.proto.label]
    assert f"data={THREE.name}" in link.query_string
    assert "trained" not in link.query_string
    assert "seed=7" in link.query_string


def test_the_digits_can_be_had_instead():
    app = open_with(PETS, "training_loop", given=False, trained="30")
    app.button(key="use_digits").click().run()
    assert not app.error
    assert "data" not in app.query_params
    assert app.session_state["training"].run.trainer.data.name == "digits"
    app.switch_page("pages/your_data.py").run()
    assert not app.info  # nobody waits any more


def test_content_that_is_not_the_names_is_told():
    app = open_with(PETS, "training_loop", trained="30", content="00000000")
    assert any("other data" in warning.value for warning in app.warning)
    assert app.session_state["training"].run.trainer.steps == 0


@pytest.mark.parametrize("brought", [True, False])
def test_a_recipe_of_own_data_is_opened_with_them_and_waits_for_them_without(brought, monkeypatch):
    run = at_rest(open_with(PETS, "training_loop", trained="30")).session_state["training"].run
    recipe, now = run.snapshot().recipe, run.snapshot().hash
    file = recipe_json(recipe).encode()
    assert recipe_from_json(file) == recipe

    def button(_page):
        """In place of the field for files."""
        st.button("open", key="open.file", on_click=lambda: taken._open_recipe(file))

    monkeypatch.setattr(taken, "_bring_back", button)
    app = at_rest(open_with(PETS, "training_loop", given=brought, data="digits", trained="5"))
    app.button(key="open.file").click().run()
    assert in_url(app, "data") == PETS.name
    if brought:
        assert at_rest(app).session_state["training"].run.snapshot().hash == now
    else:
        (told,) = app.error
        assert PETS.identity in told.value


def test_a_script_of_it_runs_beside_its_data_in_a_bare_environment(tmp_path):
    app = at_rest(open_with(PETS, "training_loop", trained="30"))
    data, snapshot = app.session_state["training"].run.trainer.data, app.session_state["training"].run.snapshot()
    reference = [(mark.step, mark.loss) for mark in snapshot.marks]
    (tmp_path / data_file(data)).write_bytes(data_npz(data))
    (tmp_path / "run.py").write_text(script(snapshot.recipe, data, "numpy", "en", reference))
    done = subprocess.run([sys.executable, "-I", "run.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "own-" in data_file(data)
    losses = [line for line in done.stdout.splitlines() if "loss" in line.lower()]
    assert losses


def test_a_sweep_on_them_is_the_sessions_own(monkeypatch):
    monkeypatch.setenv("GRADIENT_ENGINE_JOBLIB", '{"backend": "sequential"}')
    app = open_with(PETS, "optimizers", scene="rates", rates_steps="100", rates_seeds="1")
    app.button(key="rates.start").click().run()
    assert "Done: 78." in written(finished(app))
    assert not everybodys(PETS)
    assert "Done: 78." in written(app.run())
    other = open_with(PETS, "optimizers", scene="rates", rates_steps="100", rates_seeds="1")
    assert "Done: 78." not in written(other)
