"""Data that a session has brought: found by that session alone, held once, priced, and gone with who holds it."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engines.datasets.pixels import Pixels
from engines.errors import DatasetUnavailable
from tests.own_sets import own_set
from ui.experiment.session import load_data
from ui.parts.long_work import results
from ui.server import private
from ui.server.budget import Budget, OverBudget
from ui.server.results import Results

MB = 1_000_000


def in_session(script, state=()):
    """Run a function as a page of a session of its own; what it put into `st.session_state.said`."""
    app = AppTest.from_function(script, default_timeout=30)
    for key, value in dict(state).items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception
    return app.session_state["said"]


def test_a_session_finds_what_it_has_brought_and_no_other_does():
    def brings():
        import streamlit as st

        from tests.own_sets import own_set
        from ui.experiment.session import load_data
        from ui.server import private

        kept = private.keep(own_set())
        few = private.find(f"{kept.name}.50")
        st.session_state.said = [
            private.find(kept.name) is kept is load_data(kept.name),
            list(private.own()) == [kept.name],
            len(few.y_train),
            few is load_data(f"{kept.name}.50"),
            private.find(f"{kept.name}.100"),  # it has 70 training images
            private.label_of(kept.name),
        ]

    def guesses():
        import streamlit as st

        from tests.own_sets import own_set
        from ui.server import private

        name = own_set().name
        st.session_state.said = [private.find(name), private.find(f"{name}.50"), private.own(), private.label_of(name)]

    assert in_session(brings) == [True, True, 50, True, None, "pets.zip"]
    name = own_set().name
    assert in_session(guesses) == [None, None, {}, name]
    with pytest.raises(DatasetUnavailable, match=name):
        load_data(name)


def test_what_is_brought_again_is_what_is_held_and_what_is_forgotten_is_gone():
    def script():
        import gc

        import streamlit as st

        from tests.own_sets import own_set
        from ui.jobs import live
        from ui.server import private

        gc.collect()  # claims of the tests before
        before = live.budget().claimed
        first, others = private.keep(own_set()), [private.keep(own_set(seed=seed)) for seed in range(1, 4)]
        again = private.keep(own_set(title="renamed.zip"))
        claimed = live.budget().claimed - before
        said = [again is first, list(private.own())[-1] == first.name, private.label_of(first.name)]
        for name in list(private.own()):
            private.forget(name)
        st.session_state.said = [*said, claimed >= 4 * 90 * 45, live.budget().claimed - before, private.own()]
        del first, others, again

    assert in_session(script) == [True, True, "renamed.zip", True, 0, {}]


def test_only_so_many_are_held_and_two_of_one_name_are_told_apart():
    def script():
        import streamlit as st

        from tests.own_sets import own_set
        from ui.server import private

        made = [private.keep(own_set(seed=seed)).name for seed in range(private.MOST_SETS + 2)]
        st.session_state.said = [list(private.own()) == made[2:], sorted(private.labels().values())]

    right, labels = in_session(script)
    assert right
    assert len(set(labels)) == private.MOST_SETS
    assert all(label.startswith("pets.zip (own-") for label in labels)


def test_one_copy_is_held_of_the_same_content_and_never_given_for_other_content():
    contents, first, twin = private.Contents(), own_set(), own_set()
    assert contents.once(first) is contents.once(twin) is first
    forged = replace(own_set(seed=5), name=first.name)  # as one whose short hash was made to be the same
    assert contents.once(forged) is forged
    whiter = replace(first, x_test=Pixels(np.array(first.x_test.values), 254 if first.x_test.max() < 1 else 255))
    assert contents.once(whiter) is (first if whiter.x_test.brightest == 255 else whiter)
    gone = weakref.ref(first)
    del first, twin, whiter
    gc.collect()
    assert gone() is None
    other = own_set()
    assert contents.once(other) is other


def test_what_somebody_calls_their_file_is_not_shared_with_the_content():
    held = private._untitled(own_set(title="Anna's letters.zip"))
    assert held.title == ""
    assert held.identity == own_set().identity


def test_what_several_hold_counts_once_for_all_of_them():
    budget, thing = Budget(session=100 * MB, process=150 * MB), object()
    held = [budget.claim(name, "own", 90 * MB, shared=thing) for name in ("ada", "bob", "eve")]
    assert budget.claimed == 90 * MB
    with pytest.raises(OverBudget, match="may use 100 MB here, of which 10 MB"):
        budget.claim("ada", "run", 20 * MB)
    with pytest.raises(OverBudget, match="share 150 MB, of which 60 MB"):
        budget.claim("dan", "own", 90 * MB, shared=object())
    held.pop(0).release()
    assert budget.claimed == 90 * MB
    held.clear()
    assert budget.claimed == 0


def test_results_on_own_data_stay_with_the_session():
    def script():
        from types import SimpleNamespace

        import streamlit as st

        from ui.experiment.settings import Settings
        from ui.parts.long_work import long_work
        from ui.text import Text

        class Done:
            share = 1.0

        st.session_state.settings = settings = Settings(data=st.session_state.data)
        page = SimpleNamespace(text=Text("en"), settings=settings)
        drawn = []
        for _again in range(2):
            long_work(page, "private.test", settings.data, lambda: iter([Done()]), "Working", drawn.append)
        st.session_state.said = len(drawn), len({*map(id, drawn)})

    name = own_set().name
    assert in_session(script, {"data": "digits"}) == (2, 1)
    assert results().get(("private.test", "digits")) is not None
    assert in_session(script, {"data": name}) == (2, 1)
    assert results().get(("private.test", name)) is None


def test_labels_are_short_and_in_one_line():
    assert private._shortened("a\nb\u202ec.zip") == "a b c.zip"
    long = private._shortened("x" * 500 + ".zip")
    assert len(long) <= private.LONGEST_LABEL
    assert long.endswith(".zip")


def test_a_store_of_no_size_keeps_nothing():
    empty = Results(0.0)
    empty.put("a", 1)
    assert empty.get("a") is None
