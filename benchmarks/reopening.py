"""What it costs that a run is a value: reopening it at a step, jumping in its past, keeping that past, saving it.

    python -m benchmarks.reopening

Each run is opened by its recipe as a link opens it; "saved" is the same from a state in a folder, as another replica
does it. The last two columns are ratios measured in one run, in turns: the live run's speed while it keeps the states
to go back to, over its speed without them; and while it saves its state every second, over its speed without that.
"""

from __future__ import annotations

import itertools
import statistics
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from threadpoolctl import threadpool_limits

from engines import optimizers
from engines.pieces import finished
from engines.runs.recipe import Conditions, Recipe
from engines.runs.saved.saved_states import SavedStates
from engines.runs.timeline import timeline_bytes
from engines.runs.training_run import TrainingRun

_STEPS, _JUMPS, _ROUNDS = 2000, 40, 15
_PAIRS, _LONG = 5, 3.0  # seconds of a processor, in which a run saves its state a few times
_RUNS = (("digits", (32,), "sgd", "numpy"), ("digits", (32,), "adam", "numpy"), ("digits", (32,), "sgd", "torch"),
         ("fashion_mnist", (128,), "adam", "numpy"))  # fmt: skip


def main() -> None:
    heads = f"{'run':44} {'2,000 steps':>12} {'saved':>9} {'jump, median':>13} {'worst':>9} {'past, MB':>9}"
    print(f"{heads} {'speed kept':>11} {'while saving':>13}")
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
    with TemporaryDirectory() as folder:
        states = SavedStates(Path(folder), 1e9)
        saved, speed = _opened_from(states, recipe), _while_saving(states, recipe)
    told = f"{name:44} {opened:10.2f} s {1e3 * saved:6.0f} ms {1e3 * middle:10.0f} ms {1e3 * worst:6.0f} ms {past:9.1f}"
    return f"{told} {_kept(recipe):11.3f} {speed:13.3f}"


def _opened(recipe: Recipe, step: int) -> tuple[TrainingRun, float]:
    """The run at that step, and the seconds it took from nothing."""
    started = time.perf_counter()
    run = TrainingRun(recipe.trainer())
    _advance(run, finished(run.turn_to(replace(run.recipe, step=step))))
    return run, time.perf_counter() - started


def _opened_from(states: SavedStates, recipe: Recipe) -> float:
    """The seconds until a run is there whose state another one has saved."""
    run = TrainingRun(recipe.trainer(), states)
    _advance(run, _STEPS)
    finished(states.keep(finished(run.state_in_pieces())))
    started = time.perf_counter()
    other = TrainingRun(recipe.trainer(), states)
    assert finished(other.turn_to(run.recipe)) == 0
    finished(other.settle())
    return time.perf_counter() - started


def _while_saving(states: SavedStates, recipe: Recipe) -> float:
    """Steps a second with saving over those without, the median of pairs."""
    ratios = []
    for number in range(_PAIRS):
        speed = {}
        for saves in (True, False) if number % 2 else (False, True):
            run = TrainingRun(recipe.trainer(), states if saves else None)
            started, work = time.thread_time(), run.work()
            while (seconds := time.thread_time() - started) < _LONG:
                next(work)
            speed[saves] = run.trainer.steps / seconds
        ratios.append(speed[True] / speed[False])
    return statistics.median(ratios)


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
