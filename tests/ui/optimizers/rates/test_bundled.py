"""The bundled sweep is what its command makes in the experiment that pages open with, and the race's rates are its."""

import json

import pytest

from engines.races.rate_curves import rate_curves
from engines.races.rate_sweep import Run, guessing, rate_grid, recalled, train
from scripts.make_bundled_sweep import COMMAND, conditions, written
from ui.experiment.settings import Settings
from ui.optimizers.race.racers import ALL, TUNED, customary, tuned
from ui.optimizers.race.settings import RaceView
from ui.optimizers.rates.bundled import FILE, best_rates, bundled


def test_the_file_says_how_it_was_made():
    told, made, shared = json.loads(FILE.read_text("utf-8")), bundled().sweep, conditions()
    again = written(recalled(made.racers, made.rates, made.seeds, made.outcomes), shared)
    assert json.loads(json.dumps(again)) == told
    assert told["command"] == COMMAND == f"python -m {written.__module__}"
    assert (made.rates, made.seeds, made.share) == (rate_grid(), (0, 1, 2), 1.0)
    assert (shared.steps, shared.batch_size, shared.loss) == (1000, Settings().batch_size, Settings().loss)
    assert bundled().guessing == pytest.approx(guessing(shared))


@pytest.mark.parametrize("racer", TUNED, ids=lambda racer: racer.name)
def test_a_run_of_the_command_is_the_run_of_the_file(racer):
    """At its best rate and from one seed; to a few percent, since another machine rounds otherwise."""
    _run, outcome = train(conditions(), Run(racer, 0))
    assert outcome.loss == pytest.approx(bundled().sweep.outcomes[Run(racer, 0)].loss, rel=0.05)


def test_the_race_opens_with_the_best_rates_of_the_sweep():
    lowest = {curve.racer.name: curve.rates[int(curve.median.argmin())] for curve in rate_curves(bundled().sweep)}
    assert best_rates() == lowest == {racer.name: racer.learning_rate for racer in RaceView().racers}
    assert tuned(ALL) == TUNED == tuned(TUNED)
    assert customary(TUNED) == ALL
