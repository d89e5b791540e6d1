"""Lines of equal value: where a plane, a bowl and a saddle have them."""

import numpy as np
import pytest

from ui.charts.isolines import isolines

X, Y = np.linspace(-2, 2, 41), np.linspace(-1, 3, 33)


def ends(lines):
    return np.concatenate([lines[["x", "y"]].to_numpy(), lines[["x2", "y2"]].to_numpy()])


def test_a_plane_has_straight_lines():
    values = 2 * X + 3 * Y[:, None]
    lines = isolines(X, Y, values, [1.23, 4.0])
    for level, of_level in lines.groupby("level"):
        points = ends(of_level)
        np.testing.assert_allclose(2 * points[:, 0] + 3 * points[:, 1], level, atol=1e-12)
    longest = lines[lines.level == 4.0]
    length = np.hypot(longest.x2 - longest.x, longest.y2 - longest.y).sum()
    assert length == pytest.approx(np.hypot(4, 8 / 3))  # from one edge of the picture to the other


def test_a_bowl_has_a_closed_ring():
    lines = isolines(X, Y, X**2 + (Y[:, None] - 1) ** 2, [1.33**2])
    points = ends(lines)
    np.testing.assert_allclose(np.hypot(points[:, 0], points[:, 1] - 1), 1.33, atol=2e-3)
    length = np.hypot(lines.x2 - lines.x, lines.y2 - lines.y).sum()
    assert length == pytest.approx(2 * np.pi * 1.33, rel=2e-3)
    _, met = np.unique(points.round(9), axis=0, return_counts=True)
    assert (met == 2).all()  # every end is another's beginning


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("level", [0.1, -0.1])
def test_at_a_saddle_the_lines_do_not_cross(sign, level):
    xy = np.array([-1.0, 1.0])
    lines = isolines(xy, xy, sign * np.outer(xy, xy), [level])
    assert len(lines) == 2
    middles = (lines.x + lines.x2) * (lines.y + lines.y2) / 4
    assert (sign * np.sign(middles) == np.sign(level)).all()


def test_where_a_value_is_missing_there_is_no_line():
    values = X + 0 * Y[:, None]
    values[:, 20] = np.nan
    assert not len(isolines(X, Y, values, [0.0]))
    assert len(isolines(X, Y, values, [1.0])) == len(Y) - 1


def test_no_level_and_levels_outside_give_no_lines():
    assert list(isolines(X, Y, X + Y[:, None], []).columns) == ["x", "y", "x2", "y2", "level"]
    assert not len(isolines(X, Y, X + Y[:, None], [99.0]))
