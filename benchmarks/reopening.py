"""What it costs that a run is a value: reopening it at a step, jumping in its past, and keeping that past.

    python -m benchmarks.reopening

Each run is opened by its recipe as a link opens it. The last column is a ratio measured in one run: the live run's
speed while it keeps the states to go back to, over its speed without them, in turns.
"""

from __future__ import annotations

import itertools
import statistics
import time
from dataclasses import replace

from threadpoolctl import threadpool_limits

from engines import optimizers
from engines.pieces import finished
from engines.runs.recipe import Conditions, Recipe
from engines.runs.timeline import timeline_bytes
from engines.runs.training_run import TrainingRun

_STEPS, _JUMPS, _ROUNDS = 2000, 40, 15
_RUNS = (("digits", (32,), "sgd", "numpy"), ("digits", (32,), "adam", "numpy"), ("digits", (32,), "sgd", "torch"),
         ("fashion_mnist", (128,), "adam", "numpy"))  # fmt: skip


def main() -> None:
    print(f"{'run':44} {'2,000 steps':>12} {'jump, median':>13} {'worst':>9} {'past, MB':>9} {'speed kept':>11}")
    with threadpool_limits(1):
        for data, hidden, optimizer, backend in _RUNS:
            first = Conditions(backend, optimizers.get(optimizer)(), 32)
            recipe = Recipe(data, hidden, "relu", "he", "cross_entropy", 0, "float32", first)
            print(_measured(recipe), flush=True)


def _measured(recipe: Recipe) -> str:
    run, opened = _opened(recipe, _STEPS)
    jumps = sorted(_jump(run, step) for step in range(_STEPS // _JUMPS, _STEPS, _STEPS // _JUMPS))
    trainer = run.trainer
    past = timeline_bytes(trainer.network, trainer.optimizer, trainer.dtype) / 1e6
    sizes = "-".join(map(str, trainer.network.layer_sizes))
    name = f"{recipe.data} {sizes} {trainer.optimizer.name} {trainer.backend.name}"
    middle, worst = statistics.median(jumps), jumps[-1]
    return f"{name:44} {opened:10.2f} s {1e3 * middle:10.0f} ms {1e3 * worst:6.0f} ms {past:9.1f} {_kept(recipe):11.3f}"


def _opened(recipe: Recipe, step: int) -> tuple[TrainingRun, float]:
    """The run at that step, and the seconds it took from nothing."""
    started = time.perf_counter()
    run = TrainingRun(recipe.trainer())
    _advance(run, finished(run.turn_to(replace(run.recipe, step=step))))
    return run, time.perf_counter() - started


def _jump(run: TrainingRun, step: int) -> float:
    started = time.perf_counter()
    _advance(run, finished(run.go_to(step)))
    finished(run.settle())
    return time.perf_counter() - started


def _advance(run: TrainingRun, steps: int) -> None:
    for _record in itertools.islice(run.work(), steps):
        pass


def _kept(recipe: Recipe) -> float:
    """Steps a second with the past over those without, the median of pairs."""
    ratios = []
    for number in range(_ROUNDS):
        seconds = {}
        for keeps in (True, False) if number % 2 else (False, True):
            run = TrainingRun(recipe.trainer())
            if not keeps:
                run.course.timeline.limit(0.0)
            started = time.thread_time()
            _advance(run, _STEPS)
            seconds[keeps] = time.thread_time() - started
        ratios.append(seconds[False] / seconds[True])
    return statistics.median(ratios)


if __name__ == "__main__":
    main()
