"""The picture of a sweep over learning rates, its table and its reading: what the sweep has, in both languages."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers
from engines.network import Network
from engines.races.rate_curves import rate_curves, spread
from engines.races.rate_sweep import Conditions, Outcome, Run, Sweep, rate_grid, recalled, sweep
from tests.ui.charts.specs import parts
from ui.charts.optimizers.rates import HIGHEST_LOSS, rates_chart, rates_frame
from ui.charts.palette import optimizer_style
from ui.charts.spec import spec
from ui.optimizers.rates.readings import amount, best_header, best_rows, sweep_reading

RACERS = tuple(optimizers.get(name)() for name in ("sgd", "momentum", "adam"))
RATES, SEEDS, GUESSING = rate_grid(1), (0, 1, 2), 2.0
EDGE = HIGHEST_LOSS * GUESSING


def loss_of(racer, rate, seed):
    """A valley for each: SGD's at 1, momentum's at 0.1, Adam's at 0.01; momentum diverges at 10."""
    best = {"sgd": 0, "momentum": -1, "adam": -2}[racer.name]
    if racer.name == "momentum" and rate == 10 and seed != 1:
        return math.inf
    return (0.1 + 0.01 * seed) * 3 ** abs(math.log10(rate) - best)


def swept(racers=RACERS, loss=loss_of, seeds=SEEDS):
    outcomes = {}
    for racer in racers:
        for rate in RATES:
            for seed in seeds:
                value = loss(racer, rate, seed)
                found = (
                    Outcome(value, 0.9 - 0.1 * seed) if math.isfinite(value) else Outcome(math.inf, math.nan, 5 + seed)
                )
                outcomes[Run(replace(racer, learning_rate=rate), seed)] = found
    return Sweep(tuple(racers), RATES, seeds, outcomes)


@pytest.fixture(scope="module")
def curves():
    return rate_curves(swept())


@pytest.fixture(scope="module")
def rows(curves):
    return rates_frame(curves, GUESSING, str)


def of(rows, series, name):
    return rows[(rows.series == series) & (rows.name == name)]


def test_every_rate_has_its_median_and_its_band(rows):
    for racer in RACERS[::2]:
        drawn = of(rows, "curve", racer.label)
        assert drawn.rate.tolist() == list(RATES)
        for column, seed in (("lowest", 0), ("loss", 1), ("highest", 2)):
            exact = [min(loss_of(racer, rate, seed), EDGE) for rate in RATES]
            np.testing.assert_allclose(drawn[column], exact)
        assert set(drawn.accuracy) == {"80.0%"}


def test_the_best_rate_of_each_is_marked(rows):
    best = rows[rows.series == "best"]
    assert dict(zip(best.name, best.rate, strict=True)) == {"SGD": 1, "Momentum": 0.1, "Adam": 0.01}
    np.testing.assert_allclose(best.loss, 0.11)


def test_a_rate_where_seeds_diverged_is_marked_above_and_drawn_to_the_edge(rows):
    (mark,) = of(rows, "diverged", "Momentum").itertuples()
    assert (mark.rate, mark.lost) == (10, "2 of 3 seeds, the first after 5 steps")
    assert (rows.series == "diverged").sum() == 1
    last = of(rows, "curve", "Momentum").iloc[-1]
    assert (last.loss, last["median"], last.highest) == (EDGE, "∞", EDGE)
    assert last.lowest == pytest.approx(loss_of(RACERS[1], 10, 1))


def test_a_loss_above_the_edge_is_marked_there(rows):
    above = rows[rows.series == "above"]
    exact = {(racer.label, rate) for racer in RACERS for rate in RATES if EDGE < loss_of(racer, rate, 1) < math.inf}
    assert {(name, rate) for name, rate in zip(above.name, above.rate, strict=True)} == exact != set()


def test_the_marks_of_two_optimizers_never_stand_in_one_row(rows):
    marks = rows[rows.series.isin(["diverged", "above"])]
    assert (marks.groupby("name")["level"].nunique() == 1).all()
    assert marks.groupby("name")["level"].first().is_unique
    assert (marks.level < 0).all()  # above the picture


def test_a_partial_sweep_draws_what_it_knows():
    outcomes = dict(list(swept().outcomes.items())[:5])
    rows = rates_frame(rate_curves(recalled(RACERS, RATES, SEEDS, outcomes)), GUESSING, str)
    assert set(rows[rows.series == "curve"].name) == {"SGD"}
    assert of(rows, "curve", "SGD").rate.tolist() == list(RATES[:2])
    assert "best" not in set(rows.series)  # a better one may be to come


def test_with_nothing_known_there_are_the_axes():
    rows = rates_frame(rate_curves(recalled(RACERS, RATES, SEEDS, {})), GUESSING, str)
    assert set(rows.series) == {"guessing", "floor"}
    assert rows.loss.tolist() == [GUESSING, GUESSING / 10]


def test_a_spec_has_each_optimizers_style_and_every_word_translated(bracketed):
    racers = tuple((racer.name, racer.label) for racer in RACERS)
    made = spec(rates_chart(bracketed, racers, "cross_entropy", GUESSING))
    line = next(layer for layer in made["layer"] if layer["mark"]["type"] == "line")
    assert line["encoding"]["color"]["scale"]["range"] == [optimizer_style(name).color for name, _label in racers]
    dashes = [list(optimizer_style(name).dash) for name, _label in racers]
    assert line["encoding"]["strokeDash"]["scale"]["range"] == dashes
    titles = [part["title"] for part in parts(made) if part.get("title") not in (None, " ")]
    assert titles
    assert all("«" in title for title in titles)
    assert "«" in made["description"]
    assert all("«" in part["text"] for part in parts(made) if isinstance(part.get("text"), str))
    assert spec(rates_chart(bracketed, racers, "cross_entropy", GUESSING)) == made


def test_the_table_has_the_lowest_loss_first(curves):
    rows = best_rows(curves, str)
    assert rows[0] == ["SGD", "1", "0.11", "0.1 – 0.12", "80.0%", "1"]
    assert [row[0] for row in rows] == ["SGD", "Momentum", "Adam"]  # equal ones in their own order


def test_a_best_rate_at_the_edge_of_the_grid_says_so():
    rows = best_rows(rate_curves(swept(loss=lambda racer, rate, seed: 1 / rate)), str)
    assert [row[1] for row in rows] == ["10, the grid's edge"] * 3


def test_one_that_diverged_everywhere_comes_last_without_numbers():
    rows = best_rows(rate_curves(swept(loss=lambda racer, *_: math.inf if racer.name == "sgd" else 1.0)), str)
    assert rows[-1] == ["SGD", "diverged", "–", "–", "–", "–"]


def reading_of(best, off):
    """Of a sweep in which SGD's lowest loss is 1 and Adam's `best`, and a rate ten times off costs `off` times."""
    lowest = {"sgd": 1.0, "adam": best}

    def loss(racer, rate, seed):
        return lowest[racer.name] * (1.0 if rate == 0.1 else off)

    return sweep_reading(rate_curves(swept(RACERS[::2], loss)), str)


@pytest.mark.parametrize(("best", "off", "verdict"), [(2.0, 3.0, "rate matters more"), (3.0, 2.0, "rule matters more")])
def test_the_reading_weighs_the_rate_against_the_rule(best, off, verdict):
    said = reading_of(best, off)
    assert verdict in said
    assert f"between 1 (SGD) and {best:g} (Adam): a factor of {best:g} apart" in said
    assert f"10 times too small or too large typically multiplies an optimizer's loss by {off:g}" in said


def test_one_optimizer_alone_is_not_compared():
    said = sweep_reading(rate_curves(swept(RACERS[:1])), str)
    assert "typically multiplies" in said
    assert "Each at its best" not in said
    assert "matters more" not in said


def test_where_most_rates_that_are_off_diverge_no_factor_is_named():
    said = reading_of(2.0, math.inf)
    assert "at least half of them diverge" in said
    assert "∞" not in said
    worst = {"sgd": math.inf, "momentum": 2.0, "adam": 2.0}
    said = sweep_reading(rate_curves(swept(loss=lambda racer, rate, _: 1.0 if rate == 0.1 else worst[racer.name])), str)
    assert "multiplies an optimizer's loss by 2; the least costly by 2, and the worst diverges" in said


def test_a_lowest_loss_of_zero_breaks_nothing():
    curves = rate_curves(swept(loss=lambda racer, rate, _: 0.0 if rate == 0.1 and racer.name == "sgd" else 1.0))
    assert "at least half of them diverge" not in sweep_reading(curves, str) or math.isinf(spread(curves).typical)
    assert spread(curves).between == math.inf


def test_the_table_says_that_it_shows_the_middle_of_the_seeds():
    assert "test loss, median of 3 seeds" in best_header(3, str)
    assert "test loss" in best_header(1, str)


def test_where_all_diverged_the_reading_says_so():
    assert "every one diverged" in sweep_reading(rate_curves(swept(loss=lambda *_: math.inf)), str)


def test_the_amount_is_said_in_full():
    partial = recalled(RACERS, RATES, SEEDS, dict(list(swept().outcomes.items())[:5]))
    assert amount(partial, 1000, str) == "3 optimizers × 7 rates × 3 seeds = 63 runs of 1,000 steps each. Done: 5."


def test_a_sweep_of_real_runs_can_be_drawn(digits):
    conditions = Conditions("numpy", Network([64, 4, 10]), digits, steps=2)
    *_, last = sweep(conditions, RACERS, (0.1, 1.0), (0,))
    rows = rates_frame(rate_curves(last), GUESSING, str)
    assert len(rows[rows.series == "curve"]) == 6
    json.dumps(rows.to_dict("records"))
