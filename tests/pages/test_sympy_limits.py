"""Pages whose formulas SymPy cannot work out in time: one sentence says so, all else is there. None loads SymPy."""

import sys

import pytest

from tests.pages import driving
from tests.pages.driving import finished
from ui.parts.long_work import results
from ui.server.limits import Limits
from ui.symbolic import asking as symbolic
from ui.symbolic.asking import Answers
from ui.symbolic.process import SymbolicProcess

HUGE = "2**(x - x + 10**9)"  # SymPy cancels x and has a number of 10⁹ bits; no float is as large


@pytest.fixture(scope="module")
def hasty():
    """SymPy's process with one second for a question."""
    answers = Answers(SymbolicProcess(Limits(sympy_seconds=1)))
    yield answers
    answers.close()


@pytest.fixture(scope="module")
def patient():
    """One that is not hurried by a busy machine."""
    answers = Answers(SymbolicProcess(Limits(sympy_seconds=60)))
    yield answers
    answers.close()


@pytest.fixture(autouse=True)
def _hasty(hasty, monkeypatch):
    results.clear()
    monkeypatch.setattr(symbolic, "answers", lambda: hasty)
    monkeypatch.setitem(sys.modules, "sympy", None)  # whoever imports it here fails


def open_page(name, **query):
    app = driving.open_page(name, **{"lang": "en"} | query)
    assert not app.exception
    return app


def sentences(app):
    return [block.value for block in [*app.info, *app.error, *app.warning]]


def texts(app):
    return "\n".join(block.value for block in app.markdown)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("derivative", {}),
        ("chain_rule", {}),
        ("chain_rule", {"scene": "fourways"}),
        ("chain_rule", {"scene": "fourways", "w_show": "depth"}),
        ("gradient_descent", {"scene": "exact"}),
        ("gradient_descent", {"scene": "exact", "polynomial": "wells3"}),
    ],
)
def test_pages_have_their_formulas_without_sympy_in_the_server(patient, monkeypatch, name, query):
    monkeypatch.setattr(symbolic, "answers", lambda: patient)
    app = finished(open_page(name, **query))
    assert sentences(app) == []
    assert app.latex
    assert "texttt" not in " ".join(block.value for block in app.latex)


@pytest.mark.parametrize("formula", [HUGE, f"sin(x) + 0*x*{HUGE}", "7**(x*0 + 10**9) - 7**(x*0 + 10**9) + x**2"])
def test_derivative(formula):
    app = open_page("derivative", f="own", formula=formula, p="0.6")
    (sentence,) = [text for text in sentences(app) if "SymPy" in text]
    assert "its results are missing here" in sentence
    assert "10\\*\\*9" in sentence
    assert len(app.get("vega_lite_chart")) >= 2
    assert "| symbolic (SymPy) | – |" in texts(app)
    assert "secant, ε = 1" in texts(app)


def test_derivative_in_korean():
    app = open_page("derivative", lang="ko", f="own", formula=HUGE)
    (sentence,) = [text for text in sentences(app) if "SymPy" in text]
    assert " 1초" in sentence or "600 MB" in sentence


def test_what_is_quickly_known_of_a_slow_formula_is_there():
    """The third derivative of a tower is long: theory's best steps are missing, formula and slope are not."""
    app = open_page("derivative", f="own", formula="**".join("x" * 18), p="0.6")
    (sentence,) = sentences(app)
    assert "d³/dx³" in sentence
    assert "texttt" not in app.latex[0].value
    assert "| symbolic (SymPy) | `0." in texts(app)
    assert "| – |" in texts(app)


def test_functions_of_functions():
    app = open_page("chain_rule", c_f="own", c_fown=f"u*{HUGE.replace('x', 'u')}", c_x="0.6")
    assert len(sentences(app)) == 1
    assert r"\cos{\left(x \right)}" in " ".join(block.value for block in app.latex)  # g is known
    assert "| f(g(x))′ by formula (SymPy) | – |" in texts(app)
    assert "| u = g(x) | `0.56" in texts(app)


def test_the_same_numbers_four_ways():
    app = open_page(
        "chain_rule", scene="fourways", w_show="numbers", w_f="own", w_own=f"x*x + 0*y*{HUGE.replace('x', 'z')}"
    )
    assert len(sentences(app)) == 1
    assert "reverse mode" in texts(app)
    assert app.get("vega_lite_chart")


def test_formulas_that_grow():
    app = open_page("chain_rule", scene="fourways", w_show="depth", w_map="own", w_mapown=HUGE)
    assert len(sentences(app)) == 1
    assert not driving.has_cancel(app)
    constant = finished(open_page("chain_rule", scene="fourways", w_show="depth", w_map="own", w_mapown="x - x"))
    assert sentences(constant) == ["x - x is a constant: it does not grow."]


def test_a_formula_that_grows_out_of_the_limit_leaves_the_depths_before():
    """(x + 1/3)^12: the exact numbers in it have twelve times as many digits at each depth."""
    app = finished(open_page("chain_rule", scene="fourways", w_show="depth", w_map="own", w_mapown="(x + 1/3)**12"))
    (sentence,) = sentences(app)
    assert "d/dx f(f(f(f(f(f(" in sentence
    assert "was given 1 s" in sentence
    assert app.get("vega_lite_chart")
    assert app.button(key="four_ways.growth.again")


def test_one_visitors_refused_formula_is_refused_to_the_next_one_at_once(hasty, monkeypatch):
    open_page("derivative", f="own", formula=HUGE)
    asked = []
    monkeypatch.setattr(hasty._process, "answer", asked.append)
    app = open_page("derivative", f="own", formula=HUGE)
    assert any("SymPy" in text for text in sentences(app))
    assert asked == []
