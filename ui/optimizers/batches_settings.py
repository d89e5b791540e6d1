"""What the scene "batch size" of the Optimizers page chooses (chapter 2.4.3): the sizes, the rates, what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from engines.datasets.base import Dataset
from engines.errors import InvalidSetting
from engines.subset import subset
from engines.training import Trainer
from ui.charts.batch_sizes import LOSSES, OVERS
from ui.readers import between, one_of, whole, write_number
from ui.settings import Settings, parameter

TRIED = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # where each size is to have its best learning rate
FAIRNESS = ("same", "scaled", "best")
LARGEST, LONGEST, LATEST = 1024, 50, 2000
MOST_WEIGHTS = 50_000_000  # of all runs together
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
    plain = replace(settings.without_language, optimizer="sgd", hyperparameters=())
    return replace(plain, learning_rate=view.b_rate, batch_size=min(view.b_size, samples))


def full_set(settings: Settings, data: Dataset) -> Dataset:
    """The samples that are "all" here: those of the data, or a fixed part where a step over them would take long."""
    parameters = settings.make_network(data.features, data.classes).parameter_count
    return _part(data, int(min(_MOST, max(_FEWEST, _MOST_WORK // parameters))))


@lru_cache(maxsize=4)
def _part(data: Dataset, most: int) -> Dataset:
    """The same object each time: results are kept by it."""
    return subset(data, most, _MOST_TEST)


def entrants(lab: Settings, data: Dataset, rates: str) -> Iterator[Trainer]:
    """The trainers of the race: a size each, and as many learning rates as `rates` wants to try.

    Raises `InvalidSetting` where their weights together would take too much memory.
    """
    sizes = sorted({1, lab.batch_size, len(data.y_train)})
    tried = [(size, rate) for size in sizes for rate in rates_of(size, lab, rates)]
    weights = len(tried) * lab.make_network(data.features, data.classes).parameter_count
    if weights > MOST_WEIGHTS:
        raise InvalidSetting(
            "All {runs} runs together would have {weights:,} weights, and {most:,} is the most. Use smaller layers, or "
            "fewer learning rates.",
            runs=len(tried),
            weights=weights,
            most=MOST_WEIGHTS,
        )
    for size, rate in tried:
        yield replace(lab, batch_size=size, learning_rate=rate).make_trainer(data)


def rates_of(size: int, lab: Settings, rates: str) -> tuple[float, ...]:
    """One rate for all, one in proportion to the size (the mini-batch has the one chosen), or all that are tried."""
    return {
        "same": (lab.learning_rate,),
        "scaled": (lab.learning_rate * size / lab.batch_size,),
        "best": TRIED,
    }[rates]
