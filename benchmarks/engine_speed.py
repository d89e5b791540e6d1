"""How fast our engines train small networks, beside a loop written by hand, PyTorch, MyGrad and autograd.

    python -m benchmarks.engine_speed [--networks 64-32-10 ...] [--rounds N] [--seconds S]

One process, one thread, two minutes. Every competitor starts from the same weights, draws the same batches
from the same data and returns its loss as a float; ours make a record besides. First it is checked that all
compute the same losses, then they take turns. Printed, as Markdown: medians, and which targets are met.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.turns import Steps, Times, check_agreement, take_turns
from engines import backends, datasets, optimizers
from engines.comparison.hand_written import Task
from engines.network import Network
from engines.training import Trainer

LEARNING_RATE, SEED = 0.1, 0
# Losses may differ by so much of their value within so many steps. A value that rounding puts on the other
# side of relu's kink makes float32 runs part by about 1e-4; another batch, rate or derivative by far more.
AGREEMENT = {5: 1e-4, 50: 1e-2}

LIMIT, TORCH, MYGRAD, AUTOGRAD = "by hand (the limit)", "torch", "MyGrad", "autograd"
OURS, OURS_ON_TORCH = "our NumPy engine", "our engine on torch"
MODULES = {  # and the package each one needs
    LIMIT: ("engines.comparison.hand_written", "numpy"),
    TORCH: ("benchmarks.competitors.torch_loop", "torch"),
    MYGRAD: ("benchmarks.competitors.mygrad_loop", "mygrad"),
    AUTOGRAD: ("benchmarks.competitors.autograd_loop", "autograd"),
}
BACKENDS = {OURS: "numpy", OURS_ON_TORCH: "torch"}

Losses = Callable[[Task], Iterator[float]]


@dataclass(frozen=True)
class Case:
    """A network, its batch size, and the dataset whose images fit it."""

    sizes: tuple[int, ...]
    batch_size: int
    dataset: str

    @property
    def name(self) -> str:
        return "-".join(map(str, self.sizes))


@dataclass(frozen=True)
class Target:
    """A bound, for each case, on how many times longer `slow` takes than `fast`."""

    slow: str
    fast: str
    sign: str
    bounds: dict[str, float]

    def verdict(self, times: Times, case: Case) -> str:
        if not {self.slow, self.fast} <= times.keys():
            return "not measured"
        ratio, bound = _median_ratio(times, self.slow, self.fast), self.bounds[case.name]
        met = ratio <= bound if self.sign == "≤" else ratio >= bound
        outcome = "met" if met else f"**missed by {abs(ratio / bound - 1):.1%}**"
        return f"{ratio:.2f} ({self.sign} {bound:g}) {outcome}"


CASES = (
    Case((64, 32, 10), 32, "digits"),
    Case((64, 64, 64, 10), 64, "digits"),
    Case((784, 128, 10), 128, "fashion_mnist"),
    Case((784, 512, 10), 128, "fashion_mnist"),
)
NAMES = [case.name for case in CASES]


def _bounds(*bounds: float) -> dict[str, float]:
    return dict(zip(NAMES, bounds, strict=True))


TARGETS = (
    Target(OURS, LIMIT, "≤", _bounds(2.6, 1.8, 1.15, 1.12)),
    Target(TORCH, OURS, "≥", _bounds(4.5, 3, 1.25, 1.1)),
    Target(MYGRAD, OURS, ">", _bounds(1, 1, 1, 1)),
    Target(AUTOGRAD, OURS, ">", _bounds(1, 1, 1, 1)),
    Target(OURS_ON_TORCH, TORCH, "≤", _bounds(1.25, 1.2, 1.05, 1.05)),
)


def main() -> None:
    options = _options()
    cases = [case for case in CASES if case.name in options.networks]
    with threadpool_limits(1):
        others, about = _installed()
        print(f"Python {platform.python_version()}, one thread", *about, sep="\n- ")
        results = [_measure(case, others, options.rounds, options.seconds) for case in cases]
    print("", *_times_table(cases, results), "", *_targets_table(cases, results), sep="\n")


def _installed() -> tuple[dict[str, Losses], list[str]]:
    """The competitors that can be imported here, and a line about each."""
    found, about = {}, []
    for name, (module, package) in MODULES.items():
        try:
            found[name] = import_module(module).losses
            about.append(f"{name}: {package} {version(package)}")
        except ImportError as error:
            about.append(f"{name} is left out: {error}")
    return found, about


def _measure(case: Case, others: dict[str, Losses], rounds: int, seconds: float) -> Times:
    """Check that all compute the same, then time them."""
    steps = _start(case, others)
    difference = check_agreement(steps, LIMIT, AGREEMENT)
    times = take_turns(steps, rounds, seconds)
    print(f"- {case.name}: {len(times[LIMIT])} rounds; losses differ by {difference}", flush=True)
    return times


def _start(case: Case, others: dict[str, Losses]) -> Steps:
    """Each competitor as a function that does one step and returns the batch's loss."""
    data = datasets.load(case.dataset)
    sgd = optimizers.get("sgd")(learning_rate=LEARNING_RATE)
    trainers = {
        name: Trainer(backends.get(backend), Network(case.sizes), sgd, data, batch_size=case.batch_size, seed=SEED)
        for name, backend in BACKENDS.items()
        if backend in backends.names()
    }
    parameters = trainers[OURS].parameters()
    weights = tuple(parameters[f"W{layer}"] for layer in range(1, len(case.sizes)))
    biases = tuple(parameters[f"b{layer}"] for layer in range(1, len(case.sizes)))
    task = Task(data.x_train, data.y_train, weights, biases, case.batch_size, LEARNING_RATE, SEED)
    runs = {name: losses(task) for name, losses in others.items()}
    runs |= {name: _losses_of(trainer) for name, trainer in trainers.items()}
    return {name: run.__next__ for name, run in runs.items()}


def _losses_of(trainer: Trainer) -> Iterator[float]:
    while True:
        yield trainer.step().loss


def _median_ratio(times: Times, slow: str, fast: str) -> float:
    """How many times longer `slow` takes than `fast` in the middle one of all rounds."""
    return float(np.median(times[slow] / times[fast]))


def _times_table(cases: list[Case], results: list[Times]) -> Iterator[str]:
    yield from _header("µs a step (times the limit)", cases)
    for name in (LIMIT, *BACKENDS, TORCH, MYGRAD, AUTOGRAD):
        if name in results[0]:
            cells = (
                f"{1e6 * np.median(times[name]):,.0f} ({_median_ratio(times, name, LIMIT):.2f})" for times in results
            )
            yield f"| {name} | {' | '.join(cells)} |"


def _targets_table(cases: list[Case], results: list[Times]) -> Iterator[str]:
    yield from _header("Our targets", cases)
    for target in TARGETS:
        cells = (target.verdict(times, case) for times, case in zip(results, cases, strict=True))
        yield f"| {target.slow} / {target.fast} | {' | '.join(cells)} |"


def _header(title: str, cases: list[Case]) -> Iterator[str]:
    columns = " | ".join(f"{case.name}, batch {case.batch_size}" for case in cases)
    yield f"| {title} | {columns} |"
    yield "|---|" + "--:|" * len(cases)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the speed of our engines with other libraries.")
    parser.add_argument("--networks", nargs="+", choices=NAMES, default=NAMES, metavar="64-32-10")
    parser.add_argument("--rounds", type=int, default=500, help="the most rounds for a network")
    parser.add_argument("--seconds", type=float, default=20.0, help="about how long to measure a network")
    return parser.parse_args()


if __name__ == "__main__":
    main()
