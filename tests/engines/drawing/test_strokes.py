"""Strokes as they come from a browser: read to the point, or refused with a word."""

import numpy as np
import pytest

from engines.drawing.strokes import MOST_POINTS, MOST_STROKES, read_strokes, write_strokes
from engines.errors import InvalidData


def test_strokes_are_shares_of_the_sheet_and_written_as_they_were_read():
    said = [[0, 1000, 500, 250], [7, 9]]
    first, dot = read_strokes(said)
    assert first.tolist() == [[0, 1], [0.5, 0.25]]
    assert dot.shape == (1, 2)
    assert write_strokes((first, dot)) == said
    assert read_strokes([]) == ()
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


@pytest.mark.parametrize(
    "said",
    [None, 7, [7], [[]], [[1]], [[1, 2, 3]], [["a", "b"]], [[0, 1001]], [[-1, 0]], [[0.5, 0.5]], [[None, 1]],
     [[True, 1]],
     [[0, 0]] * (MOST_STROKES + 1), [[1] * (2 * MOST_POINTS + 2)], [[1] * MOST_POINTS] * 3],
    ids=lambda said: repr(said)[:20],
)  # fmt: skip
def test_anything_else_is_refused(said):
    with pytest.raises(InvalidData):
        read_strokes(said)


def test_as_many_as_may_be():
    assert len(read_strokes([[1] * 40] * MOST_STROKES)) == MOST_STROKES
    assert sum(map(len, read_strokes([[1] * MOST_POINTS] * 2))) == MOST_POINTS
    assert np.shape(write_strokes(read_strokes([[1, 2]]))) == (1, 2)
