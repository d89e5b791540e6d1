"""Batches: a random order an epoch, cut up, the last shorter one kept; the same again from a position."""

import numpy as np
import pytest

from engines.batches import Batches, mean_batch_size
from engines.errors import InvalidSetting
from tests.engines.oracles import batch_order


@pytest.mark.parametrize("seed", [0, 1, 2**40])
@pytest.mark.parametrize(("samples", "batch_size"), [(10, 3), (10, 5), (10, 10), (10, 1), (1, 1), (7, 4)])
def test_every_batch_is_the_seeds(seed, samples, batch_size):
    batches = Batches(samples, batch_size, seed)
    for epoch, indices in batch_order(seed, samples, batch_size, epochs=3):
        np.testing.assert_array_equal(batches.draw(), indices)
        assert batches.epoch == epoch


def test_every_sample_is_seen_once_an_epoch():
    batches = Batches(11, 4, 0)
    for _ in range(3):
        epoch = [batches.draw() for _ in range(3)]
        assert [len(indices) for indices in epoch] == [4, 4, 3]
        assert sorted(np.concatenate(epoch)) == list(range(11))


def test_progress_and_samples_drawn():
    batches = Batches(10, 4, 0)
    seen = [(batches.epoch, batches.progress, batches.drawn)]
    for _ in range(4):
        batches.draw()
        seen.append((batches.epoch, batches.progress, batches.drawn))
    assert seen == [(-1, 0.0, 0), (0, 0.4, 4), (0, 0.8, 8), (0, 1.0, 10), (1, 0.4, 14)]


def test_a_change_of_size_goes_on_in_the_epochs_order():
    order = np.random.default_rng([3, 1]).permutation(10)
    batches = Batches(10, 4, 3)
    drawn = [batches.draw()]
    batches.batch_size = 5
    drawn += [batches.draw(), batches.draw()]
    assert [len(indices) for indices in drawn] == [4, 5, 1]
    np.testing.assert_array_equal(np.concatenate(drawn), order)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_a_position_can_be_returned_to_again_and_again(after):
    batches, other = Batches(10, 4, 0), Batches(10, 4, 99)
    for _ in range(after):
        batches.draw()
    position = batches.position()
    expected = [batches.draw() for _ in range(8)]
    for returning in (batches, other, batches):
        returning.move_to(position)
        for indices in expected:
            np.testing.assert_array_equal(returning.draw(), indices)


@pytest.mark.parametrize("batch_size", [0, -1, 11, 2.0, 2.5, True, "4", None, float("nan")], ids=repr)
def test_sizes_that_cannot_be(batch_size):
    with pytest.raises(InvalidSetting) as error:
        Batches(10, batch_size, 0)
    assert all(text in str(error.value) for text in ("batch size", "from 1 to 10", repr(batch_size)))


def test_a_numpy_integer_is_a_whole_number():
    assert len(Batches(10, np.int64(4), 0).draw()) == 4


@pytest.mark.parametrize(("samples", "batch_size"), [(10, 4), (10, 5), (10, 10), (10, 1), (1437, 1024), (1437, 32)])
def test_the_mean_batch_is_an_epoch_over_its_steps(samples, batch_size):
    batches, sizes = Batches(samples, batch_size, 0), []
    while len(sizes) == 0 or batches.progress < 1:
        sizes.append(len(batches.draw()))
    assert mean_batch_size(batch_size, samples) == pytest.approx(np.mean(sizes), rel=1e-12)
