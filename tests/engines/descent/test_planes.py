"""Planes through weight space: principal components against an SVD, random walks against theory, filters' lengths."""

import numpy as np
import pytest

from engines.descent.planes import Plane, principal_plane, random_plane, walk_shares
from engines.runs.run_path import flat


@pytest.fixture
def path():
    """Fifty points in 300 dimensions, far from zero, most of their movement along a few directions."""
    rng = np.random.default_rng(5)
    sizes = np.geomspace(1, 1e-3, 300)
    return 4.0 + (rng.standard_normal((50, 300)) * sizes).cumsum(axis=0)


def test_the_principal_plane_is_that_of_the_svd(path):
    plane, shares = principal_plane(path)
    _, singular, directions = np.linalg.svd(path - path[-1], full_matrices=False)
    signs = np.sign(np.sum(plane.directions * directions[:2], axis=1))
    np.testing.assert_allclose(plane.directions, signs[:, None] * directions[:2], atol=1e-10)
    np.testing.assert_allclose(shares, singular**2 / (singular**2).sum(), atol=1e-12)
    np.testing.assert_array_equal(plane.origin, path[-1])
    assert plane.share(path) == pytest.approx(shares[:2].sum(), rel=1e-10)
    assert (plane.coordinates(path)[0] >= 0).all()
    np.testing.assert_allclose(plane.coordinates(path)[-1], 0, atol=1e-12)


def test_float32_weights_in_several_pieces_give_the_same_plane(path, monkeypatch):
    whole, shares = principal_plane(path.astype(np.float32))
    monkeypatch.setattr("engines.descent.planes._CHUNK", 37)
    pieces, again = principal_plane(path.astype(np.float32))
    np.testing.assert_allclose(pieces.directions, whole.directions, atol=1e-10)
    np.testing.assert_allclose(again, shares, atol=1e-12)
    assert whole.origin.dtype == np.float64


@pytest.mark.parametrize("points", [[[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]] * 3, [[4.0, 2.0, 3.0], [2.0, 2.0, 3.0]]])
def test_a_path_without_a_plane_of_its_own_gets_a_right_angled_one(points):
    plane, shares = principal_plane(np.array(points))
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    expected = np.array(points) - points[-1]
    np.testing.assert_allclose(plane.coordinates(np.array(points)) @ plane.directions, expected, atol=1e-12)
    assert shares.sum() == pytest.approx(float(expected.any()))


def test_coordinates_are_those_of_the_closest_point_also_on_crooked_axes(path):
    plane = Plane(path[3], np.random.default_rng(1).standard_normal((2, 300)))
    expected, *_ = np.linalg.lstsq(plane.directions.T, (path - path[3]).T, rcond=None)
    np.testing.assert_allclose(plane.coordinates(path), expected.T, rtol=1e-9, atol=1e-12)
    inside = expected.T @ plane.directions
    assert plane.share(path) == pytest.approx((inside**2).sum() / ((path - path[3]) ** 2).sum(), rel=1e-10)
    np.testing.assert_allclose(plane.point(2, -3), path[3] + 2 * plane.directions[0] - 3 * plane.directions[1])


def test_filters_are_as_long_as_the_weights_and_biases_stay(make_trainer):
    weights = make_trainer().parameters()
    plane = random_plane(weights, np.random.default_rng(0))
    np.testing.assert_array_equal(plane.origin, flat(weights).astype(np.float64))
    sizes = [values.size for values in weights.values()]
    for direction in plane.directions:
        pieces = np.split(direction, np.cumsum(sizes)[:-1])
        for values, piece in zip(weights.values(), pieces, strict=True):
            if values.ndim == 1:
                assert not piece.any()
            else:
                lengths = np.linalg.norm(piece.reshape(values.shape), axis=0)
                np.testing.assert_allclose(lengths, np.linalg.norm(values.astype(float), axis=0), rtol=1e-12)
    assert abs(np.corrcoef(plane.directions)[0, 1]) < 0.1  # two directions, not one twice


def test_a_unit_without_weights_has_a_direction_without_length():
    plane = random_plane({"W1": np.zeros((3, 2)), "b1": np.ones(2)}, np.random.default_rng(0))
    assert not plane.directions.any()
    assert plane.is_point
    coordinates, share = plane.coordinates(np.eye(3, 8)), plane.share(np.eye(3, 8))
    assert not coordinates.any()
    assert share == 0
    assert not random_plane({"W1": np.eye(3, 2), "b1": np.ones(2)}, np.random.default_rng(0)).is_point


def test_a_long_random_walk_has_the_shares_of_brownian_motion():
    shares = walk_shares(np.arange(1000), 10**9, np.random.default_rng(0))
    k = np.arange(1, 6)
    np.testing.assert_allclose(shares[:5], 8 / ((2 * k - 1) ** 2 * np.pi**2), rtol=1e-2)
    assert shares.sum() == pytest.approx(1)


def test_a_short_one_has_the_eigenvalues_of_its_covariance():
    steps = np.array([0, 1, 2, 4, 8, 9])
    ahead = steps[-1] - steps
    expected = np.sort(np.linalg.eigvalsh(np.minimum.outer(ahead, ahead)))[::-1] / ahead.sum()
    np.testing.assert_allclose(walk_shares(steps, 10**10, np.random.default_rng(2)), expected, atol=1e-4)


@pytest.mark.parametrize("parameters", [3, 11, 40])
def test_the_walk_drawn_in_few_numbers_has_the_law_of_one_drawn_in_full(parameters):
    rng, steps = np.random.default_rng(7), np.arange(0, 36, 3)
    short = np.array([walk_shares(steps, parameters, rng)[:3] for _ in range(600)])
    walks = rng.standard_normal((600, len(steps) - 1, parameters)).cumsum(axis=1)
    walks = np.concatenate([np.zeros((600, 1, parameters)), walks], axis=1)
    full = np.linalg.svd(walks - walks[:, -1:], compute_uv=False) ** 2
    full = (full / full.sum(axis=1, keepdims=True))[:, :3]
    spread = np.sqrt(short.var(axis=0) / 600 + full.var(axis=0) / 600)
    assert (np.abs(short.mean(axis=0) - full.mean(axis=0)) < 4 * spread + 1e-12).all()
    np.testing.assert_allclose(short.std(axis=0), full.std(axis=0), rtol=0.2)
