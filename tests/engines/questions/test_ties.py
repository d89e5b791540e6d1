"""Units that begin equal: whether they part, against the trained weights themselves."""

from __future__ import annotations

import numpy as np
import pytest

from engines import questions
from engines.pieces import finished
from engines.questions import Answer
from ui.experiment.settings import Settings


def held(settings: Settings) -> Answer:
    return finished(questions.asked(questions.get("ties_hold"), settings.recipe, {}))


def test_equal_units_stay_equal_in_float64() -> None:
    answer = held(Settings(initialization="constant", dtype="float64", step=300))
    assert answer.value == "equal"
    assert answer.numbers["distinct"] == 1
    assert float(answer.numbers["spread"]) < 1e-6


@pytest.mark.parametrize("settings", [
    Settings(initialization="small", hidden=(5,), step=20),
    Settings(initialization="constant", hidden=(22,), step=1000),
])  # fmt: skip
def test_the_answer_is_that_of_the_columns(settings: Settings) -> None:
    trainer = settings.recipe.trainer()
    trainer.run(settings.step)
    weights = finished(trainer.parameters_in_pieces("float64"))["W1"]
    largest = np.abs(weights).max()
    groups: list[np.ndarray] = []
    for column in weights.T:
        if all(np.abs(column - other).max() > 1e-6 * largest for other in groups):
            groups.append(column)
    answer = held(settings)
    assert answer.value == ("equal" if len(groups) == 1 else "apart")
    assert answer.numbers["distinct"] == len(groups)
    assert answer.numbers["spread"] == pytest.approx((weights.max(axis=1) - weights.min(axis=1)).max() / largest)
    assert answer.numbers["accuracy"] == trainer.evaluate()[1]
