"""How much a batch's gradient differs from that of all samples, by the size of the batch (chapter 2.4.3).

"Stochastic" means that each batch is drawn at random: its gradient g_B is a random vector around the full gradient
g, the mean over all samples. Its noise is E‖g_B − g‖². Drawn without replacement from n samples, as training draws,

    E‖g_B − g‖² = σ² / B · (n − B) / (n − 1),    σ² = the mean of ‖g_i − g‖² over the samples' own gradients g_i:

half the noise for twice the batch, and none at all where the batch is the whole set.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.pieces import PIECE, InPieces, is_large
from engines.random_streams import Stream, generator
from engines.runs.run_path import flat
from engines.runs.state_at_step import StateAtStep, train_to
from engines.training import Trainer

FEWEST, MOST, AT_LEAST = 64, 512, 4096  # batches of a size: more of the small ones, so that all draw AT_LEAST samples
FORMULA, COSINE_FORMULA = "σ²/B · (n − B)/(n − 1)", "1/√(1 + ν)"  # of `expected_noise` and `expected_cosine`
_NOTHING = 0.01  # of (σ / unit roundoff)²: a gradient that is shorter is the rounding of its sum
_CALL = 40  # what a gradient costs besides its samples, in samples


class Comparison(NamedTuple):
    """A batch's gradient against the full one: ‖g_B − g‖² / ‖g‖², and the cosine of the angle between them."""

    noise: float
    cosine: float


@dataclass(frozen=True, eq=False)
class SizeNoise:
    """Random batches of one size: `noises` and `cosines` (batches,), one of each for every batch."""

    batch_size: int
    noises: NDArray[np.float64]
    cosines: NDArray[np.float64]

    @property
    def noise(self) -> float:
        """The mean over the batches."""
        return float(self.noises.mean())


@dataclass(frozen=True, eq=False)
class GradientNoise:
    """What is measured so far, at the weights after `step` steps; `sizes` fill in from the smallest.

    samples: n. norm: ‖g‖. variance: σ² / ‖g‖², None while it is still to come. undefined: whether there is nothing to
    compare with, because training diverged before that step or the full gradient is zero, but for the rounding of its
    sum; then nothing is measured.
    """

    share: float
    step: int
    samples: int
    norm: float = float("nan")
    variance: float | None = None
    sizes: tuple[SizeNoise, ...] = ()
    undefined: bool = False

    def at(self, batch_size: int) -> SizeNoise | None:
        """What is known of that size."""
        return next((size for size in self.sizes if size.batch_size == batch_size), None)


def expected_noise(variance: float, batch_size: float, samples: int) -> float:
    """E‖g_B − g‖² of a batch drawn without replacement, in the units of `variance`, which is σ².

    >>> expected_noise(8.0, 1, 5), expected_noise(8.0, 2, 5), expected_noise(8.0, 5, 5)
    (8.0, 3.0, 0.0)
    """
    return variance / batch_size * (samples - batch_size) / max(1, samples - 1)


def expected_cosine(noise: float) -> float:
    """The cosine to g of g plus a noise perpendicular to it, ‖g_B − g‖² / ‖g‖² = `noise`.

    In thousands of dimensions a random direction is almost perpendicular to any other.
    """
    return (1 + noise) ** -0.5


def sizes_up_to(samples: int, *wanted: int) -> tuple[int, ...]:
    """1, 2, 4, … and all samples, and the sizes wanted besides.

    >>> sizes_up_to(12, 3)
    (1, 2, 3, 4, 8, 12)
    """
    powers = (2**k for k in range(samples.bit_length()))
    return tuple(sorted({size for size in (*powers, *wanted, samples) if 1 <= size <= samples}))


def gradient_noise(
    trainer: Trainer, step: int, sizes: Sequence[int], seed: int = 0
) -> Iterator[GradientNoise | object]:
    """Train to that step, then compare batches with the full gradient there: every single sample, then `sizes`.

    The batches come from `seed`. The last one yielded, of share 1, is the result; `PIECE` comes within large passes.
    """
    samples, rng = len(trainer.data.y_train), generator(seed, Stream.NOISY_BATCHES)
    cost = (step + samples) * _CALL + sum(draws(size) * (size + _CALL) for size in sizes)
    total = cost / 0.99  # so that only the last one yielded has a share of 1
    so_far = GradientNoise(0.0, step, samples)
    for state in train_to(trainer, step):
        if not isinstance(state, StateAtStep):
            yield PIECE
            continue
        yield (so_far := replace(so_far, share=min(step, state.step) * _CALL / total))
    full = yield from gradient_of(trainer, np.arange(samples))
    so_far = replace(so_far, norm=float(np.sqrt(full @ full)), step=trainer.steps)
    if trainer.steps < step or not 0 < so_far.norm < np.inf:
        yield replace(so_far, share=1.0, undefined=True)
        return
    so_far, singles = yield from _each(trainer, full, list(np.arange(samples)[:, None]), so_far, _CALL / total)
    so_far = replace(so_far, variance=(variance := float(singles[:, 0].mean())))
    if variance > _NOTHING / np.finfo(trainer.dtype).eps ** 2:
        yield replace(so_far, share=1.0, undefined=True)
        return
    for size in sizes:
        batches = (np.sort(rng.permutation(samples)[:size]) for _ in range(draws(size)))  # their order means nothing
        so_far, found = yield from _each(trainer, full, batches, so_far, (size + _CALL) / total)
        so_far = replace(so_far, sizes=(*so_far.sizes, SizeNoise(size, *found.T)))
    yield replace(so_far, share=1.0)


def _each(
    trainer: Trainer,
    full: NDArray[np.float64],
    batches: Iterable[NDArray[np.int64]],
    so_far: GradientNoise,
    weight: float,
) -> Generator[GradientNoise | object, None, tuple[GradientNoise, NDArray[np.float64]]]:
    """Compare batch after batch, a unit of work each, which adds `weight` to the share: (batches, 2)."""
    found = []
    for batch in batches:
        gradient = yield from gradient_of(trainer, batch)
        if is_large(len(full)):
            yield PIECE
        found.append(compared(gradient, full))
        yield (so_far := replace(so_far, share=so_far.share + weight))
    return so_far, np.array(found)


def gradient_of(trainer: Trainer, batch: NDArray[np.int64]) -> InPieces[NDArray[np.float64]]:
    """The gradient of the mean loss over these training samples, all parameters end to end, (parameters,)."""
    data = trainer.data
    _loss, gradients = yield from trainer.gradients_in_pieces(data.x_train[batch], data.y_train[batch])
    if is_large(trainer.network.parameter_count):
        yield PIECE
    return flat(gradients).astype(np.float64)


def compared(gradient: NDArray[np.float64], full: NDArray[np.float64]) -> Comparison:
    """A batch's gradient against the full one, both (parameters,); with a gradient of zeros the cosine is 0."""
    difference, length = gradient - full, np.sqrt((gradient @ gradient) * (full @ full))
    cosine = float(gradient @ full / length) if length else 0.0
    return Comparison(float(difference @ difference / (full @ full)), min(1.0, max(-1.0, cosine)))


def draws(batch_size: int) -> int:
    """How many batches of that size are drawn."""
    return max(FEWEST, min(MOST, AT_LEAST // batch_size))
