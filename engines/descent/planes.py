"""Planes through the space of all weights, to look at a loss of thousands of them (chapter 2.4.3).

The principal plane of a run is the plane through its end that comes closest to all its points: principal
component analysis of w_t − w_last, with w_last as origin and no mean taken off. Its share of the squared distance
looks impressive, and misleads: a random walk has as much (Antognini and Sohl-Dickstein, 2018).
The other plane has two random directions, each unit's incoming weights ("a filter") as long as the unit's own,
so that the scale of a unit changes nothing (Li et al., 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engines.pieces import PIECE, InPieces, finished, is_large, slices
from engines.runs.run_path import flat

_CHUNK = 25_000  # parameters at a time: a piece, and no float64 copy of a whole path is made
_NOTHING = 1e-14  # of the largest component: below it nothing but rounding


@dataclass(frozen=True, eq=False)
class Plane:
    """`origin` and two `directions`, float64, shapes (parameters,) and (2, parameters)."""

    origin: np.ndarray
    directions: np.ndarray

    @property
    def is_point(self) -> bool:
        """Whether the directions have no length, as those around weights that are all 0."""
        return not self.directions.any()

    def point(self, a: float, b: float) -> np.ndarray:
        """The weights at these coordinates, (parameters,)."""
        return self.origin + a * self.directions[0] + b * self.directions[1]

    def coordinates(self, weights: np.ndarray) -> np.ndarray:
        """Where the plane is closest to each row of weights (points, parameters): shape (points, 2)."""
        return finished(self.seen_in_pieces(weights))[0]

    def share(self, weights: np.ndarray) -> float:
        """How much of the rows' squared distance from the origin lies in the plane, 0 to 1."""
        return finished(self.seen_in_pieces(weights))[1]

    def seen_in_pieces(self, weights: np.ndarray) -> InPieces[tuple[np.ndarray, float]]:
        """Coordinates and share, a piece for each long row."""
        products, total, gram = [], 0.0, self.directions @ self.directions.T
        for row in weights:
            away = row - self.origin
            products.append(self.directions @ away)
            total += float(away @ away)
            if is_large(len(row)):
                yield PIECE
        if not gram.any():  # directions without length, as around weights that are all 0: the plane is a point
            return np.zeros((len(weights), 2)), 0.0
        inside = np.linalg.solve(gram, np.stack(products, axis=1)).T
        return inside, float((inside @ gram * inside).sum() / total) if total else 0.0


def principal_plane(weights: np.ndarray) -> tuple[Plane, np.ndarray]:
    """The plane of a path (points, parameters) through its last row, and each component's share, (points,).

    The eigenvectors v of the small matrix D Dᵀ, D = weights − last, give the directions Dᵀv / √λ, which are the
    right singular vectors of D, without an SVD of D. Each is turned so that the first point has no negative
    coordinate. Where a path does not leave a line, an arbitrary direction fills the place. Shares are of the
    squared distance from the last row, the largest first; zeros where nothing moves.
    """
    return finished(principal_plane_in_pieces(weights))


def principal_plane_in_pieces(weights: np.ndarray) -> InPieces[tuple[Plane, np.ndarray]]:
    """A piece for every so many numbers of the path."""
    last = weights[-1].astype(np.float64)
    values, vectors = np.linalg.eigh((yield from _products(weights, last)))
    directions = []
    for value, vector in zip(values[:-3:-1], vectors.T[:-3:-1], strict=True):
        if value > _NOTHING * values[-1]:
            direction = np.zeros(len(last))
            for entry, row in zip(vector, weights, strict=True):
                direction += entry * (row - last)
                if is_large(len(last)):
                    yield PIECE
            yield PIECE
            directions.append(direction * np.copysign(1 / np.linalg.norm(direction), direction @ (weights[0] - last)))
    return Plane(last, _filled_up(directions, len(last))), _shares(values)


def walk_shares(steps: np.ndarray, parameters: int, rng: np.random.Generator) -> np.ndarray:
    """The principal components' shares of one random walk in so many dimensions, seen at these steps (points,).

    In many dimensions, with many points, they tend to 8 / ((2k − 1)² π²): 81.1 %, 9.0 %, 3.2 %, … These are the
    eigenvalues of Brownian motion seen from its end, whose covariance is min(s, t), over their sum 1/2.

    The walk is drawn in the axes that Gram and Schmidt would make of its moves: there they are a triangle of
    normal numbers with the roots of χ² on the diagonal (Bartlett, 1933), the same law at next to no cost.
    """
    count = len(steps) - 1
    axes = min(count, parameters)
    moves = np.tril(rng.standard_normal((count, axes)), -1)
    moves[range(axes), range(axes)] = np.sqrt(rng.chisquare(parameters - np.arange(axes)))
    moves *= np.sqrt(np.diff(steps))[:, None]
    walk = np.concatenate([np.zeros((1, axes)), moves.cumsum(axis=0)])
    return _shares(np.linalg.eigvalsh(finished(_products(walk, walk[-1]))))


def random_plane(centre: Mapping[str, np.ndarray], rng: np.random.Generator) -> Plane:
    """Two random filter-normalised directions around the weights `centre`, {"W1": (inputs, units), ...}.

    Each column of a weight matrix is random, and as long as the column of `centre`; biases stay.
    """
    return finished(random_plane_in_pieces(centre, rng))


def random_plane_in_pieces(centre: Mapping[str, np.ndarray], rng: np.random.Generator) -> InPieces[Plane]:
    """A piece for each large tensor."""
    directions = []
    for _ in range(2):
        drawn = {}
        for name, values in centre.items():
            drawn[name] = _filters_like(values, rng)
            if is_large(values.size):
                yield PIECE
        directions.append(flat(drawn))
    return Plane(flat(centre).astype(np.float64), np.stack(directions))


def _filters_like(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if values.ndim == 1:
        return np.zeros(values.shape)
    drawn = rng.standard_normal(values.shape)
    return drawn * (np.linalg.norm(values.astype(np.float64), axis=0) / np.linalg.norm(drawn, axis=0))


def _shares(values: np.ndarray) -> np.ndarray:
    """Eigenvalues, rising, as shares of their sum, falling."""
    shares = values[::-1].clip(0)
    return shares / shares.sum() if shares.sum() > 0 else shares


def _products(weights: np.ndarray, origin: np.ndarray) -> InPieces[np.ndarray]:
    """D Dᵀ for D = weights − origin in float64, (points, points)."""
    total = np.zeros((len(weights),) * 2)
    for part in slices(len(origin), _CHUNK):
        if part.start:
            yield PIECE
        away = weights[:, part] - origin[part]
        total += away @ away.T
    return total


def _filled_up(directions: list[np.ndarray], size: int) -> np.ndarray:
    """Two directions of length 1: those given, and axes made orthogonal to them."""
    for axis in np.eye(2, size) if len(directions) < 2 else ():
        for other in directions:
            axis = axis - (axis @ other) * other
        if len(directions) < 2 and np.linalg.norm(axis) > 0.5:
            directions.append(axis / np.linalg.norm(axis))
    return np.stack(directions)
