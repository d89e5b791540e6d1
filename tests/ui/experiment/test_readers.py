"""How settings are read as people write them: a text with one meaning is taken, one with two is asked about."""

import pytest

from engines.errors import InvalidExpression, InvalidSetting
from ui.chain_rule.view import ChainRuleView
from ui.derivative.settings import DerivativeView
from ui.experiment.readers import between, formula_of, one_of, read_data, read_hidden, read_number, whole
from ui.experiment.settings import Settings, from_query, to_query
from ui.gradient_descent.view import DescentView


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        ("-0,001", -0.001),
        ("12,5", 12.5),
        ("1,5e-3", 0.0015),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("−2", -2.0),
        (" 3 ", 3.0),
        ("1e 30", 1e30),
        ("+4", 4.0),
    ],
)
def test_a_number_is_read(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,234", "write 1.234 or 1234"),
        ("-12,000", "write -12.000 or -12000"),
        ("1,2,3", "decimal point"),
        ("1.234,5", "decimal point"),
        ("", "a number"),
        ("abc", "a number"),
        ("1 000", "a number"),
    ],
)
def test_what_is_no_number_or_two_is_refused(text, reason):
    with pytest.raises(InvalidSetting, match=reason):
        read_number(text)


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("1e3", 1000), ("5.0", 5), (" 3", 3), ("4294967295", 2**32 - 1)])
def test_a_whole_number_is_read(text, value):
    assert whole(0, 2**32 - 1)(text) == value


@pytest.mark.parametrize("text", ["2.7", "2,7", "1,000", "-1", "9" * 400, "1e99", "nan", "", "x", "4294967296"])
def test_what_is_no_whole_number_here_is_refused(text):
    with pytest.raises(InvalidSetting, match="a whole number from 0 to 4294967295 is needed"):
        whole(0, 2**32 - 1)(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1.01", "-0.1"])
def test_a_number_out_of_bounds_is_refused(text):
    with pytest.raises(InvalidSetting):
        between(0, 1)(text)


def test_a_word_is_read_in_any_case_but_never_guessed():
    read = one_of(lambda: ("mean_squared_error", "Up", "up"))
    assert read("Mean-Squared error") == "mean_squared_error"
    assert (read("Up"), read("up")) == ("Up", "up")
    for text in ("UP", "mean", ""):
        with pytest.raises(InvalidSetting):
            read(text)


@pytest.mark.parametrize("text", ["64–32", "64 - 32", "64, 32", "64 32", "64−32"])
def test_hidden_layers_are_read_with_any_dash(text):
    assert read_hidden(text) == (64, 32)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"lang": "ko-KR"}, Settings(language="ko")),
        ({"lang": "EN_us"}, Settings(language="en")),
        ({"optimizer": "Adam", "rate": "0.001"}, Settings(optimizer="adam", learning_rate=0.001)),
        ({"backend": "Torch"}, Settings(backend="torch")),
        ({"data": "Fashion-MNIST"}, Settings(data="fashion_mnist")),
        ({"loss": "mean squared error"}, Settings(loss="mean_squared_error")),
        ({"rate": "1e 30"}, Settings(learning_rate=1e30)),
        ({"hidden": "None"}, Settings(hidden=())),
    ],
)
def test_a_link_is_not_refused_for_its_writing_only(query, expected):
    assert from_query(Settings, query) == (expected, [])


@pytest.mark.parametrize(
    ("cls", "key", "typed", "understood"),
    [
        (DerivativeView, "formula", "1,5*x", "1.5*x"),
        (DerivativeView, "formula", "max(1,2)*x", "max(1,2)*x"),
        (DescentView, "g", "0,5*x + y", "0.5*x + y"),
        (ChainRuleView, "h_x", "0,5, 0,25", "0.5, 0.25"),
        (ChainRuleView, "h_x", "1,2", "1,2"),
        (ChainRuleView, "h_w", "1,2; 3,4", "1,2; 3,4"),
        (ChainRuleView, "h_c", "0,5", "0.5"),
        (ChainRuleView, "c_fown", "u*0,1", "u*0.1"),
        (ChainRuleView, "w_own", "0,5*x", "0.5*x"),
        (ChainRuleView, "w_mapown", "0,5*x", "0.5*x"),
    ],
)
def test_a_decimal_comma_is_read_where_it_can_be_nothing_else(cls, key, typed, understood):
    view, problems = from_query(cls, {key: typed})
    assert problems == []
    assert to_query(view)[key] == understood


def test_what_is_wrong_with_a_formula_is_said_of_what_was_typed():
    _, (problem,) = from_query(DerivativeView, {"formula": "1,5*x +"})
    assert "1,5*x +" in str(problem.reason) or "1.5" not in str(problem.reason)


def test_a_formula_has_just_these_variables_and_where_it_must_at_least_one():
    assert formula_of("x", "y")("0,5*x") == "0.5*x"
    assert formula_of("x")("2 + 3") == "2 + 3"
    with pytest.raises(InvalidExpression, match="Write at least one variable: x, y"):
        formula_of("x", "y", constant=False)("2 + 3")
    for text in ("x + z", "x +", ""):
        with pytest.raises(InvalidExpression):
            formula_of("x", "y")(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("digits", "digits"),
        ("Digits.100", "digits.100"),
        (" fashion-mnist.50 ", "fashion_mnist.50"),
        ("Fashion MNIST", "fashion_mnist"),
    ],
)
def test_a_data_set_is_read_with_how_many_training_images(text, name):
    assert read_data(text) == name


@pytest.mark.parametrize(
    ("text", "choices"), [("digits.7", "digits, digits.50, digits.100"), ("letters.50", "digits, fashion_mnist, mnist")]
)
def test_a_number_of_training_images_that_is_none_is_refused_with_the_choices(text, choices):
    with pytest.raises(InvalidSetting, match=f"choose one of {choices}"):
        read_data(text)
