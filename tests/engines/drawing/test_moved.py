"""What moving does, by the numbers of a run: against images moved and counted one by one."""

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.drawing.moved import BY, Moved, cut, moved_in_pieces, sheets
from engines.drawing.normalising import as_it_is, normalised, rule_of
from engines.drawing.raster import ink_of
from engines.network import Network
from engines.training import Trainer
from tests.engines.drawing.written import written


@pytest.fixture(scope="module")
def trainer():
    data = datasets.load("digits")
    made = Trainer(backends.get("numpy"), Network([64, 32, 10]), optimizers.get("rmsprop")(1e-3), data, seed=0)
    made.run(1500)
    return made


def last(trainer):
    work = moved_in_pieces(trainer.predict_in_pieces, trainer.data, "blocks")
    return [each for each in work if isinstance(each, Moved)][-1]


def test_a_moved_image_is_the_image_elsewhere():
    x = np.random.default_rng(0).random((5, 12)).astype(np.float32)
    pictures = sheets(x, (3, 4), by=1)
    assert np.array_equal(pictures[0, 1:4, 2:6], x[0].reshape(3, 4))  # to the right
    assert np.array_equal(pictures[1, 2:5, 1:5], x[1].reshape(3, 4))  # down
    assert np.array_equal(pictures[2, 1:4, 0:4], x[2].reshape(3, 4))  # to the left
    assert np.array_equal(pictures[3, 0:3, 1:5], x[3].reshape(3, 4))  # up
    assert pictures.sum(axis=(1, 2)) == pytest.approx(x.sum(axis=1))
    assert np.array_equal(sheets(x[1:], (3, 4), 1, first=1), pictures[1:])
    seen = cut(pictures, by=1)[0].reshape(3, 4)
    assert np.array_equal(seen[:, 1:], x[0].reshape(3, 4)[:, :3])
    assert not seen[:, 0].any()


def test_two_pixels_cost_a_network_its_accuracy_and_normalising_brings_it_back(trainer):
    found, (_loss, accuracy) = last(trainer), trainer.evaluate()
    assert (found.images, found.seen, found.share) == (360, 360, 1)
    assert found.in_place == round(accuracy * 360)
    assert found.moved < 0.3 * found.in_place
    assert found.normalised > 0.95 * found.in_place

    right = 0
    for number, (x, label) in enumerate(zip(trainer.data.x_test, trainer.data.y_test, strict=True)):
        down, across = ((0, BY), (BY, 0), (0, -BY), (-BY, 0))[number % 4]
        image, moved = x.reshape(8, 8), np.zeros((8, 8), np.float32)
        for row, column in np.ndindex(8, 8):
            if 0 <= row + down < 8 and 0 <= column + across < 8:
                moved[row + down, column + across] = image[row, column]
        right += trainer.predict(moved.reshape(1, 64)).argmax() == label
    assert found.moved == right


def test_weights_that_are_no_numbers_answer_nothing(trainer):
    broken = {name: np.full_like(values, np.nan) for name, values in trainer.parameters().items()}
    pieces = moved_in_pieces(lambda x: trainer.predict_in_pieces(x, broken), trainer.data, "blocks")
    *_, found = (each for each in pieces if isinstance(each, Moved))
    assert (found.seen, found.in_place, found.moved, found.normalised) == (360, 0, 0, 0)


@pytest.mark.parametrize(("left", "top", "size"), [(0.2, 0.1, 0.75), (0.02, 0.02, 0.4), (0.6, 0.5, 0.45)])
def test_the_network_reads_what_is_written_wherever_it_stands_if_it_is_normalised(trainer, left, top, size):
    data, shape = trainer.data, trainer.data.image_shape
    inks = [ink_of(written(digit, left, top, size), shape) for digit in range(10)]
    rule = rule_of(data.name, shape)
    normal = np.stack([normalised(ink, rule, shape) for ink in inks])
    raw = np.stack([as_it_is(ink, shape) for ink in inks])
    read, guessed = ((trainer.predict(x).argmax(axis=1) == np.arange(10)).sum() for x in (normal, raw))
    assert read >= 8
    assert guessed < (read if size > 0.5 else 5)
