"""What the batch-size lab makes of its settings: plain SGD, the rates of each size, what "all" samples are."""

from dataclasses import replace

import pytest

from engines.datasets.base import Dataset
from ui.experiment.session import load_data
from ui.experiment.settings import Settings, from_query, to_query
from ui.optimizers.batches import settings as batches_settings
from ui.optimizers.batches.settings import TRIED, BatchesView, entrants, full_set, laboratory, race_cost, rates_of

ADAM = Settings(optimizer="adam", learning_rate=1e-3, hyperparameters=(("beta_1", 0.8),), language="ko", seed=3)


def test_the_laboratory_is_plain_sgd_with_all_else_as_it_is():
    lab = laboratory(ADAM, BatchesView(b_size=16, b_rate=0.2), 1437)
    assert (lab.optimizer, lab.learning_rate, lab.hyperparameters, lab.batch_size) == ("sgd", 0.2, (), 16)
    assert lab.seed == 3
    assert lab == laboratory(replace(ADAM, language="en"), BatchesView(b_size=16, b_rate=0.2), 1437)
    assert laboratory(ADAM, BatchesView(b_size=512), 100).batch_size == 100


def test_rates_are_one_for_all_or_in_proportion_or_a_list():
    lab = laboratory(ADAM, BatchesView(b_size=10, b_rate=0.5), 1437)
    assert [rates_of(size, lab, "same") for size in (1, 10, 100)] == [(0.5,)] * 3
    assert [rates_of(size, lab, "scaled") for size in (1, 10, 100)] == [(0.05,), (0.5,), (5.0,)]
    assert rates_of(1, lab, "best") == rates_of(100, lab, "best") == TRIED


@pytest.mark.parametrize(("rates", "count"), [("same", 1), ("scaled", 1), ("best", len(TRIED))])
def test_there_are_three_sizes_with_as_many_rates_as_are_tried(rates, count):
    data, lab = load_data("digits"), laboratory(ADAM, BatchesView(), 1437)
    made = list(entrants(lab, data, rates))
    assert [trainer.batches.batch_size for trainer in made] == [1] * count + [32] * count + [1437] * count
    assert [trainer.optimizer.name for trainer in made] == ["sgd"] * 3 * count
    assert tuple(trainer.optimizer.learning_rate for trainer in made[:count]) == rates_of(1, lab, rates)


def test_the_price_counts_the_weights_and_the_steps_of_every_run():
    digits = load_data("digits")
    lab = laboratory(replace(ADAM, hidden=(256, 256)), BatchesView(), 1437)
    weights = 4 * lab.make_network(64, 10).parameter_count
    few, many = (race_cost(lab, digits, rates, 10) for rates in ("same", "best"))
    assert many[0] - few[0] == (len(TRIED) - 1) * 3 * weights  # three sizes, plain SGD remembers nothing
    assert many[1] == pytest.approx(len(TRIED) * few[1])
    assert race_cost(lab, digits, "same", 20)[1] > 1.5 * few[1]


def test_all_samples_are_all_where_that_is_affordable():
    digits, fashion = load_data("digits"), load_data("fashion_mnist")
    assert full_set(Settings(), digits) is digits
    assert len(full_set(Settings(), fashion).y_train) == min(6000, len(fashion.y_train))
    wide = full_set(Settings(hidden=(512,)), fashion)
    assert 500 <= len(wide.y_train) < 6000
    assert full_set(Settings(hidden=(512,)), fashion) is wide  # the same object: results are kept by it
    assert len(full_set(Settings(hidden=(1024,) * 8), fashion).y_train) == 500
    assert isinstance(wide, Dataset)
    assert wide.features == fashion.features


def test_a_link_carries_the_whole_view_and_bad_values_fall_back():
    view = BatchesView(64, 20, "scaled", 0.3, 100, "seconds", "test")
    assert from_query(BatchesView, to_query(view)) == (view, [])
    bad = {
        "b_size": "1", "b_epochs": "51", "b_rates": "fair", "b_rate": "nan", "b_after": "-1", "b_over": "steps",
        "b_loss": "",
    }  # fmt: skip
    found, problems = from_query(BatchesView, bad)
    assert found == BatchesView()
    assert [problem.key for problem in problems] == list(bad)


def test_the_bounds_are_those_of_the_readers():
    assert from_query(BatchesView, {"b_size": str(batches_settings.LARGEST)})[0].b_size == batches_settings.LARGEST
    assert from_query(BatchesView, {"b_size": str(batches_settings.LARGEST + 1)})[1]
