"""The accuracy at the end beside that of the epoch with the lowest test loss."""

import pytest

from engines.pieces import PIECE
from engines.questions.base import Answer
from engines.questions.training import parting


def test_both_accuracies_are_those_of_the_run(answer, recipe, by_hand):
    run = by_hand(batch=400)
    losses, accuracies = [], []
    for epoch in range(4):
        run.to(4 * epoch)  # 1,437 images in batches of 400
        losses.append(run.loss(run.data.x_test, run.data.y_test))
        accuracies.append(run.accuracy(run.data.x_test, run.data.y_test))
    found = answer("accuracy_course", recipe(batch=400), epochs=3)
    best = accuracies[losses.index(min(losses))]
    assert found.numbers["accuracy_end"] == accuracies[-1]
    assert found.numbers["accuracy_lowest"] == best
    assert found.numbers["points"] == pytest.approx(100 * abs(accuracies[-1] - best))


@pytest.mark.parametrize(
    ("end", "key"), [(0.75, "higher"), (0.718, "same"), (0.682, "same"), (0.722, "higher"), (0.6, "lower")]
)
def test_two_percentage_points_are_no_difference(answer, recipe, monkeypatch, end, key):
    def lowest_test_epoch(*, recipe, epochs):
        yield PIECE
        return Answer(5, {"accuracy_end": end, "accuracy_lowest": 0.7})

    monkeypatch.setattr(parting, "lowest_test_epoch", lowest_test_epoch)
    assert answer("accuracy_course", recipe(), epochs=3).value == key
