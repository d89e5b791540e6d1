"""The scene "four ways" of the Chain rule page, driven without a browser."""

import html
import re

import numpy as np
import pytest

from engines import backends
from engines.differentiation import way_costs
from engines.differentiation.families import MANY_INPUTS, MANY_OUTPUTS
from tests.pages import driving
from tests.pages.driving import finished
from ui.chain_rule.four_ways.settings import FUNCTIONS, MAPS, PLACES, FourWaysView, function_of_inputs
from ui.experiment.settings import LANGUAGES, from_query, to_query
from ui.parts.long_work import results
from ui.text import Text


@pytest.fixture(autouse=True)
def _empty_results():
    results.clear()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Every way is soon given up, so that measuring takes a blink."""
    for way in way_costs.LONGEST:
        monkeypatch.setitem(way_costs.LONGEST, way, 2e-3)


def open_page(**query):
    app = driving.open_page("chain_rule", **{"lang": "en", "scene": "fourways", "w_show": "numbers"} | query)
    return finished(app)


def said(app):
    text = " ".join(block.value for block in [*app.markdown, *app.warning, *app.error])
    return html.unescape(re.sub(r"</?span[^>]*>", "", text))


def charts(app):
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", ["numbers", "inputs", "outputs", "depth"])
def test_every_question_has_its_picture_in_every_language_with_every_backend(backend, language, show):
    app = open_page(lang=language, backend=backend, w_show=show)
    assert charts(app) == {"inputs": 2, "outputs": 2}.get(show, 1)
    assert Text(language).section("four_ways", f"about_{show}") in said(app)
    assert not app.warning
    assert any("def reverse_mode" in block.value or "def growth" in block.value for block in app.code)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_numbers_on_the_page_are_the_engines(backend, function):
    text = said(open_page(w_f=function, backend=backend))
    expression = function_of_inputs(FUNCTIONS[function])
    point = [np.float64(x) for x in PLACES[: len(expression.variables)]]
    _, gradient = expression.value_and_gradient(backends.get(backend), *point)
    for slope in gradient:
        assert repr(float(slope))[:10] in text
    assert f"{len(expression.variables)} derivatives: reverse mode" in text


def test_an_own_function_at_an_own_point_stands_in_the_url_and_a_bad_one_changes_nothing():
    app = open_page()
    app.selectbox(key="view.w_function").set_value("own")
    app.run()
    app.text_input(key="view.w_own").set_value("x1*x1*x2")
    app.run()
    app.text_input(key="view.w_at").set_value("3, 5")
    text = said(app.run())
    assert "30.0" in text
    assert "9.0" in text
    assert "2 derivatives" in text
    assert "x1*x1*x2" in app.query_params["w_own"]
    assert "3, 5" in app.query_params["w_at"]
    app.text_input(key="view.w_own").set_value("__import__('os')")
    app.run()
    assert app.error
    assert "2 derivatives" in said(app)
    app.text_input(key="view.w_own").set_value("2 + 3")
    assert "at least one variable" in said(app.run())
    app.text_input(key="view.w_at").set_value("3, five")
    assert "write numbers" in said(app.run())


def test_where_a_derivative_is_missing_or_there_is_a_corner_this_is_said():
    assert "f has no value at this point" in said(open_page(w_f="own", w_own="log(x)", w_at="-1"))
    assert "In the direction of x, f has a corner" in said(open_page(w_f="own", w_own="abs(x-0.8)", w_at="0.8"))
    text = said(open_page(w_f="own", w_own="exp(exp(exp(exp(x))))", w_at="0.8"))
    assert "larger than 1.8e308" in text
    assert "not defined" not in text
    assert "1 formula<" in text


@pytest.mark.parametrize("show", ["inputs", "outputs"])
def test_every_family_can_be_chosen_and_has_another_table(show):
    app = open_page(w_show=show)
    names, seen = {"inputs": MANY_INPUTS, "outputs": MANY_OUTPUTS}[show], set()
    for name in names:
        app.selectbox(key=f"view.w_{show}").set_value(name)
        text = said(finished(app.run()))
        assert ("At n = 512" in text) == (show == "inputs")
        assert ("At m = 512" in text) == (show == "outputs")
        seen.add(text)
    assert len(seen) == len(names)


def test_with_the_product_reverse_mode_takes_3_n_operations_and_forward_mode_n_times_more():
    text = said(open_page(w_show="inputs", w_in="product"))
    assert "1,533 operations" in text  # 511 forward, 2 · 511 backward
    assert "683 times" in text  # 512 · 4 · 511 / 1533


def test_the_formula_shown_follows_the_depth_and_the_map():
    app = open_page(w_show="depth", w_depth="1")
    assert app.code[0].value == "4 - 8*x"
    app.select_slider(key="view.w_depth").set_value(2)
    app.run()
    assert "2" in app.query_params["w_depth"]
    assert app.code[0].value.startswith("16*x*(")
    app.selectbox(key="view.w_map").set_value("own")
    finished(app.run())
    app.text_input(key="view.w_map_own").set_value("sin(x)")
    finished(app.run())
    assert app.code[0].value in ("cos(x)*cos(sin(x))", "cos(sin(x))*cos(x)")
    assert set(MAPS) == {"logistic", "sigmoid"}


def test_a_deeper_formula_than_there_is_shows_the_deepest_that_is_legible():
    app = open_page(w_show="depth", w_depth="12")
    assert app.code[0].value.count("x") > 50


def test_bad_values_fall_back_with_a_message():
    app = open_page(w_show="five", w_f="none", w_own="2x", w_at="a", w_in="?", w_out="?", w_map="?", w_depth="0")
    assert charts(app) == 2
    told = said(app)
    for part in ("w_show=five", "w_f=none", "w_own=2x", "w_at=a", "w_in=?", "w_out=?", "w_map=?", "w_depth=0"):
        assert part in told.replace("\\", "")


def test_a_link_carries_the_whole_view():
    view = FourWaysView(w_show="depth", w_function="own", w_own="x*y", w_at="1, 2", w_map="own", w_map_own="x**2")
    assert from_query(FourWaysView, to_query(view)) == (view, [])
    assert view.w_point == (1, 2)
    assert FourWaysView(w_at="1", w_function="net").w_point == (1, *PLACES[1:3])
