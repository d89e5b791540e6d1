"""A window's cells, against the plain mean over a grid fine enough to count."""

import numpy as np
import pytest

from engines.drawing.windows import Box, inked, window


@pytest.mark.parametrize("box", [Box(0, 6, 0, 4), Box(1.5, 4.5, 0.25, 3.25), Box(-1, 5, 2, 6), Box(2, 4, 1, 3)])
@pytest.mark.parametrize("cells", [(3, 3), (2, 2), (6, 4), (12, 1)])
def test_a_cell_is_the_mean_of_what_it_covers(box, cells):
    ink = np.random.default_rng(1).random((6, 4))
    fine, margin = 48, 4  # points to a pixel: a multiple of all that divides the boxes here
    points = np.kron(np.pad(ink, margin), np.ones((fine, fine)))
    top, bottom, left, right = (round((edge + margin) * fine) for edge in box)
    part = points[top:bottom, left:right]
    rows, columns = cells
    wanted = part.reshape(rows, part.shape[0] // rows, columns, part.shape[1] // columns).mean(axis=(1, 3))
    assert window(ink, box, rows, columns) == pytest.approx(wanted, abs=1e-12)


def test_the_box_round_all_ink():
    ink = np.zeros((5, 7))
    assert inked(ink) is None
    ink[3, 2] = ink[1, 5] = 1e-3
    assert inked(ink) == Box(1, 4, 2, 6)
