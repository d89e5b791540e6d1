"""The walk along ∂loss/∂x: clipped, first order at first, and the smallest change found really changes the answer."""

import numpy as np
import pytest

from engines.gradients.input_walk import STEPS, path_of, walk
from engines.gradients.nearest_images import nearest
from tests.engines import oracles
from tests.engines.gradients.test_input_gradient import make

START = len(STEPS) // 2


def answer_of(loss, image):
    """The class of the highest logit, in plain NumPy."""
    return int(oracles.forward(loss.parameters, image[None], loss.f.network.activation).argmax())


def right(backend, **options):
    """A loss whose image the network has right: with its own answer as the class."""
    made = make(backend, (30, 8, 5), **options)
    return made.towards(answer_of(made, made.x))


def walked(loss, wanted=None):
    loss = loss if wanted is None else loss.towards(wanted)
    return walk(loss, loss.gradient(), wanted)


def test_the_path_is_clipped_and_its_steepest_pixel_moves_by_the_step():
    path = path_of(np.array([0.0, 0.5, 1.0, 0.4]), np.array([-2.0, 1.0, 4.0, -0.5]), 1)
    assert path.at(0.0).tolist() == [0.0, 0.5, 1.0, 0.4]
    assert path.at(0.4).tolist() == pytest.approx([0.0, 0.6, 1.0, 0.35])
    assert path.at(-0.4).tolist() == pytest.approx([0.2, 0.4, 0.6, 0.45])
    assert path.predicted_changes(path.at(np.array([-0.4])))[0] == pytest.approx(-0.4 - 0.1 - 1.6 - 0.025)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("wanted", [None, 2])
def test_near_the_image_the_loss_changes_as_predicted(backend, activation, wanted):
    made = walked(right(backend, activation=activation), wanted)
    one = made.outcomes.losses[START + 1] - made.loss
    assert one == pytest.approx(made.predicted[START + 1] - made.loss, rel=0.15)
    assert (one > 0) == (wanted is None or made.label == made.answer)
    assert made.predicted[START] == made.loss


def test_losses_are_those_of_plain_numpy_at_every_step(backend):
    loss = right(backend, loss="mean_squared_error")
    made = walked(loss)
    images = np.clip(loss.x + STEPS[:, None] * loss.gradient() / np.abs(loss.gradient()).max(), 0, 1)
    logits = oracles.forward(loss.parameters, images)
    target = np.eye(5)[loss.label]
    assert made.outcomes.losses == pytest.approx(((logits - target) ** 2).mean(axis=1), rel=1e-12)
    assert np.array_equal(made.outcomes.answers, logits.argmax(axis=1))


def test_the_smallest_change_found_changes_the_answer_and_a_little_less_does_not(backend):
    found_some = 0
    for seed in range(6):
        loss = right(backend, seed=seed)
        made = walked(loss)
        if made.found is None:
            assert set(made.outcomes.answers[START:]) == {loss.label}
            continue
        found_some += 1
        change = made.path.at(made.found.step) - loss.x
        assert answer_of(loss, loss.x + change) == made.found.answer != loss.label
        assert answer_of(loss, made.path.at(made.found.step - 1e-5)) == loss.label
        assert made.found.largest == np.abs(change).max() <= made.found.step + 1e-15
        assert made.found.length == pytest.approx(np.sqrt((change**2).sum()))
    assert found_some >= 3


def test_towards_a_class_that_answer_is_sought(backend):
    loss = right(backend)
    reached = []
    for wanted in range(5):
        made = walked(loss, wanted)
        if wanted == loss.label:
            assert made.answer == wanted
            assert made.found is None
        elif made.found is not None:
            reached.append(wanted)
            assert made.found.answer == wanted == answer_of(loss, made.path.at(made.found.step))
            assert made.found.step > 0
    assert reached


def test_a_wrong_answer_is_walked_back_until_it_is_right(backend):
    right_one = right(backend)
    for label in set(range(5)) - {right_one.label}:
        loss = right_one.towards(label)
        made = walked(loss)
        assert made.side == -1
        assert made.answer == right_one.label
        if made.found is not None:
            assert made.found.step < 0
            assert made.found.answer == label == answer_of(loss, made.path.at(made.found.step))


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_without_a_slope_nothing_moves_and_nothing_is_found(backend, value):
    loss = right(backend)
    made = walk(loss, np.full(30, value))
    assert not made.path.direction.any()
    assert np.array_equal(made.path.at(STEPS), np.tile(loss.x, (len(STEPS), 1)))
    assert made.found is None


def test_an_image_that_is_at_its_bounds_everywhere_stays(backend):
    loss = right(backend)
    gradient = np.where(loss.x > 0.5, 1.0, -1.0)
    made = path_of(np.round(loss.x), gradient, 1)
    assert np.array_equal(made.at(1.0), np.round(loss.x))


def test_weights_that_are_no_numbers_have_no_answer(backend):
    loss = right(backend)
    loss.parameters["b2"][0] = np.nan
    made = walk(loss, loss.gradient())
    assert made.answer == -1
    assert made.found is None


def test_the_nearest_training_images_are_those_of_brute_force(digits):
    image = digits.x_test[5] * 0.9
    distances = np.sqrt(((digits.x_train.astype(float) - image) ** 2).sum(axis=1))
    found = nearest(digits, image)
    assert found.distances == pytest.approx([distances[digits.y_train == k].min() for k in range(10)], rel=1e-5)
    assert found.label == digits.y_train[distances.argmin()]
