"""Fair timing on a shared machine: competitors take turns in one process, and rounds are compared one by one.

Neighbours and the clock change a machine's speed by the minute, so a median of seconds says little; a ratio
taken within one round, where all meet the same conditions, says much.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import numpy as np

Steps = dict[str, Callable[[], float]]
Times = dict[str, np.ndarray]


def check_agreement(steps: Steps, reference: str, tolerances: dict[int, float]) -> str:
    """Run some steps of each; the largest relative differences from the reference's results, in words.

    `tolerances` says how large they may be within the first so many steps; beyond, the program ends with a
    message, since times of different work cannot be compared.
    """
    results = {name: np.array([step() for _ in range(max(tolerances))]) for name, step in steps.items()}
    words = []
    for count, tolerance in tolerances.items():
        differing = {name: np.abs(found / results[reference] - 1)[:count].max() for name, found in results.items()}
        name = max(differing, key=lambda name: np.nan_to_num(differing[name], nan=np.inf))
        words.append(f"up to {differing[name]:.1e} in {count} steps ({name})")
        if not differing[name] <= tolerance:
            raise SystemExit(
                f"The results of {reference} and the others differ by {words[-1]}, more than {tolerance:g}: they "
                "do not compute the same, so their times cannot be compared."
            )
    return ", ".join(words)


def take_turns(steps: Steps, rounds: int, seconds: float, shortest: float = 0.002, fewest: int = 4) -> Times:
    """CPU seconds a step of each competitor, one entry a round; at most `rounds`, for `seconds` or little more.

    All do blocks of the same number of steps: at least `fewest`, and so many that the fastest takes
    `shortest` seconds. Who goes first rotates.
    """
    gc.collect()
    gc.freeze()  # what lives by now need not be searched at every collection
    fastest = min(_seconds_a_step(step, fewest) for step in steps.values())
    block = max(fewest, round(shortest / fastest))
    names = list(steps)
    times: dict[str, list[float]] = {name: [] for name in names}
    end = time.perf_counter() + seconds
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(_seconds_a_step(steps[name], block))
        if time.perf_counter() > end:
            break
    gc.unfreeze()
    return {name: np.array(values) for name, values in times.items()}


def _seconds_a_step(step: Callable[[], float], block: int) -> float:
    gc.collect()  # the garbage of whoever went before
    step()  # and his data in the caches
    start = time.process_time()  # of all threads: nobody gains by starting more
    for _ in range(block):
        step()
    return (time.process_time() - start) / block
