"""The bill's parts, against operations counted by hand."""

from __future__ import annotations

import itertools

import pytest

from engines import questions
from engines.errors import InvalidSetting
from engines.pieces import finished
from engines.questions import Answer
from ui.experiment.settings import Settings


def ask(name: str, settings: Settings, **arguments: object) -> Answer:
    return finished(questions.asked(questions.get(name), settings.recipe, arguments))


def multiplications(*sizes: int) -> tuple[float, float]:
    """Of the matrix products alone, for one sample: a forward pass, and both passes together."""
    pairs = list(itertools.pairwise(sizes))
    products = sum(a * b for a, b in pairs)
    forward = 2 * products  # multiply and add
    return forward, forward + products + sum(2 * a * b for a, b in pairs[1:])  # x·δ for each weight, W·δ above


def test_both_passes_cost_less_than_two_forward_passes_and_more_than_one() -> None:
    forward, both = multiplications(64, 32, 10)
    answer = ask("backward_price", Settings())
    assert answer.value == pytest.approx(both / forward, rel=0.05)
    assert answer.value == float(answer.numbers["reverse"]) / float(answer.numbers["forward"])


def test_one_weight_at_a_time_the_bill_grows_with_the_square() -> None:
    (narrow, _), (wide, _) = multiplications(64, 32, 10), multiplications(64, 320, 10)
    parameters = (64 * 320 + 320 + 3200 + 10) / 2410
    central = ask("bill_growth", Settings(hidden=(320,)), narrower=[64, 32, 10], way="central")
    assert central.value == pytest.approx(parameters * wide / narrow, rel=0.02)
    assert central.numbers["parameters"] == pytest.approx(parameters)
    reverse = ask("bill_growth", Settings(hidden=(320,)), narrower=[64, 32, 10], way="reverse")
    assert reverse.value == pytest.approx(wide / narrow, rel=0.02)
    with pytest.raises(InvalidSetting):
        ask("bill_growth", Settings(), narrower=[64, 32, 10], way="forward")
