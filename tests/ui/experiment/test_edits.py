"""A run in the URL: its step and edits come back as they were, or a new run begins, with a word why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import datasets, optimizers
from engines.errors import EngineError
from engines.runs.recipe import Conditions
from ui.experiment.edits import MOST_EDITS, read_edits, write_edits
from ui.experiment.fitting import fitted
from ui.experiment.settings import LONGEST_LINK, Settings, fits_link, from_query, to_query, without_run

RATES = st.floats(1e-6, 10).map(lambda value: float(f"{value:.12g}"))
RULES = st.builds(
    lambda name, rate: optimizers.get(name)(learning_rate=rate), st.sampled_from(optimizers.names()), RATES
)
CONDITIONS = st.builds(Conditions, st.sampled_from(["numpy", "torch"]), RULES, st.integers(1, 1437))


@st.composite
def runs(draw):
    recipe = Settings().under(draw(CONDITIONS)).recipe
    for step in sorted(draw(st.sets(st.integers(1, 10**6), max_size=8))):
        recipe = replace(recipe, step=step).edited(draw(CONDITIONS))
    return replace(recipe, step=recipe.step + draw(st.integers(1, 1000)))


@settings(deadline=None)
@given(runs())
def test_a_link_brings_back_the_run(recipe):
    run = Settings().following(recipe)
    assert run.recipe == replace(recipe, identity="")
    assert from_query(Settings, to_query(run)) == (run, [])
    assert read_edits(write_edits(recipe.first, recipe.edits), recipe.first) == recipe.edits


def test_edits_are_written_as_what_differs():
    sgd, adam = optimizers.get("sgd"), optimizers.get("adam")
    recipe = Settings().recipe
    recipe = replace(recipe, step=400).edited(Conditions("numpy", sgd(learning_rate=0.03), 32))
    recipe = replace(recipe, step=900).edited(Conditions("torch", adam(beta_1=0.8), 64))
    assert to_query(Settings().following(recipe)) == {
        "lang": "en",
        "trained": "900",
        "edits": "400~rate~0.03~~900~backend~torch~batch~64~optimizer~adam~beta_1~0.8",
    }


def test_other_pages_see_the_settings_as_they_are_at_the_step():
    run, problems = from_query(Settings, {"rate": "0.5", "trained": "900", "edits": "400~rate~0.03~batch~64"})
    assert not problems
    assert (run.learning_rate, run.batch_size, run.step) == (0.03, 64, 900)
    assert run.recipe.first.optimizer.learning_rate == 0.5


@pytest.mark.parametrize(
    "edits",
    [
        "x", "400", "400~rate", "400~rate~fast", "0~rate~1", "400~rate~1~~400~rate~2", "400~rate~1~~300~rate~2",
        "400~optimizer~lion", "400~backend~caffe", "400~batch~0", "400~gamma~1", "400~rate~-1", "400~rate~nan",
        "~~".join(f"{step}~rate~{step}" for step in range(1, MOST_EDITS + 2)), "9" * 400 + "~rate~1",
    ],
)  # fmt: skip
def test_edits_that_cannot_be_read_make_a_new_run_with_a_word(edits):
    settings, problems = from_query(Settings, {"trained": "900", "edits": edits, "hidden": "16"})
    assert settings == Settings(hidden=(16,))
    assert [problem.key for problem in problems] == ["edits", "trained"]
    assert all(isinstance(problem.reason, EngineError) for problem in problems)


def test_what_a_run_needs_and_is_not_here_is_not_silently_replaced():
    settings, problems = from_query(Settings, {"trained": "900", "backend": "caffe"})
    assert (settings.step, settings.backend) == (0, "numpy")
    assert [problem.key for problem in problems] == ["backend", "trained"]


def test_a_run_on_other_data_is_a_new_one():
    digits = datasets.load("digits")
    run = Settings(step=900, content=digits.identity)
    assert fitted(run) == (run, [])
    other, (problem,) = fitted(replace(run, content="00000000"))
    assert other == Settings()
    assert digits.identity in str(problem.reason)


def test_conditions_that_the_data_do_not_allow_make_a_new_run():
    settings, _problems = from_query(Settings, {"trained": "900", "edits": "400~batch~5000~~500~batch~32"})
    new, (problem,) = fitted(settings)
    assert new == Settings()
    assert problem.key == "trained"


def test_too_many_edits_are_not_in_the_link():
    recipe = Settings().recipe
    for step in range(1, MOST_EDITS + 2):
        run = Settings().following(recipe)
        assert fits_link(run)
        assert len("&".join(f"{key}={value}" for key, value in to_query(run).items())) <= LONGEST_LINK
        rule = optimizers.get("sgd")(learning_rate=step / 7)
        recipe = replace(recipe, step=step).edited(replace(recipe.first, optimizer=rule))
    run = Settings().following(recipe)
    assert not fits_link(run)
    assert to_query(run) == to_query(run.from_first_step)


def test_a_query_without_its_run():
    run = {"trained": "3", "edits": "1~rate~2", "content": "a", "state": "b"}
    others = {"lang": "ko", "rate": "0.5", "scale": "log"}
    assert without_run(others | run) == others
