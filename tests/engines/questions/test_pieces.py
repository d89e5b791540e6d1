"""Between two pieces of a question about a run no more rows pass through the weights than one piece may hold.

Counted, not timed: the size of a piece is set far down, so that a small network is a large one.
"""

import pytest

from engines import backends, pieces, questions
from engines.datasets.subset import subset
from engines.network import Network
from engines.questions import asked
from tests.engines.metered import Metered, pieces_of

NETWORK = Network([64, 12, 10])
PIECE = 30 * NETWORK.parameter_count  # rows × weights: 30 samples forward and backward, 90 forward
RACE = {"optimizers": ("sgd", "adam"), "steps": 3}
QUESTIONS = {
    "entry_after_step": {"parameter": "W1", "entry": (20, 3)},
    "loss_fall": {},
    "score": {},
    "distinct_units": {},
    "entries_moved": {},
    "entry_gradient": {"parameter": "W1", "entry": (20, 3)},
    "entry_change": {"parameter": "W2", "entry": (3, 3), "size": 0.1},
    "step_along_gradient": {"mark": "best"},
    "batch_gradient": {"batch": 200},
    "spread_shrinks": {"batch": 199},
    "same_samples": {"batch": 100},
    "race_winner": RACE | {"rates": (0.1, 0.01)},
    "best_rate": {"optimizer": "sgd", "grid": (0.01, 0.1), "steps": 3},
    "tuned_winner": RACE | {"grid": (0.01, 0.1)},
    "ranks_changed": RACE | {"rates": (0.1, 0.01), "grid": (0.01, 0.1)},
    "dead_units": {},
    "lowest_test_epoch": {"epochs": 3},
    "course_of_test_loss": {"epochs": 3},
    "lower_curve": {"epochs": 3},
    "difference_after": {"steps": 3, "other": "float32"},
    "difference_course": {"steps": 3, "other": "float32"},
    "first_difference": {"steps": 3, "other": "float32"},
}


@pytest.fixture
def meter(monkeypatch, digits):
    """The backend of every run; the digits are two hundred."""
    made, few = Metered(), subset(digits, 200, 150)
    monkeypatch.setattr(pieces, "ROWS_TIMES_WEIGHTS", PIECE)
    monkeypatch.setattr(pieces, "MANY_NUMBERS", 100)
    monkeypatch.setattr(backends, "get", lambda name: made)
    monkeypatch.setattr("engines.datasets.load", lambda name: few)
    return made


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_piece_is_too_large(recipe, meter, name):
    run = recipe(batch=200, hidden=(12,), step=3)
    found = pieces_of(asked(questions.get(name), run, QUESTIONS[name]), meter)
    assert sum(found) > 3 * PIECE
    assert max(found) <= 3 * PIECE
