"""One way in: settings that do not fit each other give way, after a change as after a link, with a word."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import datasets, optimizers
from tests.ui.experiment.test_links import experiments
from ui.experiment.fitting import fitted, fitted_view
from ui.experiment.session import load_data
from ui.experiment.settings import Settings
from ui.optimizers.race.racers import read_racers
from ui.optimizers.race.settings import RaceView


def test_a_batch_larger_than_the_data_gives_way_with_a_word():
    chosen, (problem,) = fitted(Settings(batch_size=2000))
    assert chosen == Settings()
    assert (problem.key, problem.text, problem.instead) == ("batch", "2000", "32")
    assert "1437" in str(problem.reason)


@pytest.mark.parametrize("chosen", [Settings(), Settings(data="fashion_mnist", batch_size=2000)])
def test_what_fits_stays(chosen):
    assert fitted(chosen) == (chosen, [])


def test_hyperparameters_of_another_optimizer_go():
    chosen = Settings(optimizer="sgd", hyperparameters=(("epsilon", 1e-3),))
    assert fitted(chosen) == (Settings(), [])


def test_a_refused_hyperparameter_goes_alone():
    chosen = Settings(optimizer="adam", learning_rate=0.01, hyperparameters=(("beta_1", 1.5), ("beta_2", 0.9)))
    kept, (problem,) = fitted(chosen)
    assert kept == replace(chosen, hyperparameters=(("beta_2", 0.9),))
    assert (problem.key, problem.text, problem.instead) == ("beta_1", "1.5", "0.9")


def test_a_refused_rate_goes():
    kept, (problem,) = fitted(Settings(learning_rate=-1.0))
    assert kept == Settings()
    assert (problem.key, problem.instead) == ("rate", "0.1")


@settings(deadline=None, max_examples=50)
@given(experiments(), st.sampled_from(["digits", "fashion_mnist"]), st.sampled_from(optimizers.names()))
def test_settings_fit_after_any_change(chosen, data, optimizer):
    """Whatever is chosen and then changed can be trained: nothing raises on the way to the trainer."""
    changed = replace(chosen, data=data, optimizer=optimizer)
    fit, _ = fitted(changed)
    assert fit.batch_size <= len(load_data(data).y_train)
    fit.make_optimizer()
    assert fitted(fit) == (fit, [])
    assert data in datasets.names()


def test_a_number_that_counts_as_0_in_the_precision_gives_way():
    chosen = Settings(optimizer="adam", learning_rate=0.01, hyperparameters=(("epsilon", 1e-60),), dtype="float64")
    assert fitted(chosen) == (chosen, [])
    fit, (problem,) = fitted(replace(chosen, dtype="float32"))
    assert fit == replace(chosen, dtype="float32", hyperparameters=())
    assert (problem.key, problem.text, problem.instead) == ("epsilon", "1e-60", "1e-07")


def test_a_racer_that_cannot_run_in_the_precision_gives_way():
    view = RaceView(racers=read_racers("sgd,rate:0.5;adam,rate:0.01,epsilon:1e-60"))
    assert fitted_view(view, Settings(dtype="float64")) == (view, [])
    fit, (problem,) = fitted_view(view, Settings(dtype="float32"))
    assert fit.racers == read_racers("sgd,rate:0.5;adam")
    assert (problem.key, problem.text, problem.instead) == ("race", "adam,rate:0.01,epsilon:1e-60", "adam")
