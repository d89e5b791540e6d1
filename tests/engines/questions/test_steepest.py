"""The steepest entry, against a network written anew in NumPy and central differences of its loss."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engines import questions
from engines.errors import InvalidSetting
from engines.pieces import finished
from engines.questions import Answer
from engines.runs.recipe import Recipe
from ui.experiment.settings import Settings

Weights = dict[str, NDArray[np.float64]]


def run(seed: int, step: int = 0, **settings: object) -> Recipe:
    return Settings(seed=seed, step=step, dtype="float64", **settings).recipe  # type: ignore[arg-type]


def ask(name: str, recipe: Recipe, **arguments: object) -> Answer:
    return finished(questions.asked(questions.get(name), recipe, arguments))


def start(recipe: Recipe) -> tuple[Weights, NDArray[np.float64], NDArray[np.int64]]:
    """The first weights and the first batch."""
    trainer = recipe.trainer()
    batch = trainer.draw_batch()
    return finished(trainer.parameters_in_pieces("float64")), np.asarray(batch.x, np.float64), np.asarray(batch.labels)


def loss(weights: Weights, x: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    scores = np.maximum(x @ weights["W1"] + weights["b1"], 0) @ weights["W2"] + weights["b2"]
    scores = scores - scores.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(labels)), labels]))


def moved(weights: Weights, name: str, index: tuple[int, ...], by: float) -> Weights:
    values = weights[name].copy()
    values[index] += by
    return {**weights, name: values}


def slopes(weights: Weights, name: str, *batch: NDArray) -> NDArray[np.float64]:
    found = np.zeros_like(weights[name])
    for index in np.ndindex(found.shape):
        up, down = (loss(moved(weights, name, index, e), *batch) for e in (1e-5, -1e-5))
        found[index] = (up - down) / 2e-5
    return found


@pytest.mark.parametrize("seed", [0, 3])
def test_the_steepest_entry_of_a_layer_moved_by_hand(seed: int) -> None:
    weights, *batch = start(run(seed))
    gradient = slopes(weights, "W2", *batch)
    index = tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))
    for delta in (0.1, 3.0, -2.0):
        real = loss(moved(weights, "W2", index, delta), *batch) - loss(weights, *batch)
        answer = ask("steepest_moved", run(seed), parameter="W2", delta=delta)
        assert answer.value == pytest.approx(real, abs=1e-12)
        assert answer.numbers["place"] == f"[{index[0]}, {index[1]}]"
        assert answer.numbers["predicted"] == pytest.approx(gradient[index] * delta, rel=1e-6)
        assert answer.numbers["weight"] == weights["W2"][index]
        off = abs(real - gradient[index] * delta) / abs(gradient[index] * delta)
        assert answer.numbers["off"] == pytest.approx(off, abs=1e-6)
        side = "on" if off <= 0.1 else "above" if real > gradient[index] * delta else "below"
        assert ask("beside_the_line", run(seed), parameter="W2", delta=delta).value == side


def test_all_three_sides_of_the_line_occur() -> None:
    asked = [ask("beside_the_line", run(seed), parameter="W1", delta=d) for seed in (4, 77) for d in (0.1, 3.0, -1.0)]
    asked += [
        ask("beside_the_line", run(s, activation="tanh"), parameter="W1", delta=d) for s in (0, 1) for d in (-3, 3)
    ]
    assert {answer.value for answer in asked} == {"on", "above", "below"}


def test_a_step_of_sgd_takes_the_rate_times_the_slope_from_it() -> None:
    weights, *batch = start(run(1))
    gradient = slopes(weights, "W2", *batch)
    index = tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))
    answer = ask("steepest_after_step", run(1, step=1), parameter="W2")
    assert answer.value == pytest.approx(weights["W2"][index] - 0.1 * gradient[index], abs=1e-9)
    assert answer.numbers["place"] == f"[{index[0]}, {index[1]}]"
    assert answer.numbers["before"] == weights["W2"][index]
    assert answer.numbers["gradient"] == pytest.approx(gradient[index], rel=1e-6)
    with pytest.raises(InvalidSetting):
        ask("steepest_after_step", run(1), parameter="W2")


def test_the_steepest_entrys_share_and_how_many_make_half() -> None:
    weights, *batch = start(run(2, hidden=(6,)))
    squares = np.concatenate([slopes(weights, name, *batch).ravel() for name in weights]) ** 2
    answer = ask("steepest_share", run(2, hidden=(6,)))
    assert answer.value == pytest.approx(squares.max() / squares.sum(), rel=1e-5)
    half = int(answer.numbers["half"])
    largest = np.sort(squares)[::-1]
    assert largest[:half].sum() >= squares.sum() / 2 > largest[: half - 1].sum()
    assert answer.numbers["entries"] == 64 * 6 + 6 + 60 + 10
    assert answer.numbers["slope"] == pytest.approx(squares.sum(), rel=1e-6)
