"""Numbers as readers see them."""

import math

import pytest

from ui.charts.numerals import duration, number, percent, typeset


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.5, "-0.5"), (999.4, "999"), (999.7, "1,000"), (123456.7, "123,457"), (1e6, "1e+06"),
     (-math.inf, "−∞")],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (1.0, "100%"), (359 / 360, "99.7%"), (0.99999, "> 99.9%"), (1e-9, "< 0.1%"), (2.5, "250.0%"),
     (0.0005, "0.1%"), (0.9994, "99.9%"), (math.nan, "NaN")],
)  # fmt: skip
def test_percentages_never_round_to_all_or_none(share, text):
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("seconds", "words"), [(2.5e-5, "25 µs"), (0.02, "20 ms"), (3, "3 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_durations_have_the_unit_that_suits_them(seconds, words):
    assert duration(seconds, str) == words


@pytest.mark.parametrize(("value", "text"), [(1e-12, "10⁻¹²"), (-3.47e-7, "−3.47·10⁻⁷"), (2.5e300, "2.5·10³⁰⁰")])
def test_powers_of_ten_are_raised(value, text):
    assert typeset(value) == text
