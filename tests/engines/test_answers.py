"""What a network answers, and its mistakes, against plain loops; also where nothing can be said."""

import math

import numpy as np
import pytest
import torch

from engines.answers import NO_CLASS, Cell, answers, probabilities
from engines.records import accuracy

RNG = np.random.default_rng([16, 4])
LOGITS = RNG.normal(0, 3, (60, 4)).astype(np.float32)
LABELS = RNG.integers(0, 4, 60)
LOSSES = ["cross_entropy", "mean_squared_error"]


def losses_by_torch(loss, logits, labels):
    scores, truth = torch.tensor(np.asarray(logits, np.float64)), torch.tensor(labels)
    if loss == "cross_entropy":
        return torch.nn.functional.cross_entropy(scores, truth, reduction="none").numpy()
    one_hot = torch.nn.functional.one_hot(truth, scores.shape[1]).double()
    return torch.nn.functional.mse_loss(scores, one_hot, reduction="none").mean(1).numpy()


@pytest.mark.parametrize("loss", LOSSES)
def test_the_mistakes_come_by_the_loss_that_torch_finds(loss):
    said, losses = answers(LOGITS, LABELS, loss), losses_by_torch(loss, LOGITS, LABELS)
    np.testing.assert_allclose(said.losses, losses, rtol=1e-12)
    wrong = [i for i in range(60) if max(range(4), key=LOGITS[i].tolist().__getitem__) != LABELS[i]]
    assert said.worst_first(Cell()).tolist() == sorted(wrong, key=lambda i: -losses[i])
    assert 0 < len(wrong) < 60


def test_each_cell_has_its_own_and_the_diagonal_the_right_answers():
    said = answers(LOGITS, LABELS)
    found = [said.worst_first(Cell(true, predicted)) for true in range(4) for predicted in range(4)]
    assert sorted(np.concatenate(found)) == list(range(60))
    for place, samples in enumerate(found):
        true, predicted = divmod(place, 4)
        assert (LABELS[samples] == true).all()
        assert (LOGITS[samples].argmax(1) == predicted).all()
    row = sorted(np.concatenate([found[4 + predicted] for predicted in (0, 2, 3)]))
    assert sorted(said.worst_first(Cell(true=1))) == row
    column = sorted(np.concatenate([found[4 * true + 1] for true in (0, 2, 3)]))
    assert sorted(said.worst_first(Cell(predicted=1))) == column


def test_without_finite_logits_there_is_no_answer_and_the_accuracy_says_the_same():
    logits = LOGITS.copy()
    logits[[3, 7]] = np.nan
    logits[9, LABELS[9]] = np.inf
    said = answers(logits, LABELS)
    assert (said.predicted == NO_CLASS).nonzero()[0].tolist() == [3, 7, 9]
    assert {3, 7} == set(said.worst_first(Cell())[:3]) - {9}  # with the loss NaN they are the worst
    assert 9 in said.worst_first(Cell())
    assert all(not {3, 7, 9} & set(said.worst_first(Cell(predicted=k))) for k in range(4))
    assert accuracy(logits, LABELS) * 60 == pytest.approx(60 - said.wrong.sum())
    assert np.isnan(said.probabilities(np.array([3]))).all()


def test_all_not_a_number_is_all_wrong():
    logits = np.full((5, 3), np.nan, np.float32)
    labels = np.zeros(5, int)  # of the class that NumPy's argmax names for NaN
    said = answers(logits, labels)
    assert said.worst_first(Cell()).tolist() == [0, 1, 2, 3, 4]
    assert accuracy(logits, labels) == 0
    assert said.tied(np.arange(5)) == 0


def test_equal_scores_are_the_first_class_and_stand_in_their_order():
    said = answers(np.zeros((4, 3)), [1, 0, 2, 1])
    assert said.predicted.tolist() == [0, 0, 0, 0]
    assert said.losses == pytest.approx([math.log(3)] * 4)
    assert said.worst_first(Cell()).tolist() == [0, 2, 3]
    assert said.tied(np.array([0, 2])) == 2
    assert answers([[1.0, 2.0, 2.0], [1.0, 2.0, 3.0]], [0, 0]).tied(np.array([0, 1])) == 1


def test_of_one_class_nothing_can_be_wrong():
    said = answers(np.ones((3, 1)), [0, 0, 0])
    assert said.losses.tolist() == [0, 0, 0]
    assert said.worst_first(Cell()).size == 0
    assert said.worst_first(Cell(0, 0)).tolist() == [0, 1, 2]


def test_probabilities_as_torch_has_them_also_of_large_scores():
    logits = np.array([[1e4, 0.0, -1e4], [1.0, 2.0, 3.0]], np.float32)
    expected = torch.softmax(torch.tensor(logits, dtype=torch.float64), 1).numpy()
    np.testing.assert_allclose(probabilities(logits), expected, rtol=1e-12)
