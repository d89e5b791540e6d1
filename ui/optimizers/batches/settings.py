"""What the scene "batch size" of the Optimizers page chooses (chapter 2.4.3): the sizes, the rates, what is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engines.costs.analysis_memory import batch_race_bytes
from engines.costs.seconds import pass_seconds, step_seconds
from engines.datasets.base import Dataset
from engines.datasets.subset import subset
from engines.races.batch_race import goals
from engines.training import Trainer
from engines.training_state import initial_in_pieces
from ui.charts.optimizers.batch_sizes import LOSSES, OVERS
from ui.experiment.readers import between, one_of, whole, write_number
from ui.experiment.settings import Settings, parameter
from ui.server.remembered import remembered

TRIED = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # where each size is to have its best learning rate
FAIRNESS = ("same", "scaled", "best")
LARGEST, LONGEST, LATEST = 1024, 50, 2000
_MOST, _FEWEST, _MOST_TEST = 6000, 500, 2000  # samples
_MOST_WORK = 1e9  # parameters times samples in one step of the full batch: about a tenth of a second


@dataclass(frozen=True)
class BatchesView:
    """The scene's part of the page's view."""

    b_size: int = parameter(32, "b_size", whole(2, LARGEST))
    b_epochs: int = parameter(10, "b_epochs", whole(1, LONGEST))
    b_rates: str = parameter("same", "b_rates", one_of(lambda: FAIRNESS))
    b_rate: float = parameter(0.05, "b_rate", between(1e-6, 100.0), write_number)
    b_after: int = parameter(0, "b_after", whole(0, LATEST))  # steps to the weights whose gradients are compared
    b_over: str = parameter("samples", "b_over", one_of(lambda: OVERS))
    b_loss: str = parameter("training", "b_loss", one_of(lambda: LOSSES))


def laboratory(settings: Settings, view: BatchesView, samples: int) -> Settings:
    """The experiment as the chapter has it: plain SGD, with mini-batches and the rate of the view."""
    plain = replace(settings.experiment, optimizer="sgd", hyperparameters=())
    return replace(plain, learning_rate=view.b_rate, batch_size=min(view.b_size, samples))


def full_set(settings: Settings, data: Dataset) -> Dataset:
    """The samples that are "all" here: those of the data, or a fixed part where a step over them would take long."""
    parameters = settings.make_network(data.features, data.classes).parameter_count
    return _part(data, int(min(_MOST, max(_FEWEST, _MOST_WORK // parameters))))


@remembered(4)
def _part(data: Dataset, most: int) -> Dataset:
    """The same object each time: results are kept by it."""
    return subset(data, most, _MOST_TEST)


def entrants(lab: Settings, data: Dataset, rates: str) -> Iterator[Trainer | object]:
    """The trainers of the race, all from the same weights; `PIECE` comes while these are drawn."""
    network = lab.make_network(data.features, data.classes)
    start = yield from initial_in_pieces(network, lab.seed, lab.dtype)
    for size, rate in tried(lab, data, rates):
        yield replace(lab, batch_size=size, learning_rate=rate).make_trainer(data, parameters=start)


def tried(lab: Settings, data: Dataset, rates: str) -> list[tuple[int, float]]:
    """A size each, and as many learning rates as `rates` wants to try."""
    sizes = sorted({1, lab.batch_size, len(data.y_train)})
    return [(size, rate) for size in sizes for rate in rates_of(size, lab, rates)]


def race_cost(lab: Settings, data: Dataset, rates: str, epochs: int) -> tuple[int, float]:
    """The race's price: bytes, and seconds of a processor."""
    network, samples = lab.make_network(data.features, data.classes), len(data.y_train)
    sizes = [size for size, _rate in tried(lab, data, rates)]
    steps = sum(epochs * math.ceil(samples / size) * step_seconds(network, size, lab.dtype) for size in sizes)
    measured = len(sizes) * len(goals(samples, epochs))
    tests = measured * pass_seconds(network, samples + len(data.y_test), lab.dtype)
    return batch_race_bytes(network, lab.make_optimizer(), sizes, lab.dtype), steps + tests


def rates_of(size: int, lab: Settings, rates: str) -> tuple[float, ...]:
    """One rate for all, one in proportion to the size (the mini-batch has the one chosen), or all that are tried."""
    return {
        "same": (lab.learning_rate,),
        "scaled": (lab.learning_rate * size / lab.batch_size,),
        "best": TRIED,
    }[rates]
