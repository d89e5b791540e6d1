"""All test images moved by two pixels, at one click: how much of the accuracy is lost, and what normalising saves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from engines.costs.seconds import pass_seconds
from engines.drawing.moved import BY, Moved, moved_in_pieces
from engines.drawing.normalising import Rule
from engines.runs.training_run import Snapshot
from ui.experiment.session import Experiment, held_experiment
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import reading
from ui.parts.long_work import long_work, results, stop
from ui.training_loop.pad.readings import moved_reading

_KEY, _ASKED = "pad.moved", "pad.moved.asked"
_SECONDS_AN_IMAGE = 4e-4  # to normalise it


@dataclass(frozen=True, eq=False)
class _Asked:
    """The moment that the click was made at; it is held until the answer is there."""

    identity: tuple[object, ...]
    step: int
    moment: Snapshot | None


def moving(page: Page, experiment: Experiment, rule: Rule) -> None:
    """The button, and what came of it."""
    _ = page.text
    st.button(
        _("Move all test images by {by} pixels").format(by=BY), key="pad.move", icon=":material/open_with:",
        on_click=guarded(partial(_ask, page)),
    )  # fmt: skip
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None or asked.identity[0] != page.data.identity:
        return
    if asked.moment is None and results().get((_KEY, asked.identity)) is None:
        del st.session_state[_ASKED]  # its result has made room for others
        return
    result = _computed(page, experiment, rule, asked)
    if result is not None:
        st.session_state[_ASKED] = _Asked(asked.identity, asked.step, None)


def _computed(page: Page, experiment: Experiment, rule: Rule, asked: _Asked) -> Moved | None:
    _, trainer, moment = page.text, experiment.run.trainer, asked.moment
    predict = partial(trainer.predict_in_pieces, parameters=moment.parameters if moment else None)
    images = len(page.data.y_test)
    seconds = images * _SECONDS_AN_IMAGE + pass_seconds(trainer.network, 3 * images, trainer.dtype)
    return long_work(
        page,
        _KEY,
        asked.identity,
        lambda: moved_in_pieces(predict, page.data, rule),
        _("Moving the test images"),
        lambda found: reading(moved_reading(found, asked.step, _)),
        size=sum(array.nbytes for array in moment.parameters.values()) if moment else 0,
        seconds=seconds,
    )


def _ask(page: Page) -> None:
    """At the weights as they are at the click."""
    held = held_experiment()
    now = held.job.snapshot if held else None
    if held is None or now is None or held.job.closed:
        return
    stop(_KEY)
    identity = (page.data.identity, tuple(held.run.trainer.network.layer_sizes), now.backend, now.steps, now.hash)
    st.session_state[_ASKED] = _Asked(identity, now.steps, now)
