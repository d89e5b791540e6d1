"""What one page holds and can make again gives way to what another page needs; what does not fit is refused."""

import pytest

from tests.pages.driving import finished, open_page
from ui.jobs import live
from ui.server.budget import Budget

WIDE = {"hidden": "512-512", "step": "0"}  # some 19 MB frozen, 10 MB as a run


@pytest.fixture
def budget(monkeypatch):
    """A session's budget in bytes, set anew."""

    def set_to(size):
        made = Budget(size, 1e9)
        monkeypatch.setattr(live, "budget", lambda: made)
        return made

    return set_to


def test_frozen_weights_give_way_to_a_run(budget):
    allowed = budget(25e6)
    app = finished(open_page("gradient_tensors", **WIDE))
    assert "tensors" in app.session_state
    assert 10e6 < allowed.claimed <= 25e6
    app.switch_page("pages/training_loop.py").run()
    assert not app.error
    assert not app.exception
    assert "tensors" not in app.session_state


def test_weights_that_do_not_fit_are_refused_and_a_batch_that_fits_is_named(budget):
    budget(12e6)
    app = open_page("gradient_tensors", data="fashion_mnist", batch="3000")
    told = next(error.value for error in app.error if "a batch of at most" in error.value)
    rows = told.split("at most ")[1].split(" ")[0].replace(",", "")
    assert 0 < int(rows) < 3000
    app = open_page("gradient_tensors", data="fashion_mnist", batch=rows)
    assert not any("MB of memory" in error.value for error in app.error)
