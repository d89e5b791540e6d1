"""The scalar scenes of the Chain rule page, driven without a browser: f(g(x)), three operations, the homework."""

import itertools
import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from engines import backends
from engines.chain_rule.composition import STAGES
from engines.chain_rule.homework import ANSWERS
from tests.pages.driving import address
from ui.chain_rule.scalars.settings import INNERS, OUTERS
from ui.experiment.settings import LANGUAGES
from ui.text import Text

PAIRS = [("en", name) for name in backends.names()] + [
    (language, "numpy") for language in LANGUAGES if language != "en"
]
NET = {"h_x": "2, 3", "h_w": "1, -1; 0.5, 1", "h_b": "0.5, 1", "h_v": "2, -1", "h_c": "0.5", "h_y": "4"}


def open_page(**query):
    """The page as its link opens it."""
    app = AppTest.from_file("../../dashboard.py", default_timeout=60).switch_page("pages/chain_rule.py")
    for key, value in ({"lang": "en", "scene": "scalars"} | query).items():
        app.query_params[key] = str(value)
    return app.run()


def homework(**query):
    return open_page(scene="homework", **query)


def texts(app):
    """All that the page says, with HTML's numbered characters read."""
    said = "\n".join(block.value for block in [*app.markdown, *app.caption])
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), said)


def number_of(app, row):
    """The number in the row of a table that begins so."""
    return float(re.search(rf"\| {re.escape(row)}[^|]*\| `([^`]+)` \|", texts(app))[1])


def formulas(app):
    return "\n".join(block.value for block in app.latex)


def in_url(app, key):
    return address(app)[key]


def answer(app, **given):
    for name, text in given.items():
        app.text_input(key=f"homework.{name}").set_value(text).run()
    return app


@pytest.mark.parametrize(("language", "backend"), PAIRS)
def test_two_functions_in_every_language_and_with_every_backend(language, backend):
    app = open_page(lang=language, backend=backend, c_x="0.6", c_f="square", c_g="sin")
    assert not app.exception
    assert not app.warning
    assert number_of(app, "f′(g(x)) · g′(x)") == pytest.approx(math.sin(1.2), rel=1e-15)
    assert number_of(app, Text(language)("f(g(x))′ by formula (SymPy)")) == pytest.approx(math.sin(1.2), rel=1e-15)
    assert abs(number_of(app, Text(language)("product − backward pass"))) < 1e-15
    assert r"1.129 \cdot 0.8253 = 0.932" in formulas(app)
    assert "0.3" in texts(app)


def test_x_and_both_functions_are_in_the_link_and_move_the_numbers():
    app = open_page()
    app.select_slider(key="view.c_x").set_value(-1.5).run()
    app.selectbox(key="view.c_inner").set_value("square").run()
    app.selectbox(key="view.c_outer").set_value("sin").run()
    app.select_slider(key="view.c_epsilon").set_value(0.01).run()
    assert [in_url(app, key) for key in ("c_x", "c_g", "c_f", "c_eps")] == ["-1.5", "square", "sin", "0.01"]
    assert number_of(app, "f′(g(x)) · g′(x)") == pytest.approx(-3 * math.cos(2.25), rel=1e-14)
    exact = math.sin(1.49**2) - math.sin(2.25)
    assert f"In fact y moves by {exact:.3g}." in texts(app)


def test_where_the_change_leads_out_of_the_domain_no_number_is_said():
    app = open_page(c_f="log", c_g="own", c_gown="-x", c_x="-0.2", c_eps="0.5")  # ln(0.2), then ln(−0.3)
    assert "At x + ε there is no finite value of y." in texts(app)


def test_every_function_of_the_lists_agrees_or_says_why_not():
    for outer, inner in zip(OUTERS, itertools.cycle(INNERS), strict=False):
        app = open_page(c_f=outer, c_g=inner, c_x="0.35")
        assert not app.exception
        assert abs(number_of(app, "product − formula")) < 1e-14
    assert "f has no finite value at −0.3" in texts(open_page(c_f="log", c_g="line", c_x="0.35"))


def test_formulas_of_ones_own_and_what_is_wrong_with_them():
    app = open_page(c_f="own", c_fown="u**3", c_g="own", c_gown="2*x + 1", c_x="0.5")
    assert number_of(app, "f′(g(x)) · g′(x)") == 3 * 4 * 2
    app.text_input(key="view.c_outer_own").set_value("x**3").run()
    assert "There is no x here; the variables are u" in app.error[0].value
    assert number_of(app, "f′(g(x)) · g′(x)") == 24
    app = open_page(c_f="own", c_fown="relu(u)", c_g="own", c_gown="x", c_x="0")
    assert "f has no derivative at 0; the engine takes 0 by convention" in texts(app)


@pytest.mark.parametrize(("language", "backend"), PAIRS)
def test_the_chapters_three_factors(language, backend):
    query = {"c_a": "multiply", "c_b": "relu", "c_c": "multiply", "c_w1": -2, "c_w2": 3, "c_w3": 0.5, "c_in": 2}
    app = open_page(lang=language, backend=backend, c_part="three", **query)  # c = 1, b = 3, a = −6
    assert not app.exception
    assert r"= (-2) \cdot 3 \cdot 2 = -12" in formulas(app)
    assert r"= (-2) \cdot 1 = -2" in formulas(app)
    assert r"\frac{\partial a}{\partial W_1} = 3" in formulas(app)
    assert [number_of(app, f"∂f/∂W{index}") for index in (1, 2, 3)] == [3, -2, -12]
    assert "(−2) · 3 · 2 = −12" in texts(app)


def test_operations_and_weights_are_in_the_link_and_a_zero_factor_is_named():
    app = open_page(c_part="three")
    for name in STAGES:
        app.selectbox(key="view.c_c").set_value(name).run()
        assert not app.exception
    app.selectbox(key="view.c_b").set_value("relu").run()  # W2 < 0 and c > 0: closed
    assert "∂b/∂c is 0, and with it" in texts(app)
    app.select_slider(key="view.c_w2").set_value(1.5).run()
    assert "has three factors" in texts(app)
    assert (in_url(app, "c_b"), in_url(app, "c_w2")) == ("relu", "1.5")


@pytest.mark.parametrize(("language", "backend"), PAIRS)
def test_the_worked_homework_is_the_one_computed_by_hand(language, backend):
    app = homework(lang=language, backend=backend, h_show="on", **NET)
    assert not app.exception
    assert not app.warning
    lines = formulas(app)
    for line in (
        r"&= 2{\cdot}1 + 3{\cdot}0.5 + 0.5 \\ &= 4",  # z1
        r"&= 4{\cdot}2 + 2{\cdot}(-1) + 0.5 \\ &= 6.5",  # y_pred
        r"&= 2.5^2 = 6.25",
        r"&= 2 \cdot 2.5 = 5",
        r"&= 2 \cdot 2.5 \cdot 2 \cdot 1 \cdot 3 = 30",  # w21
        r"&= 2 \cdot 2.5 \cdot (-1) \cdot 1 \cdot 2 = -10",  # w12
    ):
        assert line in lines


def test_answers_are_hidden_until_they_are_asked_for():
    app = homework(**NET)
    assert "6.25" not in formulas(app) + texts(app)
    assert all(app.text_input(key=f"homework.{name}").value == "" for name in ANSWERS)
    app.toggle(key="view.h_solved").set_value(True).run()
    assert "6.25" in formulas(app)
    assert in_url(app, "h_show") == "on"


def test_answers_are_marked_kept_in_the_link_and_a_missing_factor_is_named():
    app = answer(homework(**NET), z1="4", dw21="2*2.5*2*3", loss="6.4")
    assert "2 of 20 numbers are right" in texts(app)
    app = answer(app, loss="6.25", dw21="15")
    told = texts(app)
    assert "∂loss/∂w₂₁ = 15 is not right. What would explain it: the factor 2 is missing or the factor v₁ = 2" in told
    app = answer(app, dw12="10")
    assert "∂loss/∂w₁₂ = 10 is not right. What would explain it: the sign is wrong" in texts(app)
    assert "the factor (y_pred − y) is missing" in texts(answer(app, dy_pred="2"))
    app = answer(app, db2="7", dy_pred="")
    assert "∂loss/∂b₂ = 7 is not right. No slip that is known here explains it." in texts(app)
    kept = in_url(app, "h_mine")
    assert kept == "z1:4;loss:6.25;dw12:10;dw21:15;db2:7".replace("dw12:10;dw21:15", "dw21:15;dw12:10")
    again = homework(**NET, h_mine=kept)
    assert "2 of 20 numbers are right" in texts(again)
    assert again.text_input(key="homework.dw21").value == "15"


def test_what_follows_from_a_wrong_number_is_said_and_swapped_indices_are_named():
    app = homework(**NET, h_mine="z1:5;a1:5;y_pred:8.5;dw12:30;dw21:20")
    assert "0 of 20 numbers are right. 2 more follow from wrong ones." in texts(app)
    assert "Right for your z₁, which is wrong." in texts(app)
    assert "Right for your a₁, which is wrong." in texts(app)
    assert "∂loss/∂w₂₁ = 20 is not right. What would explain it: x₁ = 2 was used instead of x₂ = 3" in texts(app)


def test_an_answer_that_is_no_number_is_explained_and_an_empty_one_forgotten():
    app = answer(homework(**NET), z1="four", a1="4")
    assert "write a number" in app.error[0].value
    assert app.text_input(key="homework.z1").value == "four"
    assert "1 of 20" in texts(app)
    app = answer(app, z1="4", a1="")
    assert not app.error
    assert (in_url(app, "h_mine"), "1 of 20" in texts(app)) == ("z1:4", True)


def test_the_next_exercise_has_other_numbers_and_no_answers():
    app = answer(homework(h_seed="7"), z1="1")
    before = {key: in_url(app, key) for key in NET}
    app.button(key="homework.next").click().run()
    assert in_url(app, "h_seed") == "8"
    assert {key: in_url(app, key) for key in NET} != before
    assert "h_mine" not in address(app)
    app.text_input(key="view.h_exercise").set_value("7").run()
    assert {key: in_url(app, key) for key in NET} == before
    app.selectbox(key="view.h_activation").set_value("tanh").run()
    assert {key: in_url(app, key) for key in NET} != before
    assert "your own numbers" not in texts(app)


def test_numbers_of_ones_own_stay_with_another_activation_and_bad_ones_get_a_word():
    app = homework(**NET)
    assert "your own numbers" in texts(app)
    app.selectbox(key="view.h_activation").set_value("sigmoid").run()
    assert in_url(app, "h_w") == NET["h_w"]
    app.text_input(key="view.h_w").set_value("1, 2, 3").run()
    assert "write 4 numbers here, not 3" in app.error[0].value
    app.text_input(key="view.h_w").set_value("1, 2; 3, two").run()
    assert "write numbers" in app.error[0].value
    app.text_input(key="view.h_w").set_value("[1 2; 3 −4]").run()
    assert not app.error
    assert not app.exception
    app.text_input(key="view.h_b").set_value("1e9, 0").run()
    assert "between" in app.error[0].value


def test_a_dead_unit_is_named():
    assert "relu′ is 0 at z₁" in texts(homework(**(NET | {"h_b": "-9, 1"}), h_show="on"))


def test_bad_values_in_a_link_fall_back_with_a_message_each():
    app = homework(h_x="1", h_w="a", h_seed="0", h_mine="z9:1", h_act="gelu")
    assert not app.exception
    assert sorted(warning.value.split("`")[1] for warning in app.warning) == [
        "h_act=gelu",
        "h_mine=z9:1",
        "h_seed=0",
        "h_w=a",
        "h_x=1",
    ]
    app = open_page(c_x="9", c_fown="import os", c_a="matmul", c_part="four")
    assert len(app.warning) == 4
    assert not app.exception


@pytest.mark.parametrize("last", ["z1", "loss", "dw21"])
def test_a_link_can_fill_in_the_first_answers(last):
    app = homework(h_seed=7, h_to=last)
    assert not app.exception
    given = [pair.partition(":") for pair in in_url(app, "h_mine").split(";")]
    assert [name for name, _colon, _value in given] == list(ANSWERS[: ANSWERS.index(last) + 1])
    assert "h_to" not in address(app)
    assert f"{len(given)} of 20 numbers are right." in texts(app)
    assert len(re.findall("✓", texts(app))) == len(given)
    answer(app, z1="")
    assert f"{len(given) - 1} of 20 numbers are right." in texts(app)


def test_a_link_that_names_no_answer_is_told():
    app = homework(h_to="dx1")
    assert any("h_to" in warning.value for warning in app.warning)
    assert "h_mine" not in address(app)
