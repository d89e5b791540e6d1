"""What breaks is said in words; Streamlit's own signals pass; no callback and no fragment is left without a guard."""

import ast
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import RerunException, StopException
from streamlit.testing.v1 import AppTest

from engines.errors import EngineError, InvalidSetting
from ui.experiment.settings import LANGUAGES
from ui.failures import reason, stopped, survived, told
from ui.text import Text

UI = Path(__file__).parents[2] / "ui"
SOURCES = {path.relative_to(UI.parent): ast.parse(path.read_text("utf-8")) for path in sorted(UI.rglob("*.py"))}
FAULTS = (MemoryError, RecursionError, ZeroDivisionError, OverflowError, FloatingPointError, TimeoutError, OSError)
FAULTS += (ImportError, NotImplementedError, KeyError, AttributeError, TypeError, ValueError, RuntimeError, Exception)


def script():
    import streamlit as st

    from ui.failures import guarded, say_noted, survived
    from ui.text import Text

    say_noted(Text("en"))

    @guarded
    def fails():
        raise ValueError("x = None")

    @guarded
    def runs_again():
        st.session_state["again"] = True
        st.rerun()

    st.button("fail", on_click=fails, key="fail")
    st.button("again", on_click=runs_again, key="again_button")
    st.button("nothing", key="nothing")
    with survived("page"):
        st.text("before")
        if st.session_state.get("broken"):
            raise st.session_state["broken"]
        st.text("after")
    st.text("beyond")


@pytest.fixture
def app():
    return AppTest.from_function(script).run()


def texts(app):
    assert not app.exception
    return [block.value for block in app.text]


def test_what_breaks_is_said_in_its_place_and_what_follows_is_drawn(app):
    assert texts(app) == ["before", "after", "beyond"]
    app.session_state["broken"] = KeyError("W1")
    assert texts(app.run()) == ["before", "beyond"]
    assert app.error[0].value.startswith("Something went wrong while this page was being drawn: something was missing")
    app.session_state["broken"] = None
    app.button(key="failure.page.again").click().run()
    assert texts(app) == ["before", "after", "beyond"]
    assert not app.error


def test_what_a_callback_raises_is_said_until_the_next_one(app):
    app.button(key="fail").click().run()
    assert texts(app) == ["before", "after", "beyond"]
    assert "your last command was being carried out: a value did not fit" in app.error[0].value
    assert app.run().error
    assert not app.button(key="failure.noted.again").click().run().error
    app.button(key="fail").click().run()
    app.button(key="again_button").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["again"]


@pytest.mark.parametrize("signal", [StopException(), RerunException(None), SystemExit()])
def test_signals_are_no_failures(signal):
    with pytest.raises(type(signal)), survived("page"):
        raise signal


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_without_its_own_words(fault, language):
    raised, _ = fault("0xdeadbeef"), Text(language)
    for sentence in (reason(raised, _), told(raised, "page", _), stopped(raised, 1234, _)):
        assert "0xdeadbeef" not in sentence
        assert fault.__name__ not in sentence
    assert "1,234" in stopped(raised, 1234, _)


def test_an_engines_error_is_told_in_its_own_words_and_nothing_in_it_is_markup():
    error = InvalidSetting("no {name}", name="*W*")
    assert told(error, "page", Text("en")) == r"no \*W\*"
    assert reason(error, Text("en")) == "no *W*"
    assert r"\*W\*" in stopped(error, 0, Text("en"))
    assert isinstance(error, EngineError)


def decorated(tree, decorator):
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(each) == decorator for each in node.decorator_list)
    }


def callbacks(tree):
    """What is given to widgets to be called: as `on_click=…` and the like, or in a dictionary of such arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and (node.arg or "").startswith("on_") and node.arg != "on_release":
            yield node.value
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).startswith("on_"):
                    yield value


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name != "failures.py"], ids=str)
def test_every_callback_is_guarded(path):
    tree = SOURCES[path]
    for callback in callbacks(tree):
        if isinstance(callback, ast.Constant):
            continue  # such as Streamlit's word "ignore": nothing is called
        is_wrapped = isinstance(callback, ast.Call) and ast.unparse(callback.func) == "guarded"
        assert is_wrapped or ast.unparse(callback) in decorated(tree, "guarded"), ast.unparse(callback)


def test_there_are_callbacks_to_be_guarded():
    assert sum(len(list(callbacks(tree))) for tree in SOURCES.values()) > 50


def test_every_fragment_survives():
    found = 0
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("fragment" in ast.unparse(d) for d in node.decorator_list):
                found += 1
                draws = len(node.body) > 1 or ast.get_docstring(node) is None
                assert not draws or "survived(" in ast.unparse(node), (path, node.name)
    assert found >= 5
