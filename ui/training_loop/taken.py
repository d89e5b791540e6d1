"""What the training loop's run gives to take home, and a recipe that is brought back."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from engines import exports
from engines.datasets.own_names import is_own
from engines.errors import EngineError
from engines.runs.training_run import Snapshot
from ui.charts.saved import svg
from ui.charts.training_loop.curves import accuracy_chart, accuracy_rows, loss_chart, loss_rows
from ui.experiment.link import open_recipe
from ui.experiment.session import Experiment, load_data
from ui.frame import Page
from ui.parts import upload
from ui.parts.take_home import Taken, take_home
from ui.server import private
from ui.training_loop.kept import courses

_KEY, _FILE, _REFUSED = "take_home", "take_home.open", "take_home.refused"


def take_run_home(page: Page, experiment: Experiment) -> None:
    """The menu of the live run."""
    _, snapshot = page.text, experiment.job.snapshot
    why_not = "" if snapshot and snapshot.steps else _("There is nothing to take before the first step.")
    take_home(page, _KEY, lambda: _taken(experiment), _charts(page, experiment), why_not, lambda: _bring_back(page))


def _charts(page: Page, experiment: Experiment) -> dict[str, Callable[[], str]]:
    """The curves as they are drawn, with the kept runs that lie over them."""
    _, log, loss, classes = page.text, page.view.scale == "log", page.settings.loss, len(page.data.class_names)
    kept = {quantity: courses(st.session_state, quantity) for quantity in ("loss", "accuracy")}
    return {
        "loss": lambda: svg(
            loss_chart(_, log, loss, classes), loss_rows(_present(experiment), _, kept["loss"]).frame()
        ),
        "accuracy": lambda: svg(accuracy_chart(_), accuracy_rows(_present(experiment), _, kept["accuracy"]).frame()),
    }


def _present(experiment: Experiment) -> Snapshot:
    snapshot = experiment.job.snapshot
    assert snapshot is not None, "the menu stands where there is one"
    return snapshot


def _taken(experiment: Experiment) -> Taken:
    snapshot = _present(experiment)
    return Taken(
        snapshot.recipe,
        _reference(snapshot),
        exports.curves_csv(snapshot.bins, snapshot.tests),
        snapshot.parameters,
    )


def _reference(snapshot: Snapshot) -> list[tuple[int, float]]:
    return [(mark.step, mark.loss) for mark in snapshot.marks if math.isfinite(mark.loss)]


def _bring_back(page: Page) -> None:
    """A recipe's file opens its run."""
    _ = page.text
    upload.field(page.name, _FILE, _("Open a recipe (JSON)"), _open, upload.MB, type="json")
    if refused := st.session_state.get(_REFUSED):
        st.error(_.error(refused))


def _open() -> None:
    """What cannot be read is said, and nothing has changed."""
    for taken in upload.take(_FILE):
        st.session_state[_REFUSED] = None
        try:
            _open_recipe(taken.file.getvalue())
        except EngineError as error:
            st.session_state[_REFUSED] = error


def _open_recipe(content: bytes) -> None:
    """Make the recipe in the file the session's run. Raises `EngineError`."""
    recipe = exports.recipe_from_json(content)
    if not is_own(recipe.data) or private.find(recipe.data):  # else the page says what is missing, and waits for it
        data = recipe.checked(load_data(recipe.data))
        recipe.conditions.check(len(data.y_train), recipe.dtype)
    open_recipe(recipe)
