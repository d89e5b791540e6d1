"""Controls bound to a page's view: they start from it, write it and the URL, and refuse what is none of theirs."""

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from engines.differentiation.expressions import parse
from ui.experiment.readers import one_of, read_number, whole
from ui.experiment.settings import parameter


@dataclass(frozen=True)
class View:
    scene: str = parameter("one", "scene", one_of(lambda: ("one", "two")))
    place: str = parameter("left", "place", one_of(lambda: ("left", "right")))
    step: float = parameter(0.3, "step", read_number)
    count: int = parameter(3, "count", whole(0, 9))
    formula: str = parameter("x**2", "f", lambda text: parse(text).text)
    broken: bool = parameter(False, "broken", lambda text: text == "1", lambda value: str(int(value)))


def script():
    from tests.ui.parts.test_widgets import View
    from ui.experiment.link import adopt
    from ui.parts import widgets
    from ui.text import Text

    adopt(View)
    widgets.segments("scene", "Scene", {"one": "One", "two": "Two"})
    widgets.select("place", "Place", {"left": "Left", "right": "Right"})
    widgets.slider("step", "Step", (0.1, 1.0, 10.0))
    widgets.number("count", "Count", Text("en"))
    widgets.text("formula", "f(x)", Text("en"))
    widgets.toggle("broken", "Broken")


@pytest.fixture
def app():
    return AppTest.from_function(script, default_timeout=30)


def open_at(app, **query):
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_controls_show_what_the_link_says(app):
    open_at(app, scene="two", place="right", step="0.25", count="7", f="sin(x)", broken="1")
    assert app.button_group(key="view.scene").value == "two"
    assert app.selectbox(key="view.place").value == "right"
    assert app.select_slider(key="view.step").value == 0.25  # put among the values offered
    assert app.text_input(key="view.count").value == "7"
    assert app.text_input(key="view.formula").value == "sin(x)"
    assert app.toggle(key="view.broken").value is True


@pytest.mark.parametrize(
    ("change", "key", "expected"),
    [
        (lambda app: app.button_group(key="view.scene").set_value("two"), "scene", "two"),
        (lambda app: app.selectbox(key="view.place").set_value("right"), "place", "right"),
        (lambda app: app.select_slider(key="view.step").set_value(10.0), "step", "10.0"),
        (lambda app: app.text_input(key="view.count").set_value("5"), "count", "5"),
        (lambda app: app.text_input(key="view.formula").set_value("x**3"), "f", "x**3"),
        (lambda app: app.toggle(key="view.broken").set_value(True), "broken", "1"),
    ],
)
def test_a_change_is_written_to_the_view_and_the_url(app, change, key, expected):
    change(open_at(app)).run()
    assert not app.exception
    assert app.query_params[key] == expected
    assert set(app.query_params) == {"lang", key}


def test_text_that_is_refused_is_kept_with_a_word_and_changes_nothing(app):
    open_at(app).text_input(key="view.formula").set_value("x +").run()
    assert "cannot be read" in app.error[0].value
    assert app.text_input(key="view.formula").value == "x +"
    assert app.session_state["view"].formula == "x**2"
    app.toggle(key="view.broken").set_value(True).run()  # nothing is lost by touching something else
    assert (app.text_input(key="view.formula").value, len(app.error)) == ("x +", 1)
    app.text_input(key="view.formula").set_value("x + 1").run()
    assert not app.error
    assert app.session_state["view"].formula == "x + 1"


def test_a_label_of_another_language_under_way_is_ignored(app):
    def late():
        import streamlit as st

        from tests.ui.parts.test_widgets import View
        from ui.experiment.link import adopt
        from ui.parts import widgets

        adopt(View)
        st.session_state["view.place"] = "Links"
        widgets._chosen(View, "place", ("left", "right"))

    app = AppTest.from_function(late).run()
    assert not app.exception
    assert app.session_state["view"].place == "left"


def test_a_callback_of_the_page_just_left_is_ignored(app):
    from ui.experiment.link import NoView

    open_at(app)
    app.session_state["view"] = NoView()
    app.toggle(key="view.broken").set_value(True).run()
    assert not app.exception
