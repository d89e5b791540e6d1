"""A recipe on the digits that anything can be changed of, questions answered at once, and the same run by hand."""

from dataclasses import replace

import pytest

from engines import optimizers, questions
from engines.pieces import PIECE
from engines.questions import asked
from engines.runs.recipe import Conditions, Recipe
from tests.engines.questions.by_hand import Run


@pytest.fixture
def recipe():
    """64-32-10 in float64, plain SGD; `first` are the conditions."""

    def make(rate=0.1, batch=32, optimizer="sgd", step=0, **settings):
        rule = optimizers.get(optimizer)(learning_rate=rate)
        first = Conditions("numpy", rule, batch)
        usual = Recipe("digits", (32,), "relu", "he", "cross_entropy", 3, "float64", first, step=step)
        return replace(usual, **settings)

    return make


@pytest.fixture
def answer(recipe):
    """The answer to a question by name, about a recipe or the usual one; between its pieces comes `PIECE` alone."""

    def ask(name, run=None, /, **arguments):
        work = asked(questions.get(name), run or recipe(), arguments)
        pieces = 0
        while True:
            try:
                made = next(work)
            except StopIteration as end:
                assert pieces > 0
                return end.value
            assert made is PIECE
            pieces += 1

    return ask


@pytest.fixture
def by_hand(digits):
    """That run in plain NumPy."""

    def make(rate=0.1, batch=32, sizes=(64, 32, 10), seed=3, **settings):
        return Run(digits, sizes, seed, rate, batch, **settings)

    return make
