"""What a sweep says of its optimizers, from losses chosen by hand: medians, best rates, how far apart."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers
from engines.races.rate_curves import rate_curves, spread
from engines.races.rate_sweep import Outcome, Run, Sweep

SGD, ADAM = optimizers.get("sgd")(), optimizers.get("adam")(beta_1=0.5)
RATES = (0.001, 0.01, 0.1, 1.0, 10.0)
INF = math.inf


def swept(*tables, seeds=(0,)):
    """A sweep whose racers have these losses, a row a seed; None is missing, ∞ diverged after seven steps."""
    racers = (SGD, ADAM)[: len(tables)]
    outcomes = {}
    for racer, table in zip(racers, tables, strict=True):
        for seed, losses in zip(seeds, table, strict=True):
            for rate, loss in zip(RATES, losses, strict=True):
                run = Run(replace(racer, learning_rate=rate), seed)
                if loss == INF:
                    outcomes[run] = Outcome(INF, math.nan, 7)
                elif loss is not None:
                    outcomes[run] = Outcome(loss, 1 / (1 + loss))
    return Sweep(racers, RATES, seeds, outcomes)


def only(*rows):
    return rate_curves(swept(rows, seeds=tuple(range(len(rows)))))[0]


def test_each_racer_has_a_curve_with_all_its_outcomes():
    sgd, adam = rate_curves(swept([[5, 4, 3, 2, INF]], [[1, 2, 3, None, 5]]))
    assert (sgd.racer, adam.racer) == (SGD, ADAM)
    assert sgd.losses[:, 0].tolist() == [5, 4, 3, 2, INF]
    np.testing.assert_array_equal(adam.losses[:, 0], [1, 2, 3, np.nan, 5])
    np.testing.assert_array_equal(sgd.diverged_at[:, 0], [np.nan] * 4 + [7])
    np.testing.assert_allclose(sgd.accuracies[:4, 0], [1 / 6, 1 / 5, 1 / 4, 1 / 3])


def test_the_median_is_over_the_seeds_that_are_known():
    curve = only([1, 5, INF, None, INF], [2, None, 1, None, INF], [9, 6, 2, None, 1], [8, None, None, None, 2])
    np.testing.assert_array_equal(curve.median, [5, 5.5, 2, np.nan, INF])


def test_one_seed_that_diverged_does_not_hide_the_others():
    curve = only([2, 1, INF, 3, 4], [2, 1, 0.5, 3, 4], [2, 1, 0.4, 3, 4])
    assert (curve.best, curve.lowest) == (2, 0.5)


def test_the_best_rate_is_that_of_the_lowest_median_and_the_first_of_equals():
    curve = only([3, 2, 1, 1, INF])
    assert (curve.best, curve.lowest) == (2, 1)
    assert curve.tuned == replace(SGD, learning_rate=0.1)


@pytest.mark.parametrize("losses", [[INF] * 5, [None] * 5, [None, INF, None, INF, INF]])
def test_without_a_finite_median_there_is_no_best(losses):
    curve = only(losses)
    assert (curve.best, curve.lowest, curve.tuned) == (None, INF, SGD)
    assert curve.good() is None
    assert curve.costs() == []


@pytest.mark.parametrize(
    ("losses", "good"),
    [
        ([9, 1.4, 1, 1.5, 9], (0.01, 1.0)),
        ([1.4, 9, 1, 9, 1.4], (0.1, 0.1)),  # what is good beyond a bad one does not count
        ([1, 1.5, 1.51, 1, 1], (0.001, 0.01)),
        ([1, 1, 1, 1, 1], (0.001, 10.0)),
        ([9, 9, 9, 9, 1], (10.0, 10.0)),
        ([1.2, None, 1, 1.2, INF], (0.1, 1.0)),
    ],
)
def test_rates_are_good_around_the_best_as_long_as_none_is_worse(losses, good):
    assert only(losses).good() == good


@pytest.mark.parametrize(
    ("losses", "costs"),
    [
        ([9, 6, 2, 8, 9], [3, 4]),
        ([2, 6, 9, 9, 9], [3]),  # there is no smaller rate
        ([9, 9, 9, 6, 2], [3]),
        ([9, INF, 2, INF, 9], [INF, INF]),
        ([9, None, 2, 4, 9], [2]),
    ],
)
def test_a_rate_that_is_off_costs_a_multiple_of_the_lowest_loss(losses, costs):
    assert only(losses).costs() == costs


def test_a_rate_twice_removed_costs_more():
    assert only([9, 6, 2, 8, 10]).costs(100) == [4.5, 5]


def test_the_spread_is_between_the_best_and_over_all_that_is_off():
    found = spread(rate_curves(swept([[9, 6, 2, 8, 9]], [[9, 12, 3, INF, 9]])))
    assert (found.lowest.racer, found.highest.racer) == (SGD, ADAM)
    assert found.between == 1.5
    assert found.off == (3, 4, 4, INF)
    assert found.typical == 4


def test_what_diverged_everywhere_takes_no_part_in_the_spread():
    found = spread(rate_curves(swept([[INF] * 5], [[9, 12, 3, 6, 9]])))
    assert found.lowest.racer == found.highest.racer == ADAM
    assert found.off == (2, 4)
    assert spread(rate_curves(swept([[INF] * 5]))) is None


def test_the_tuned_optimizer_keeps_its_other_hyperparameters():
    assert rate_curves(swept([[1] * 5], [[3, 2, 1, 2, 3]]))[1].tuned == replace(ADAM, learning_rate=0.1)
