"""What training depends on: parameters, what the optimizer remembers, the order of the batches (chapter 2.4).

All of it can be copied, put back, and carried over to another backend in mid-run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engines import checks, losses
from engines.backends.base import Array, Backend, Tensor
from engines.batches import Batches, BatchPosition, check_batch_size
from engines.datasets.base import Dataset
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces, finished, is_large, rows_at_once
from engines.random_streams import Stream, generator
from engines.records import StepRecord


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A state of training to return to: NumPy copies of everything that a further step depends on."""

    step: int
    optimizer: Optimizer
    parameters: dict[str, np.ndarray]
    state: dict[str, Any]
    position: BatchPosition
    batch_size: int


class TrainingState:
    """A network's parameters on a backend, an optimizer with its state, and the batches of a data set.

    Raises `InvalidSetting` for settings that cannot be used, `InvalidData` where network and data do not fit.
    """

    def __init__(
        self,
        backend: Backend,
        network: Network,
        optimizer: Optimizer,
        data: Dataset,
        loss: str = "cross_entropy",
        batch_size: int = 32,
        seed: int = 0,
        dtype: str = "float32",
        parameters: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        """`parameters`, each with its name, are those before the first step; by default the seed gives them."""
        checks.backend(backend)
        seed, dtype = checks.seed(seed), checks.dtype(dtype)
        checks.fit(network, data)
        self.backend, self.network, self.data = backend, network, data
        self.loss, self.seed, self.dtype, self._dtype = losses.get(loss), seed, dtype, np.dtype(dtype)
        self.batches = Batches(len(data.y_train), batch_size, seed)
        start = self.initial_parameters() if parameters is None else checks.parameters(parameters, network, dtype)
        checks.complete(start, network)
        self._parameters = _map_arrays(backend.array, start)
        self.drop_tensors()
        self.set_optimizer(optimizer)
        self.steps, self.step_share = 0, 0.0  # and how much of a step that comes in pieces is done
        self.rows_at_once = rows_at_once(network.parameter_count)
        self._last_record: Callable[[], StepRecord | None] = _no_record

    @property
    def arrays(self) -> Mapping[str, Array]:
        """The parameters themselves, as arrays of the backend: not to be written to."""
        return self._parameters

    def tensors(self) -> dict[str, Tensor]:
        """The parameters as tensors to be differentiated, sharing their storage.

        They are made once and serve as long as the optimizer updates the arrays in place.
        """
        arrays = self._parameters.values()
        if not all(map(operator.is_, arrays, self._tensors_over)):
            self._tensors_over = tuple(arrays)
            self._tensors = {name: self.backend.tensor(array, True) for name, array in self._parameters.items()}
        return self._tensors

    def initial_parameters(self) -> dict[str, np.ndarray]:
        """The random initialization, drawn from the seed: what the parameters were before the first step."""
        return finished(initial_in_pieces(self.network, self.seed, self.dtype))

    def drop_tensors(self) -> None:
        """Let go of the tensors made of the parameters; they are made again when they are needed."""
        self._tensors: dict[str, Tensor] = {}
        self._tensors_over: tuple[Array, ...] = (None,) * len(self._parameters)

    def parameters(self) -> dict[str, np.ndarray]:
        """Copies of the parameters, {"W1": (inputs, units), "b1": (units,), ...}."""
        return finished(self.parameters_in_pieces())

    def parameters_in_pieces(self, dtype: str | None = None) -> InPieces[dict[str, np.ndarray]]:
        """A piece for each large one; cast to `dtype`, if given."""
        copies = {}
        for name, array in self._parameters.items():
            copies[name] = np.array(self.backend.numpy(array), dtype)
            if is_large(copies[name].size):
                yield PIECE
        return copies

    def set_parameters(self, parameters: Mapping[str, np.ndarray]) -> None:
        """Replace parameters by name. Raises `InvalidData` for an unknown name or another shape."""
        checked = checks.parameters(parameters, self.network, self.dtype)
        self._parameters.update(_map_arrays(self.backend.array, checked))

    def optimizer_state(self) -> dict[str, Any]:
        """A NumPy copy of what the optimizer remembers, such as {"velocity": {"W1": ...}}."""
        return _map_arrays(lambda array: np.array(self.backend.numpy(array)), self._state)

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """Go on with other hyperparameters (the state stays) or another rule (its state starts afresh)."""
        checks.optimizer(optimizer, self.dtype)
        if type(optimizer) is not type(getattr(self, "optimizer", None)):
            self._state = optimizer.initial_state(self._parameters)
        self.optimizer = optimizer

    def set_batch_size(self, batch_size: int) -> None:
        """Later batches get this size; the epoch goes on where it stands."""
        self.batches.batch_size = check_batch_size(batch_size, self.batches.samples)

    def switch_backend(self, backend: Backend) -> None:
        """Go on with another backend: parameters, optimizer state and batch order carry over."""
        checks.backend(backend)
        parameters, state = self.parameters(), self.optimizer_state()
        self.backend = backend
        self._load(parameters, state)

    def checkpoint(self) -> Checkpoint:
        """A copy of the present state."""
        return finished(self.checkpoint_in_pieces())

    def checkpoint_in_pieces(self) -> InPieces[Checkpoint]:
        parameters = yield from copied(self.backend, self._parameters)
        state = yield from copied(self.backend, self._state)
        batches = self.batches
        return Checkpoint(self.steps, self.optimizer, parameters, state, batches.position(), batches.batch_size)

    def restore(self, checkpoint: Checkpoint, fresh: bool = False) -> None:
        """Return to a checkpoint: the steps that follow are the ones that followed it then.

        With `fresh` the optimizer's state is that before a first step.
        """
        checks.checkpoint(checkpoint, Checkpoint, self.network, self.batches.samples, self.dtype)
        self.steps, self.optimizer = checkpoint.step, checkpoint.optimizer
        self._load(checkpoint.parameters, checkpoint.state)
        if fresh:
            self._state = self.optimizer.initial_state(self._parameters)
        self.batches.move_to(checkpoint.position)
        self.batches.batch_size = checkpoint.batch_size

    def _load(self, parameters: Mapping[str, np.ndarray], state: Mapping[str, Any]) -> None:
        self._parameters = _map_arrays(self.backend.array, parameters)
        self._state = _map_arrays(self.backend.array, state)


def initial_in_pieces(network: Network, seed: int, dtype: str) -> InPieces[dict[str, np.ndarray]]:
    """The parameters that a trainer of that seed begins with, which may be handed to it."""
    return (yield from network.initialize_in_pieces(generator(seed, Stream.WEIGHTS), dtype))


def _no_record() -> None:
    """Stands for a weak reference to the last step's record before the first step."""


def copied(backend: Backend, state: Mapping[str, Any]) -> InPieces[dict[str, Any]]:
    """A nested dict's arrays as NumPy copies, a piece each; plain numbers stay."""
    copies: dict[str, Any] = {}
    for key, value in state.items():
        if isinstance(value, Mapping):
            copies[key] = yield from copied(backend, value)
        elif isinstance(value, int | float):
            copies[key] = value
        else:
            copies[key] = np.array(backend.numpy(value))
            yield PIECE
    return copies


def _map_arrays(function: Any, state: Mapping[str, Any]) -> dict[str, Any]:
    """`function` of every array in a nested dict; plain numbers stay."""
    return {
        key: _map_arrays(function, value)
        if isinstance(value, Mapping)
        else value
        if isinstance(value, int | float)
        else function(value)
        for key, value in state.items()
    }
