"""Take it home: the files are the run's own, in the page's language, made when they are asked for."""

import io
import json
import math
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from engines import exports
from engines.runs.identity import weights_hash
from tests.pages.driving import open_page
from tests.pages.test_reopen import at_rest, experiment, press
from ui.optimizers.race import taken as of_race
from ui.training_loop import taken


@pytest.fixture
def made(monkeypatch):
    """The files of the buttons on a page, by key, as they would be made by a click."""
    from ui.parts import take_home

    found = {}
    keep = take_home._download

    def download(key, label, file, make):
        found[key] = file, make
        keep(key, label, file, make)

    monkeypatch.setattr(take_home, "_download", download)
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_files_are_the_runs_own(made, language):
    app = at_rest(open_page("training_loop", lang=language, trained="150", edits="100~rate~0.03"))
    assert not app.exception
    run, data = experiment(app).run, experiment(app).run.trainer.data
    snapshot = experiment(app).job.snapshot
    names = {key.partition(".")[2]: file for key, (file, _make) in made.items()}
    assert names == {
        "script": "run_digits_numpy.py",
        "notebook": "run_digits_numpy.ipynb",
        "data": exports.data_file(data),
        "curves": "curves.csv",
        "weights": "weights.npz",
        "recipe": "recipe.json",
        "loss": "loss.svg",
        "accuracy": "accuracy.svg",
    }
    make = {key.partition(".")[2]: make for key, (_file, make) in made.items()}
    reference = [(mark.step, mark.loss) for mark in snapshot.marks]
    assert make["script"]() == exports.script(snapshot.recipe, data, "numpy", language, reference)
    assert json.loads(make["notebook"]())["nbformat"] == 4
    assert exports.recipe_from_json(make["recipe"]()) == snapshot.recipe
    assert make["curves"]() == exports.curves_csv(snapshot.bins, snapshot.tests)
    with np.load(io.BytesIO(make["weights"]())) as weights:
        assert weights_hash(dict(weights)) == weights_hash(run.trainer.parameters())


@pytest.mark.parametrize("page", ["training_loop", "optimizers"])
def test_a_chart_is_drawn_with_its_words_and_lines(made, page):
    open_page(page, lang="ko", tempo="fast", **({"trained": "40"} if page == "training_loop" else {}))
    make = {key.rpartition(".")[2]: make for key, (_file, make) in made.items()}
    for chart, title in (("loss", "손실"), ("accuracy", "정확도")):
        drawn = ElementTree.fromstring(make[chart]())
        words = [text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
        assert any(title in word for word in words)
        lines = [path.get("d", "") for path in drawn.iter("{http://www.w3.org/2000/svg}path")]
        assert max(line.count("L") for line in lines) >= 8


def test_the_script_prints_the_apps_losses(made, tmp_path):
    app = at_rest(open_page("training_loop", lang="en", trained="120", edits="60~optimizer~adam", dtype="float64"))
    make = {key.partition(".")[2]: make for key, (_file, make) in made.items()}
    (tmp_path / "run.py").write_text(make["script"](), "utf-8")
    (tmp_path / exports.data_file(experiment(app).run.trainer.data)).write_bytes(make["data"]())
    told = subprocess.run([sys.executable, "-I", "run.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    for mark in experiment(app).job.snapshot.marks:
        assert repr(mark.loss) in told.stdout


def test_marks_are_batches_own_losses(made):
    app = at_rest(open_page("training_loop", lang="en", trained="300"))
    snapshot = experiment(app).job.snapshot
    losses = {bin.step: bin.loss for bin in snapshot.bins}
    assert snapshot.bin_width == 1
    assert len(snapshot.marks) >= 9
    for mark in snapshot.marks:
        assert losses[mark.step] == mark.loss


def test_before_the_first_step_there_is_nothing_to_take(made):
    app = open_page("training_loop", lang="en")
    assert made == {}
    assert any("nothing to take" in caption.value for caption in app.caption)
    press(app, "step")
    assert "take_home.script" in made


def test_a_racers_script_is_its_run(made):
    app = at_rest_race(open_page("optimizers", lang="en", tempo="fast"))
    held = app.session_state["race"]
    name = app.selectbox(key="race.take_home.racer").value
    _file, make = made["race.take_home.recipe"]
    recipe = exports.recipe_from_json(make())
    trainer = recipe.trainer(held.race.runs[name].trainer.data)
    for _share in recipe.advance(trainer):
        pass
    assert recipe.step == held.race.runs[name].trainer.steps > 0
    assert weights_hash(trainer.parameters()) == weights_hash(held.race.runs[name].trainer.parameters())
    lines = made["race.take_home.curves"][1]().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == set(held.race.runs)


def at_rest_race(app):
    import time

    deadline = time.monotonic() + 60
    while app.session_state["race"].job.state != "paused" and time.monotonic() < deadline:
        time.sleep(0.05)
    return app.run()


def test_a_schedule_is_not_taken(made):
    app = open_page("optimizers", lang="en", tempo="fast", schedule="cosine")
    assert "race.take_home.script" not in made
    assert any("constant schedule" in caption.value for caption in app.caption)


def test_references_are_finite():
    mark = type("Mark", (), {"step": 3, "loss": math.nan})
    assert taken._reference(type("Snapshot", (), {"marks": (mark,)})) == []
    marks = [type("Mark", (), {"step": step, "loss": math.inf}) for step in range(3)]
    assert of_race._reference(type("Run", (), {"batch_losses": marks})) == []


def test_a_racer_with_the_rate_outside_can_be_taken(made):
    app = at_rest_race(open_page("optimizers", lang="en", tempo="fast", outside="on"))
    held = app.session_state["race"]
    for name in ("momentum_rate_outside", "nesterov_rate_outside"):
        app.selectbox(key="race.take_home.racer").set_value(name).run()
        make = {key.rpartition(".")[2]: make for key, (_file, make) in made.items() if key.startswith("race.")}
        recipe = of_race._taken(held, name).recipe
        assert recipe.first.optimizer.name == name
        trainer = recipe.trainer(held.race.runs[name].trainer.data)
        for _share in recipe.advance(trainer):
            pass
        with np.load(io.BytesIO(make["weights"]())) as weights:
            assert weights_hash(dict(weights)) == weights_hash(trainer.parameters())
        assert make["script"]() == exports.script(
            recipe, trainer.data, "numpy", "en", of_race._taken(held, name).reference
        )


def test_what_is_taken_of_a_racer_that_runs_is_of_one_moment(made):
    app = at_rest_race(open_page("optimizers", lang="en", tempo="fast"))
    held = app.session_state["race"]
    held.job.start(2000)
    for _ in range(5):
        taken_now = of_race._taken(held, "adam")
        trainer = taken_now.recipe.trainer(held.race.runs["adam"].trainer.data)
        for _share in taken_now.recipe.advance(trainer):
            pass
        assert weights_hash(trainer.parameters()) == weights_hash(taken_now.parameters)
    assert taken_now.recipe.step > 0
    held.job.pause()


@pytest.mark.parametrize("backends_by_turn", [("torch", "numpy"), ("numpy", "torch")])
def test_a_race_that_changed_its_backend_says_so(made, backends_by_turn):
    first, then = backends_by_turn
    app = at_rest_race(open_page("optimizers", lang="en", tempo="fast", backend=first))
    held = app.session_state["race"]
    steps = held.race.runs["sgd"].trainer.steps
    app.segmented_control(key="frame.backend").set_value(then).run()
    assert at_rest_race(app).session_state["race"].backend == then
    held.job.run(10)
    recipe = exports.recipe_from_json(made["race.take_home.recipe"][1]())
    assert (recipe.first.backend, [(edit.step, edit.conditions.backend) for edit in recipe.edits]) == (
        first, [(steps, then)],
    )  # fmt: skip
    assert recipe.step == steps + 10 > 10
    script = made["race.take_home.script"][1]()
    assert script == exports.script(
        recipe, held.race.runs["sgd"].trainer.data, "numpy", "en", of_race._taken(held, "sgd").reference
    )
