"""What is said of the gradient in the image and of the walk along it is so in every state, and so are the pictures."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engines import backends
from engines.gradients.input_check import check_input
from engines.gradients.input_gradient import gradient_of
from engines.gradients.input_walk import PERCENTS, walk
from engines.gradients.nearest_images import Nearest
from engines.pieces import PIECE
from tests.engines.gradients.test_input_gradient import make
from ui.chain_rule.input.check import counts_told
from ui.chain_rule.input.looked import Looked
from ui.chain_rule.input.readings import found_told, gradient_told, looks_told, loss_told, moved_told
from ui.chain_rule.input.subject import first_of_each_class
from ui.charts.chain_rule.input_probabilities import input_probabilities_frame
from ui.charts.chain_rule.input_walk import input_walk_chart, input_walk_frame
from ui.charts.spec import spec
from ui.text import Text

EN, NAMES, SHAPE = Text("en"), tuple("abcde"), (5, 6)


@pytest.fixture(scope="module")
def numpy_backend():
    return backends.get("numpy")


def loss_with(numpy_backend, label=None, seed=0, change=None):
    """A loss with the network's own answer as the class, or with another one."""
    made = make(numpy_backend, (30, 8, 5), seed=seed)
    if change:
        change(made)
    answer = int(made.outcomes(made.f.x).answers[0])
    return made.towards(max(0, answer) if label is None else (answer + label) % 5)


def look(loss, wanted=None, label=None, distances=((1.0, 2, 3, 4, 5), (1.5, 2, 3, 4, 5))):
    own, loss = loss.label if label is None else label, loss if wanted is None else loss.towards(wanted)
    graph = loss.recorded()
    made = walk(loss, gradient_of(graph), wanted)
    near = (None, None) if made.found is None else (Nearest(np.array(each)) for each in distances)
    return Looked(loss, graph, made, own, *near)


def told(looked, move=30):
    """Everything that is said, as one text."""
    image = looked.walk.path.at(move / 100)
    parts = [
        gradient_told(looked, SHAPE, EN),
        moved_told(looked, image, move, NAMES, EN),
        loss_told(looked, move, NAMES, EN),
        found_told(looked, NAMES, EN),
        looks_told(looked, NAMES, EN),
    ]
    text = " ".join(parts)
    assert "{" not in text
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
    return text


def test_a_right_answer_and_the_change_that_turns_it(numpy_backend):
    looked = look(loss_with(numpy_backend))
    said, found = told(looked), looked.walk.found
    own, new = NAMES[looked.label], NAMES[found.answer]
    assert f"turns the answer from {own} to {new}: a step of" in said
    assert "30 slopes" in said
    assert "Blank pixels" not in said
    assert f"The loss with class {own} is" in said
    assert f"Before, the network answers {own} (" in said
    steepest = int(np.abs(looked.gradient).argmax())
    assert f"row {steepest // 6}, column {steepest % 6}." in said


def test_blank_pixels_and_their_slopes(numpy_backend):
    def blank(made):
        made.f.x[0, [2, 7]] = 0.0
        made.parameters["W1"][7] = 0.0

    assert "Blank pixels: 2. Those with a slope all the same: 1." in told(look(loss_with(numpy_backend, change=blank)))


def test_a_wrong_answer_needs_no_change_and_is_walked_back(numpy_backend):
    looked = look(loss_with(numpy_backend, label=1))
    said = told(looked)
    assert f"already, though the image is of class {NAMES[looked.label]}: no change is needed." in said
    if looked.walk.found:
        assert f"to {NAMES[looked.label]}: a step of −" in said
    else:
        assert "No step the other way" in said


def test_towards_the_answer_that_is_there_already(numpy_backend):
    loss = loss_with(numpy_backend)
    said = told(look(loss, wanted=loss.label))
    assert f"The network answers {NAMES[loss.label]} already: no change is needed." in said
    assert "smallest change" not in said


def test_nothing_found_is_said_for_each_way(numpy_backend):
    def deaf(made):
        made.parameters["W1"] *= 1e-6  # the image hardly matters
        made.parameters["b2"][:] = (5, 0, 0, 0, 0)

    loss = loss_with(numpy_backend, change=deaf)
    assert "No step on this way, up to 100 %, changes the answer a." in told(look(loss))
    assert "No step on this way, up to 100 %, makes the answer c." in told(look(loss, wanted=2))
    assert "No step the other way, down to −100 %, makes the answer b." in told(look(loss.towards(1)))


def test_a_gradient_of_zeros_moves_nothing(numpy_backend):
    def dead(made):
        made.parameters["W1"][:] = 0.0
        made.parameters["b2"][:] = (1, 0, 0, 0, 0)

    loss = loss_with(numpy_backend, change=dead)
    for looked in (look(loss), look(loss, wanted=3), look(loss.towards(2))):
        said = told(looked)
        assert "0 in every pixel" in said
        assert "There is no direction to move in" in said
        assert "The image is as it was. The network answers a" in said
        assert "Nothing moves, so the loss stays" in said
    assert "though the image is of class c" in said


def test_a_network_that_is_not_finite_says_nothing_else(numpy_backend):
    def broken(made):
        made.parameters["b2"][1] = np.nan

    said = told(look(loss_with(numpy_backend, change=broken)))
    assert "there is no slope to show" in said
    assert said.count("its outputs are not finite") == 2
    assert "At this step the loss is not finite." in said
    assert "answers" not in said


def test_an_image_at_its_bounds(numpy_backend):
    looked = look(loss_with(numpy_backend))
    path = looked.walk.path
    stuck = replace(looked, walk=replace(looked.walk, path=replace(path, x=(path.direction > 0) * 1.0)))
    image = stuck.walk.path.at(0.3)
    assert "at its bound, 0 or 1, already" in moved_told(stuck, image, 30, NAMES, EN)


def test_the_step_0_claims_no_move(numpy_backend):
    said = told(look(loss_with(numpy_backend)), move=0)
    assert "The image is as it was." in said
    assert "predicts" not in said


@pytest.mark.parametrize(
    ("before", "after", "said", "unsaid"),
    [
        ((1, 9, 9, 9, 9), (2, 5, 6, 7, 8), "class a before and after, 1 and 2 away", "now it is"),
        ((1, 9, 9, 9, 9), (7, 7, 7, 7, 7), "class a before and after", "now it is"),
        ((1, 2, 9, 9, 9), (3, 2, 6, 7, 8), "was one of class a, 1 away (L2); now it is one of class b, 2", "looks as"),
        ((1, 9, 9, 9, 9), (2, np.inf, np.inf, np.inf, np.inf), "class a before and after", "The nearest of class"),
    ],
)
def test_what_the_changed_image_looks_like(numpy_backend, before, after, said, unsaid):
    looked = look(loss_with(numpy_backend), distances=(before, after))
    text = looks_told(looked, NAMES, EN)
    assert said in text
    assert unsaid not in text
    is_other = NAMES[looked.walk.found.answer] != "a" and before[0] == min(before) and after[0] == min(after)
    assert ("only the network's answer is another" in text) == is_other


def test_the_counts_of_a_check(numpy_backend):
    loss = loss_with(numpy_backend)
    gradient = loss.gradient()
    for claimed, words in ((gradient, "30 of 30 entries agree"), (gradient + 9, "None of 30 entries agrees.")):
        *_, made = (each for each in check_input(loss, claimed) if each is not PIECE)
        assert words in counts_told(made, EN)


def test_the_chart_has_a_row_a_step_and_room_for_what_is_finite(numpy_backend):
    looked = look(loss_with(numpy_backend))
    frame = input_walk_frame(looked.walk, 15, "answer: b")
    curve, here, found = (frame[frame.series == name] for name in ("curve", "here", "found"))
    assert curve.step.tolist() == PERCENTS.tolist()
    assert here.real.item() == looked.walk.outcomes.losses[115]
    assert found.step.item() == pytest.approx(100 * looked.walk.found.step)
    assert frame.lowest.iloc[0] < curve.real.min() < curve.real.max() < frame.highest.iloc[0]
    assert spec(input_walk_chart(EN, "cross_entropy"))["height"] == 280
    looked.walk.outcomes.losses[:] = np.nan
    frame = input_walk_frame(looked.walk, 15, "")
    assert np.isfinite([frame.lowest.iloc[0], frame.highest.iloc[0]]).all()


def test_two_bars_a_class():
    frame = input_probabilities_frame("ab", np.array([0.9, 0.1]), np.array([np.nan, 0.2]))
    assert frame["class"].tolist() == ["a", "b", "a", "b"]
    assert frame.probability.tolist()[:2] == [0.9, 0.1]
    assert np.isnan(frame.probability.tolist()[2])


def test_the_first_image_of_each_class_that_has_one():
    assert first_of_each_class(np.array([2, 0, 2, 5, 0])) == {0: 1, 2: 0, 5: 3}
