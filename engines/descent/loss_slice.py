"""A real network's loss, seen on a plane through its weights that holds the end of a run (chapter 2.4.3).

One step of work at a time: train the network, choose the plane, then measure the loss of the run's points and of
every point of a grid, each by a forward pass over the same samples. At the plane's origin the slice is the true
loss there; elsewhere on the path the gap between the slice and the true loss says how much the plane leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engines.costs.run_memory import parameter_bytes, training_bytes
from engines.descent.planes import Plane, principal_plane_in_pieces, random_plane_in_pieces, walk_shares
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces, is_large
from engines.random_streams import Stream, generator
from engines.runs.run_path import RunPath, follow, most_points, named
from engines.training import Trainer

PLANES = ("principal", "random_end", "random_start")
SAMPLES = 500  # of the training data, or all where there are fewer; drawn by a seed of their own
_MARGIN = 0.2  # around the path, as a share of its extent
_STEP_COST = 3  # forward and backward pass against the forward pass of a grid point, for a sample each


@dataclass(frozen=True, eq=False)
class RunOnPlane:
    """The run's points (points,) as the plane shows them.

    steps: when. path (points, 2): their coordinates. true: the loss of those weights; sliced: the plane's loss at
    their coordinates. captured: the share of their squared distance from the plane's origin that lies in the plane.
    components, walk: the shares of the run's principal components, and of a random walk's of the same length and
    dimension. diverged_at: the step where the run did, or None; points from there on are left out. is_point: whether
    all weights are 0 at the origin, and so random directions as long as they are have no length.
    """

    steps: np.ndarray
    path: np.ndarray
    true: np.ndarray
    sliced: np.ndarray
    captured: float
    components: np.ndarray
    walk: np.ndarray
    diverged_at: int | None
    is_point: bool = False


@dataclass(frozen=True, eq=False)
class LossSlice:
    """What there is so far: None is still to come, and so is the loss at all but the first `done` points.

    share: 0 to 1. samples: how many the loss is the mean of. parameters: how many dimensions the plane lies in.
    first, second (size,): the grid's coordinates; losses (size, size), a row for each of `second`.
    """

    share: float
    samples: int
    parameters: int
    run: RunOnPlane | None = None
    first: np.ndarray | None = None
    second: np.ndarray | None = None
    losses: np.ndarray | None = None
    done: int = 0


def loss_slice(trainer: Trainer, steps: int, plane: str, size: int, seed: int = 0) -> Iterator[LossSlice | object]:
    """Trains so many steps, then measures the slice, on a grid of `size` points a side.

    plane: "principal", or random directions (by `seed`) around the weights at the end or at the start of the run.
    The last one yielded, of share 1, is the result; `PIECE` comes within large passes.
    """
    loss, samples = evaluation(trainer)
    work = _Work(steps * trainer.batches.batch_size * _STEP_COST, samples * size**2)
    so_far = LossSlice(0.0, samples, trainer.network.parameter_count)
    done = 0
    for followed in follow(trainer, steps):
        if followed is PIECE:
            yield PIECE
        elif followed is None:
            yield (so_far := replace(so_far, share=work.share(trained=done / steps)))
            done += 1
    assert isinstance(followed, RunPath)  # the last one
    true = yield from _each(loss, followed.weights, so_far)
    followed, true = _finite(followed, true)
    chosen, components = yield from _plane(trainer, followed, plane, seed)
    yield so_far
    path, captured = yield from chosen.seen_in_pieces(followed.weights)
    seen, diverged_at = followed.steps, followed.diverged_at
    del followed  # its weights are the largest thing here
    sliced = yield from _each(loss, (chosen.point(a, b) for a, b in path), so_far)
    walk = walk_shares(seen, so_far.parameters, generator(0, Stream.RANDOM_WALK))
    run = RunOnPlane(seen, path, true, sliced, captured, components, walk, diverged_at, chosen.is_point)
    yield from _measured(replace(so_far, run=run), chosen, loss, _grid(plane, path, size), work)


LossAt = Callable[[np.ndarray], InPieces[float]]


def _each(
    loss: LossAt, points: Iterable[np.ndarray], so_far: LossSlice
) -> Generator[LossSlice | object, None, np.ndarray]:
    """The loss of each of some weights, a unit of work each."""
    found = []
    for weights in points:
        found.append((yield from loss(weights)))
        yield so_far
    return np.array(found)


def evaluation(trainer: Trainer) -> tuple[LossAt, int]:
    """The loss of any weights (parameters,) on fixed training samples, the same for every run; and how many they are.

    It is the trainer's own forward pass, on its backend and in its dtype.
    """
    data, shapes = trainer.data, trainer.network.shapes
    count = min(SAMPLES, len(data.y_train))
    chosen = np.sort(generator(0, Stream.LOSS_SAMPLES).permutation(len(data.y_train))[:count])
    x, labels = data.x_train[chosen].astype(trainer.dtype), data.y_train[chosen]

    def loss(weights: np.ndarray) -> InPieces[float]:
        cast = named(weights.astype(trainer.dtype, copy=False), shapes)
        logits = yield from trainer.predict_in_pieces(x, cast)
        return trainer.loss_of(logits, labels)

    return loss, count


@dataclass(frozen=True)
class _Work:
    """How much training and measuring there is to do, in forward passes of one sample."""

    training: float
    grid: float

    def share(self, trained: float = 1.0, measured: float = 0.0) -> float:
        return (self.training * trained + self.grid * measured) / (self.training + self.grid)


def _finite(run: RunPath, true: np.ndarray) -> tuple[RunPath, np.ndarray]:
    """The run up to the last point of a finite loss: weights can be finite where their loss no longer is."""
    last = int(np.flatnonzero(np.isfinite(true))[-1:].sum())
    diverged_at = run.diverged_at if last == len(true) - 1 else int(run.steps[last + 1])
    return RunPath(run.steps[: last + 1], run.weights[: last + 1], diverged_at), true[: last + 1]


def _plane(trainer: Trainer, run: RunPath, plane: str, seed: int) -> InPieces[tuple[Plane, np.ndarray]]:
    principal, components = yield from principal_plane_in_pieces(run.weights)
    if plane == "principal":
        return principal, components
    del principal
    centre = named(run.weights[-1 if plane == "random_end" else 0], trainer.network.shapes)
    chosen = yield from random_plane_in_pieces(centre, generator(seed, Stream.PLANE_DIRECTIONS))
    return chosen, components


def _grid(plane: str, path: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates along both directions. 0 is always one of them, so that the origin is measured."""
    if plane != "principal":  # to 1 on both sides: as far as the weights themselves are long
        return (2 / (size - 1) * (np.arange(size) - size // 2),) * 2
    extent = float(np.abs(path).max())
    return _axis(path[:, 0], extent, size), _axis(path[:, 1], extent, size)


def _axis(coordinates: np.ndarray, extent: float, size: int) -> np.ndarray:
    """Evenly spaced points around these coordinates, one of them at 0."""
    low, high = coordinates.min(), coordinates.max()
    margin = max(_MARGIN * (high - low), 0.02 * extent) or 1.0
    spacing = (high - low + 2 * margin) / (size - 1)
    return spacing * (np.arange(size) + np.round((low - margin) / spacing))


def _measured(
    so_far: LossSlice,
    plane: Plane,
    loss: LossAt,
    grid: tuple[np.ndarray, np.ndarray],
    work: _Work,
) -> Iterator[LossSlice | object]:
    """The loss at every point of the grid, row by row."""
    first, second = grid
    losses = np.full((len(second), len(first)), np.nan)
    so_far = replace(so_far, first=first, second=second)
    for done, (row, column) in enumerate(np.ndindex(losses.shape), start=1):
        point = plane.point(first[column], second[row])
        if is_large(len(point)):
            yield PIECE
        losses[row, column] = yield from loss(point)
        share = work.share(measured=done / losses.size)
        yield replace(so_far, losses=losses.copy(), done=done, share=1.0 if done == losses.size else share)


def slice_bytes(network: Network, optimizer: Optimizer, batch_size: int, dtype: str) -> int:
    """Of a loss slice: a run, its path, the plane's origin and two directions, and room for a point of it."""
    path = most_points(network, dtype) * parameter_bytes(network, dtype)
    plane = 5 * np.dtype("float64").itemsize * network.parameter_count
    return path + plane + training_bytes(network, optimizer, batch_size, dtype)
