"""A part of a data set: some of its own samples with their labels, the same ones every time."""

import numpy as np
import pytest

from engines.datasets.subset import subset


def test_a_data_set_that_is_small_enough_stays_what_it_is(digits):
    assert subset(digits, len(digits.y_train), len(digits.y_test)) is digits


@pytest.mark.parametrize(("train", "test"), [(100, 50), (100, 10**6), (10**6, 50)])
def test_samples_keep_their_labels_and_their_order(digits, train, test):
    part = subset(digits, train, test)
    for kind, most in (("train", train), ("test", test)):
        x, y = getattr(part, f"x_{kind}"), getattr(part, f"y_{kind}")
        whole = np.column_stack([getattr(digits, f"x_{kind}"), getattr(digits, f"y_{kind}")])
        assert len(x) == len(y) == min(most, len(whole))
        places = [np.flatnonzero((whole == row).all(axis=1)) for row in np.column_stack([x, y])]
        assert all(len(place) for place in places)
        firsts = [place[0] for place in places]
        assert firsts == sorted(firsts)
        assert len(set(firsts)) == len(firsts)  # none is taken twice
    assert part.class_names == digits.class_names


def test_it_is_a_random_part_and_the_same_every_time(digits):
    first, again = subset(digits, 300, 50), subset(digits, 300, 50)
    assert np.array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_train, digits.x_train[:300])
    assert set(first.y_train) == set(range(10))
