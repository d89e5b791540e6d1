"""The rule that a run is to stop by: chosen on the page, in the link, and why a run has stopped."""

from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engines.errors import InvalidSetting
from engines.runs import snapshot as records
from engines.runs.stop_rules import KINDS, StopRule, write
from ui.experiment.settings import LANGUAGES
from ui.training_loop.stop_when import read_stop, stopped_by, write_stop

EXAMPLES = ("step:2000", "epoch:5", "loss:0.2", "accuracy:0.95", "patience:3")


def english(label):
    return label


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """The page of this test stands alone: there are no others to link to."""
    monkeypatch.setattr(st, "page_link", lambda *_arguments, **_looks: None)


def open_page(**query):
    app = AppTest.from_file("shelf_page.py", default_timeout=60)
    for key, value in {"lang": "en", "tempo": "fast", **query}.items():
        app.query_params[key] = value
    return app.run()


def rule(app):
    return app.session_state["view"].stop


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_link_says_it(text):
    assert write_stop(read_stop(text)) == text
    app = open_page(stop=text)
    assert not app.exception
    assert not app.warning
    assert rule(app) == read_stop(text)
    assert app.selectbox(key="control.stop.kind").value == text.partition(":")[0]
    assert app.text_input(key=f"control.stop.{rule(app).kind}").value == text.partition(":")[2]


def test_no_rule_is_written_too():
    assert read_stop("none") is read_stop("None") is None
    assert write_stop(None) == "none"
    assert "stop" not in open_page().query_params


def test_what_can_mean_one_thing_only_is_taken_for_it():
    assert read_stop("Loss:0,2") == StopRule("loss", 0.2)
    assert read_stop("step:1e3") == StopRule("step", 1000)


@pytest.mark.parametrize(
    "text", ["soon", "step", "steps:10", "step:0", "accuracy:95", "loss:-1", "loss:nan", "step:1.5"]
)
def test_what_a_link_says_wrongly_is_told(text):
    with pytest.raises(InvalidSetting):
        read_stop(text)
    app = open_page(stop=text)
    assert rule(app) is None
    assert any("stop=" in warning.value for warning in app.warning)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_chosen_on_the_page(kind, language):
    app = open_page(lang=language)
    app.selectbox(key="control.stop.kind").set_value(kind).run()
    assert not app.exception
    assert rule(app).kind == kind
    assert app.query_params["stop"] == write(rule(app))
    app.text_input(key=f"control.stop.{kind}").input("0.5" if kind in ("loss", "accuracy") else "7").run()
    assert rule(app) == StopRule(kind, 0.5 if kind in ("loss", "accuracy") else 7)
    app.text_input(key=f"control.stop.{kind}").input("-3").run()
    assert rule(app).number > 0
    assert app.error
    app.selectbox(key="control.stop.kind").set_value("none").run()
    assert rule(app) is None
    assert "stop" not in app.query_params


def test_an_accuracy_may_be_typed_in_percent():
    app = open_page(stop="accuracy:0.9")
    app.text_input(key="control.stop.accuracy").input("97,5 %").run()
    assert rule(app) == StopRule("accuracy", 0.975)
    app.text_input(key="control.stop.accuracy").input("98").run()
    assert rule(app) == StopRule("accuracy", 0.975)
    assert app.error


def stopped(text, snapshot, steps, loss=1.0, accuracy=0.5, last=None):
    tests = (records.TestPoint(0, 2.3, 0.1), records.TestPoint(steps if last is None else last, loss, accuracy))
    return stopped_by(read_stop(text), replace(snapshot, steps=steps, tests=tests), english)


def test_why_it_stopped(snapshots):
    snapshot = snapshots[1]
    assert stopped("step:2000", snapshot, 2000) == "Stopped at step 2,000, as chosen."
    assert stopped("epoch:5", snapshot, 225) == "Stopped at step 225, after 5 epochs, as chosen."
    assert stopped("epoch:1", snapshot, 45) == "Stopped at step 45, after 1 epoch, as chosen."
    assert stopped("patience:3", snapshot, 900) == "Stopped at step 900: the lowest test loss lies 3 epochs back."
    assert stopped("loss:0.2", snapshot, 900, loss=0.19123) == (
        "Stopped at step 900: the test loss is 0.191, and 0.2 was to be reached."
    )
    assert stopped("accuracy:0.95", snapshot, 900, accuracy=0.9527) == (
        "Stopped at step 900: the test accuracy is 95.3%, and 95% was to be reached."
    )


def test_no_number_is_rounded_to_the_wrong_side_of_the_goal(snapshots):
    snapshot = snapshots[1]
    assert "loss is 0.19986, and 0.19987 " in stopped("loss:0.19987", snapshot, 9, loss=0.19986)
    assert "accuracy is 94.43%, and 94.43% " in stopped("accuracy:0.9443", snapshot, 9, accuracy=0.94434)
    assert "accuracy is 100.0%, and 100% " in stopped("accuracy:1", snapshot, 9, accuracy=1.0)
    for loss in (0.1, 1 / 3, 1e-7, 123456.789):
        shown = stopped(f"loss:{loss!r}", snapshot, 9, loss=loss)
        assert float(shown.split("loss is ")[1].split(",")[0]) <= loss


def test_without_a_test_point_there_nothing_is_said_of_one(snapshots):
    assert stopped("loss:0.2", snapshots[1], 900, last=800) == "Stopped at step 900, as chosen."
