"""Slopes of exactly 0, counted from the batch and from which units it makes active."""

from __future__ import annotations

import numpy as np
import pytest

from engines import questions
from engines.errors import InvalidSetting
from engines.pieces import finished
from ui.experiment.settings import Settings


@pytest.mark.parametrize("seed", [0, 2, 77])
def test_silent_weights_have_a_blank_pixel_wherever_their_unit_is_active(seed: int) -> None:
    recipe = Settings(seed=seed).recipe
    trainer = recipe.trainer()
    x, weights = trainer.draw_batch().x.astype(np.float64), finished(trainer.parameters_in_pieces("float64"))
    active = x @ weights["W1"] + weights["b1"] > 0
    silent = ~(x != 0).T.astype(int).dot(active.astype(int)).astype(bool)
    blank, idle = ~(x != 0).any(axis=0), ~active.any(axis=0)
    answer = finished(questions.asked(questions.get("silent_share"), recipe, {}))
    told = {name: float(value) for name, value in answer.numbers.items()}
    assert answer.value == silent.sum() / 2048
    assert told["silent"] == silent.sum()
    assert (told["blank"], told["idle"]) == (blank.sum(), idle.sum())
    assert told["explained"] == (blank[:, None] | idle[None, :]).sum()
    assert told["others"] == silent.sum() - told["explained"]
    assert (told["size"], told["inputs"], told["units"], told["batch"]) == (2048, 64, 32, 32)


@pytest.mark.parametrize("settings", [Settings(activation="tanh"), Settings(hidden=())])
def test_only_relu_units_are_asked_about(settings: Settings) -> None:
    with pytest.raises(InvalidSetting):
        finished(questions.asked(questions.get("silent_share"), settings.recipe, {}))
