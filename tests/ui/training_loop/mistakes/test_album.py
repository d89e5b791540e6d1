"""What is shown of a run's mistakes, against counts of its own logits; also where hardly anything can be said."""

import dataclasses

import numpy as np
import pytest

from engines.answers import ALL, Cell
from engines.network import Network
from tests.ui.training_loop.mistakes.moments import DIGITS, drawing, english, moment
from ui.training_loop.mistakes.album import ON_A_LEAF, Image, album, image_of, own_logits
from ui.training_loop.mistakes.readings import counts_reading, shown_reading
from ui.training_loop.mistakes.view import figures


def both(made):
    return counts_reading(made, english), shown_reading(made, DIGITS, english)


def of(now, digits, cell=ALL, leaf=1, own=(), logits=None):
    return album(now, digits.y_test, "cross_entropy", cell, leaf, own, logits)


def test_a_trained_run_leaf_by_leaf(snapshots, digits):
    now = snapshots[1]
    wrong = int((now.test_logits.argmax(1) != digits.y_test).sum())
    made = of(now, digits)
    assert made.wrong == wrong == round(360 * (1 - now.tests[-1].accuracy))
    assert both(made)[0].startswith(f"At step 600: {wrong} of 360 test images are wrong")
    leaves = [of(now, digits, leaf=leaf) for leaf in range(1, 9)]
    seen = [sample for each in leaves[: -(-wrong // ON_A_LEAF)] for sample in each.shown]
    assert sorted(seen) == np.flatnonzero(now.test_logits.argmax(1) != digits.y_test).tolist()
    assert leaves[-1].leaf == -(-wrong // ON_A_LEAF)  # beyond the last one is the last one
    for each in leaves:
        shown = [figure for figure in figures(each, DIGITS, english) if "data-image" in figure]
        assert len(figures(each, DIGITS, english)) == ON_A_LEAF
        assert len(shown) == len(each.shown) <= ON_A_LEAF


def test_the_step_told_is_that_of_the_logits_not_of_the_run(snapshots, digits):
    later = dataclasses.replace(snapshots[1], steps=650)
    assert both(of(later, digits))[0].startswith("At step 600:")


def test_before_the_first_step(snapshots, digits):
    told, shown = both(of(snapshots[0], digits))
    assert told.startswith("At step 0: ")
    assert shown.endswith(", the largest loss first.")


@pytest.mark.parametrize("cell", [Cell(3, 8), Cell(3, 3), Cell(true=3), Cell(predicted=8)])
def test_a_cell(snapshots, digits, cell):
    predicted = snapshots[0].test_logits.argmax(1)
    chosen = np.ones(360, bool)
    if cell.true is not None:
        chosen &= digits.y_test == cell.true
    if cell.predicted is not None:
        chosen &= predicted == cell.predicted
    if cell != Cell(3, 3):
        chosen &= digits.y_test != predicted
    made = of(snapshots[0], digits, cell)
    assert sorted(made.found) == np.flatnonzero(chosen).tolist()
    name = {Cell(3, 8): "3 taken for 8", Cell(3, 3): "3, recognised", Cell(3): "3, not recognised"}
    assert both(made)[1].startswith(f"{name.get(cell, 'Wrongly taken for 8')}: ")


def test_without_a_mistake(digits):
    told, shown = both(of(moment(digits, np.eye(10)[digits.y_test]), digits))
    assert told == "At step 5 all 360 test images are right: there is no mistake."
    assert shown == ""
    assert both(of(moment(digits, np.eye(10)[digits.y_test]), digits, Cell(1, 7)))[1] == "1 taken for 7: none."


def test_with_a_single_mistake(digits):
    logits = np.eye(10)[digits.y_test]
    logits[17] = np.roll(logits[17], 1)
    told, shown = both(of(moment(digits, logits), digits))
    assert told == "At step 5: 1 of 360 test images is wrong (0.3%)."
    assert shown == "1 to 1 of 1, a single one."


def test_where_no_weight_is_finite(digits):
    made = of(moment(digits, np.full((360, 10), np.nan)), digits)
    told, shown = both(made)
    assert told == (
        "At step 5: 360 of 360 test images are wrong (100%). "
        "360 of them have no prediction, because not all their scores are finite."
    )
    assert shown == "1 to 24 of 360, all with the same loss, in their order."
    assert made.shown.tolist() == list(range(24))
    assert all("not finite" in figure and "NaN" in figure for figure in figures(made, DIGITS, english))
    assert both(of(moment(digits, np.full((360, 10), np.nan)), digits, Cell(predicted=3)))[1].endswith(": none.")


def test_where_some_scores_are_infinite(digits):
    logits = np.eye(10)[digits.y_test]
    logits[4, 0] = -np.inf
    told, shown = both(of(moment(digits, logits), digits))
    assert "1 of them has no prediction" in told
    assert shown == "1 to 1 of 1, a single one."


def test_ties_are_told(digits):
    made = of(moment(digits, np.zeros((360, 10))), digits)
    wrong = int((digits.y_test != 0).sum())
    assert both(made)[1] == (
        f"1 to 24 of {wrong}, all with the same loss, in their order. In {wrong} of these several classes share the "
        "highest score; the first of them counts as the answer."
    )


def test_of_one_class(digits):
    made = album(moment(digits, np.ones((360, 1))), np.zeros(360, int), "cross_entropy", ALL, 1)
    assert both(made)[0] == "At step 5 all 360 test images are right: there is no mistake."


def test_own_drawings_stand_among_the_test_images_by_their_loss(snapshots, digits):
    now = dataclasses.replace(snapshots[1], steps=650)
    blank, right = drawing(7, 0, np.zeros(64)), drawing(9, int(digits.y_train[0]), digits.x_train[0])
    network = Network([64, 16, 10])
    logits = own_logits(now, (blank, right), network)
    by_hand = now.parameters["b1"].clip(0) @ now.parameters["W2"] + now.parameters["b2"]
    np.testing.assert_allclose(logits[0], by_hand, rtol=1e-5)
    made = of(now, digits, own=(blank, right), logits=logits)
    told, shown = both(made)
    assert told == both(of(now, digits))[0]  # they are no test images
    found = [made.image(int(sample)) for sample in made.found]
    assert Image(True, 9) not in found
    assert (Image(True, 7) in found) == (by_hand.argmax() != 0)
    losses = made.said.losses[made.found]
    assert (np.diff(losses) <= 0).all()
    assert "1 of these is your own drawing. Drawings are answered by the weights after step 650." in shown


def test_drawings_that_are_left_out_are_missed_in_words(snapshots, digits):
    made = of(snapshots[1], digits, own=(drawing(7, 0, np.zeros(64)),))
    assert "Your own drawings come when the run rests" in both(made)[1]


@pytest.mark.parametrize("key", ["", "t", "x3", "t-1", "d1.5", "t²", "t99999999999", "tt1"])
def test_what_is_no_image(key):
    assert image_of(key) is None
