"""The racers in the URL: what is written is read again, what cannot be used is refused with a word."""

import pytest

from engines import optimizers
from engines.errors import EngineError
from ui.experiment.settings import Settings, from_query, to_query
from ui.optimizers.race.racers import ALL, read_racers, replaced, write_racers
from ui.optimizers.race.settings import RaceView
from ui.optimizers.view import OptimizersView


def get(name, **values):
    return optimizers.get(name)(**values)


@pytest.mark.parametrize(
    ("racers", "text"),
    [
        (ALL, "sgd;momentum;nesterov;adagrad;rmsprop;adam"),
        ((get("sgd", learning_rate=0.5),), "sgd,rate:0.5"),
        (
            (get("momentum", momentum=0.5, learning_rate=0.02), get("adam", beta_1=0.8)),
            "momentum,rate:0.02,momentum:0.5;adam,beta_1:0.8",
        ),
    ],
)
def test_what_is_written_is_read_again(racers, text):
    assert write_racers(racers) == text
    assert read_racers(text) == racers


def test_they_stand_in_the_chapters_order():
    assert read_racers("adam;sgd") == (get("sgd"), get("adam"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no optimizer"),
        ("sgd;turbo", "turbo"),
        ("sgd;sgd,rate:0.5", "once"),
        ("sgd,rate:fast", "a number"),
        ("sgd,rate:-1", "learning_rate"),
        ("sgd,rate:inf", "finite"),
        ("sgd,momentum:0.9", "momentum"),
        ("adam,beta_1:1", "beta_1"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(text, reason):
    with pytest.raises(EngineError, match=reason):
        read_racers(text)


def test_one_is_replaced_by_its_namesake():
    faster = get("adam", learning_rate=0.01)
    assert replaced(ALL, faster) == (*ALL[:-1], faster)


def test_the_rate_outside_is_raced_by_those_with_a_velocity():
    view = RaceView(racers=ALL, outside=True)
    assert [racer.name for racer in view.entrants[6:]] == ["momentum_rate_outside", "nesterov_rate_outside"]
    assert RaceView(racers=ALL).entrants == ALL


@pytest.mark.parametrize("query", [{"judged": "123"}, {"target": "0.31"}, {"schedule": "linear"}, {"over": "0"}])
def test_a_link_that_says_it_wrongly_falls_back_with_a_problem(query):
    view, problems = from_query(RaceView, query)
    assert view == RaceView()
    assert [problem.key for problem in problems] == list(query)


def test_the_view_survives_its_url():
    view = OptimizersView(
        scene="anatomy", racers=(get("adam", learning_rate=0.01),), schedule="cosine", schedule_steps=100,
        outside=True, axis="seconds", judged_at=100, target=0.05, ranking="target", dissected="adam", tensor="b2",
    )  # fmt: skip
    assert from_query(OptimizersView, to_query(view)) == (view, [])


def test_no_two_choices_share_a_name_in_the_url():
    own = [spec.metadata["key"] for spec in OptimizersView.__dataclass_fields__.values()]
    experiment = [spec.metadata.get("key") for spec in Settings.__dataclass_fields__.values()]
    hyperparameters = [name for rule in optimizers.names() for name in vars(optimizers.get(rule)())]
    assert len(own) == len(set(own))
    assert not set(own) & {*experiment, *hyperparameters}
