"""The Derivative page, driven without a browser: every function, backend and language, and what people mistype."""

import re

import pytest

from engines import backends
from engines.differentiation.functions import FUNCTIONS
from tests.pages import driving
from ui.charts.numerals import typeset
from ui.experiment.settings import LANGUAGES
from ui.text import Text


def open_page(**query):
    return driving.open_page("derivative", **{key: str(value) for key, value in query.items()})


def texts(app):
    """All that the page says, with HTML's numbered characters read."""
    said = "\n".join(block.value for block in app.markdown)
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), said)


def number_of(app, row):
    """The number in the row of a table that begins so."""
    return float(re.search(rf"\| {re.escape(row)}[^|]*\| `([^`]+)` \|", texts(app))[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_in_every_language_with_every_backend(backend, language):
    app = open_page(lang=language, backend=backend)
    assert not app.exception
    assert not app.warning
    assert app.title[0].value == Text(language)("Derivative")


@pytest.mark.parametrize("function", [*FUNCTIONS, "own"])
def test_every_function_is_drawn_and_differentiated(function, backend):
    app = open_page(lang="en", backend=backend, f=function, p=0.65)
    assert not app.exception
    label = backends.get(backend).label
    assert abs(number_of(app, f"autodiff ({label})") - number_of(app, "symbolic (SymPy)")) < 1e-14
    assert "best ε, measured" in texts(app)


def test_shrinking_turns_the_secant_into_the_tangent():
    app = open_page(lang="en", f="exp", p=0.6)
    slope, distances = number_of(app, "autodiff"), []
    for _press in range(6):
        distances.append(abs(number_of(app, "secant") - slope))
        app.button(key="shrink").click().run()
    assert distances == sorted(distances, reverse=True)
    assert app.query_params["eps"] == "0.05"
    assert abs(number_of(app, "secant") - slope) < distances[0] / 20


def test_the_smallest_step_shrinks_no_further():
    app = open_page(lang="en", eps="2e-15")
    app.button(key="shrink").click().run()
    assert app.query_params["eps"] == "1e-15"
    assert app.button(key="shrink").disabled
    assert not app.exception


def test_point_and_step_by_slider_are_in_the_link():
    app = open_page(lang="en", f="square")
    app.select_slider(key="view.point").set_value(-1.5).run()
    app.select_slider(key="view.epsilon").set_value(0.1).run()
    assert (app.query_params["p"], app.query_params["eps"], app.query_params["f"]) == ("-1.5", "0.1", "square")
    assert number_of(app, "autodiff") == -3
    assert "a = −3 < 0: f falls to the right, so move right" in texts(app)
    assert "takes f from 2.25 to 1.96" in texts(app)


def test_the_sign_rule_says_so_where_it_does_not_hold():
    assert "a = 0: to first order f is level at p" in texts(open_page(lang="en", f="square", p=0))
    assert "a move of 0.1 is too far here: it takes f from 0.0004 to 0.0064" in texts(
        open_page(lang="en", f="square", p=0.02)
    )


@pytest.mark.parametrize(
    ("function", "behind", "ahead", "answer"), [("relu", 0, 1, 0), ("abs", -1, 1, 0), ("maximum", 0, 1, 0.5)]
)
def test_a_corner_is_named_with_both_slopes_and_the_engines_answer(backend, function, behind, ahead, answer):
    app = open_page(lang="en", backend=backend, f=function, p=0)
    assert f"slope {typeset(behind)} to the left, {ahead} to the right. The engine answers {answer} by" in texts(app)
    assert (number_of(app, "quotient to the left"), number_of(app, "quotient to the right")) == (behind, ahead)
    assert "no derivative" in app.info[0].value
    assert not app.exception


def test_an_undefined_point_loses_nothing(backend):
    app = open_page(lang="en", backend=backend, f="log", p=-0.5)
    assert not app.exception
    assert "f is not defined at p = −0.5" in texts(app)
    assert "not defined |" in texts(app)
    app.select_slider(key="view.point").set_value(0.5).run()
    assert number_of(app, "autodiff") == 2


@pytest.mark.parametrize(
    ("formula", "p", "words"),
    [
        ("(-2)**x", 2, "but none close by on either side, so there is no derivative"),
        ("(-1)**(2*x)", 1, "but none close by on either side"),
        (
            "sqrt(x)",
            0,
            "on one side only, so there is no derivative. The engine answers ∞ there, but that is not a derivative.",
        ),
        ("x**x", 0, "values on one side only, so there is no derivative. The engine answers 0 there"),
    ],
)
def test_the_end_of_a_domain_and_a_lone_point_are_told_apart(formula, p, words):
    app = open_page(lang="en", f="own", formula=formula, p=p)
    assert words in texts(app)
    assert not app.exception


def test_an_answer_of_minus_zero_is_called_zero():
    assert "The engine answers 0 by" in texts(open_page(lang="en", f="own", formula="-relu(x)", p=0))


def test_where_the_engines_conventions_do_not_cancel_as_the_corners_do_this_is_said(backend):
    app = open_page(lang="en", backend=backend, f="own", formula="relu(x) - relu(-x)", p=0)
    said = texts(app)
    assert "the slope is 1. But the engine answers 0." in said
    assert "going by the true slope, 1, it would" in said
    assert "level at p" not in said
    assert "best ε" not in said
    assert "a convention, not the derivative" in app.info[0].value


@pytest.mark.parametrize(
    ("formula", "p", "words"),
    [
        (
            "max(sin(x),cos(x))",
            0.785398163397448,
            "itself f has the slope −0.7071, but closer to p than 0.00001 it turns",
        ),
        ("exp(exp(exp(x)))", 2, "too large for float64"),
        ("sin(200*pi*x)", 0.5, "varies faster than the picture can show: on 100% of its width"),
        ("-relu(x)", 0, "The engine answers 0 by"),
    ],
)
def test_what_a_formula_does_at_a_point_is_named(formula, p, words):
    said = texts(open_page(lang="en", f="own", formula=formula, p=p))
    assert words in said
    assert not re.search(r"-0\.0`|\binf\b|\bnan\b", said)


def test_a_function_that_can_be_drawn_is_not_said_to_be_too_fast():
    for name in FUNCTIONS:
        assert "varies faster" not in texts(open_page(lang="en", f=name, p=0.6)), name


def test_a_number_that_float32_cannot_hold_is_a_dash():
    said = texts(open_page(lang="en", f="own", formula="1e300*x", p=0.5))
    assert "| forward, float32 | – |" in said
    assert not re.search(r"\binf\b|\bnan\b", said)


def test_a_step_out_of_the_domain_is_said():
    app = open_page(lang="en", f="own", formula="sqrt(1 - x)", p=0.5, eps=1)
    assert "f has no finite value at p + ε" in texts(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("function", "theory"), [("square", "no truncation error"), ("abs", "no truncation error"), ("sin", "2.1·10⁻⁸")]
)
def test_the_table_of_best_steps(function, theory):
    said = texts(open_page(lang="en", f=function, p=0.6))
    assert re.search(rf"\| (forward|central), float64 \| [^|]* \| {theory} \|", said)


BAD = {
    "9**9**9": "exponent",
    "__import__('os')": "function",
    "x + " * 2500 + "x": "characters",
    "x * y": "There is no y",
    "2x": "cannot be read",
    "": "Write a formula",
    "x.real": "cannot be used in a formula",
    "(lambda: x)()": "cannot be used in a formula",
}


@pytest.mark.parametrize("formula", BAD, ids=[formula[:20] for formula in BAD])
def test_a_formula_that_cannot_be_read_is_explained_and_changes_nothing(formula):
    app = open_page(lang="en", f="own", formula="x**2", p=1)
    app.text_input(key="view.formula").set_value(formula).run()
    assert not app.exception
    assert BAD[formula] in app.error[0].value
    assert app.query_params["formula"] == "x**2"
    assert number_of(app, "autodiff") == 2
    app.text_input(key="view.formula").set_value("3*x").run()
    assert not app.error
    assert number_of(app, "autodiff") == 3
    assert app.query_params["formula"] == "3*x"


@pytest.mark.parametrize("formula", BAD, ids=[formula[:20] for formula in BAD])
def test_such_a_formula_in_a_link_falls_back_with_a_message(formula):
    app = open_page(lang="en", f="own", formula=formula)
    assert not app.exception
    assert len(app.warning) == 1
    assert BAD[formula] in app.warning[0].value
    assert app.text_input(key="view.formula").value == "sin(x) + x**2 / 4"


def test_bad_values_in_a_link_fall_back_with_a_message_each():
    app = open_page(lang="en", f="tan", p="nan", eps="2")
    assert not app.exception
    assert sorted(warning.value.split("`")[1] for warning in app.warning) == ["eps=2", "f=tan", "p=nan"]
    assert app.selectbox(key="view.function").value == "sin"
    assert app.select_slider(key="view.point").value == 0.6


def test_a_point_outside_of_the_picture_comes_inside_and_this_is_said():
    app = open_page(lang="en", f="square", p=4.5)
    assert "p = 4.5 lies outside" in app.warning[0].value
    assert app.select_slider(key="view.point").value == 2
    assert number_of(app, "autodiff") == 4
    app.run()
    assert not app.warning


@pytest.mark.parametrize("formula", ["3", "exp(exp(exp(x)))", "x/0.0001", "0*x", "sqrt(-1 - x**2)", "1/x", "x**x"])
def test_odd_functions_are_drawn(formula, backend):
    app = open_page(lang="en", backend=backend, f="own", formula=formula, p=1)
    assert not app.exception
    for p in (0, -2):
        app.select_slider(key="view.point").set_value(p).run()
        assert not app.exception


def test_the_code_shown_is_the_code_that_runs(backend):
    code = open_page(lang="en", backend=backend).code[0].value
    for line in ("return (f(ahead) - f(p)) / (ahead - p)", "def central_difference", "def value_and_gradient"):
        assert line in code
    assert {"numpy": "backward(output", "torch": "torch.autograd.grad"}.get(backend, "def gradients") in code


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    for query in ({}, {"f": "abs", "p": 0}, {"f": "log", "p": -1}, {"f": "own", "formula": "sqrt(x)", "p": 0}):
        open_page(lang="ko", **query)
    open_page(lang="ko", f="relu", p="4.5", eps="9", formula="9**9**9")
    assert untranslated == []
