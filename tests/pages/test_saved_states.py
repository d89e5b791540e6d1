"""A folder of saved states behind the pages: what one session has trained, another one goes on from."""

import math

import pytest

from engines.runs.saved import saving
from tests.pages.driving import open_page
from tests.pages.test_reopen import at_rest, experiment, name, press, said
from ui.server.saved import FOLDER, saved_states


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "_WORTH", 1e-9)
    monkeypatch.setattr(saving, "EVERY", math.inf)  # only where a run comes to rest, however slow the machine is
    monkeypatch.setattr(saving, "_SHARE", 0.0)
    monkeypatch.setenv(FOLDER, str(tmp_path))
    saved_states.clear()
    yield tmp_path
    saved_states.clear()


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_link_goes_on_from_what_another_session_has_trained(backend, folder):
    link = {"lang": "en", "backend": backend, "optimizer": "adam", "edits": "100~rate~0.03"}
    whole = name(at_rest(open_page("training_loop", **link, trained="250")))
    for path in folder.iterdir():
        path.unlink()
    at_rest(open_page("training_loop", **link, trained="240"))
    assert [path.name.partition("-")[2] for path in folder.iterdir()] == ["240.npz"]
    app = at_rest(open_page("training_loop", **link, trained="250"))
    assert not app.exception
    assert name(app) == whole
    assert "The run is back at step 250." in said(app)
    assert min(experiment(app).run.course.known_steps()) == 240  # nothing before that was trained here
    press(app, "step")
    assert experiment(app).run.trainer.steps == 251


def test_a_state_on_a_long_way_makes_it_short(folder):
    at_rest(open_page("training_loop", lang="en", trained="300"))
    (state,) = folder.iterdir()
    state.rename(folder / state.name.replace("-300.", "-90000000."))  # by a false name, and so of no use
    app = open_page("training_loop", lang="en", trained="90000010")
    assert not app.info  # by what the folder promises nothing needs to be asked for
    press(app, "pause")
    assert 0 < experiment(at_rest(app)).run.trainer.steps < 90_000_000
    assert not list(folder.glob("*-90000000.npz"))


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    saved_states.clear()
    assert saved_states() is None
