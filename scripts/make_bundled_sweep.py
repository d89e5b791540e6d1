"""Find the learning rates that the Optimizers page opens with, and write them down beside all that was tried.

Run `python -m scripts.make_bundled_sweep`: six optimizers at every rate of a grid, from three seeds, in the experiment
that every page opens with. It takes about half a minute.
"""

from __future__ import annotations

import json

import joblib

from engines import datasets, optimizers
from engines.races.rate_sweep import Conditions, Run, Sweep, guessing, rate_grid, sweep
from ui.experiment.settings import Settings
from ui.optimizers.rates.bundled import FILE, SEEDS, STEPS

COMMAND = "python -m scripts.make_bundled_sweep"


def conditions() -> Conditions:
    """Those of the experiment that every page opens with."""
    settings = Settings()
    data = datasets.load(settings.data)
    network = settings.make_network(data.features, data.classes)
    return Conditions(settings.backend, network, data, STEPS, settings.loss, settings.batch_size, settings.dtype)


def written(made: Sweep, shared: Conditions) -> dict[str, object]:
    """What the file holds: the command, the conditions, and for each optimizer and rate [loss, accuracy, diverged
    after] of each seed."""
    told = {
        "command": COMMAND,
        "backend": shared.backend,
        "data": shared.data.name,
        "layers": list(shared.network.layer_sizes),
        "activation": shared.network.activation,
        "loss": shared.loss,
        "batch_size": shared.batch_size,
        "dtype": shared.dtype,
        "steps": shared.steps,
        "guessing": guessing(shared),
        "seeds": list(made.seeds),
        "rates": list(made.rates),
    }
    outcomes = {
        racer.name: [
            [_plain(made, Run(type(racer)(learning_rate=rate), seed)) for seed in made.seeds] for rate in made.rates
        ]
        for racer in made.racers
    }
    return told | {"outcomes": outcomes}


def _plain(made: Sweep, run: Run) -> list[float | int | None]:
    loss, accuracy, diverged_at = made.outcomes[run]
    if diverged_at is not None:
        return [None, None, diverged_at]
    return [float(f"{loss:.6g}"), float(f"{accuracy:.6g}"), None]


def main() -> None:
    shared = conditions()
    racers = [optimizers.get(name)() for name in optimizers.names()]
    with joblib.parallel_config(backend="loky", n_jobs=-1):
        *_, made = sweep(shared, racers, rate_grid(), SEEDS)
    FILE.write_text(_lines(written(made, shared)), "utf-8")


def _lines(told: dict[str, object]) -> str:
    """A line an optimizer, so that a change can be read."""
    rows = ",\n".join(f'  "{name}": {json.dumps(rows)}' for name, rows in told.pop("outcomes").items())  # type: ignore[attr-defined]
    head = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in told.items())
    return f'{{\n{head},\n"outcomes": {{\n{rows}\n}}\n}}\n'


if __name__ == "__main__":
    main()
