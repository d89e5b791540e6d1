"""The weights that a page looks at without training them: a frozen copy at one step, and f(W) on its next batch.

They are the live run's, copied between two of its steps, or those that the link's step says, trained anew. The
run itself is never touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from engines import backends, losses
from engines.datasets.base import Dataset
from engines.errors import EngineError
from engines.loss_function import LossFunction
from engines.state_at_step import StateAtStep, state_of, train_to
from engines.training import Batch, Checkpoint
from ui.experiment import Experiment
from ui.frame import Page
from ui.link import change_view, settle_view
from ui.long_work import long_work
from ui.readers import optional, whole, write_optional
from ui.settings import Settings

T = TypeVar("T")

LATEST = 2000  # the last step that a link trains to
_KEY = "tensors"


@dataclass(frozen=True, eq=False)
class Held:
    """W0 and f: `origin` is what the link must say for it, `strays` why the link does not give these numbers.

    `gradients` is gradient(f)(W0) on the page's backend; `identity` tells these numbers from all others.
    """

    origin: tuple[Settings, int]
    data: Dataset
    state: StateAtStep
    f: LossFunction
    loss: float
    gradients: dict[str, np.ndarray]
    identity: str
    strays: str = ""
    _made: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        return self.state.parameters

    def gradients_by(self, backend: str) -> dict[str, np.ndarray]:
        """The same gradient, computed by another backend."""
        f = replace(self.f, backend=backends.get(backend))
        return self.once(backend, None, lambda: f.gradient(self.parameters))

    def once(self, name: str, shaped_by: Any, make: Callable[[], T]) -> T:
        """What `make` gives, made anew only when `shaped_by` has changed: a large tensor's picture takes a while."""
        if name not in self._made or self._made[name][0] != shaped_by:
            self._made[name] = (shaped_by, make())
        return self._made[name][1]


# The step that a link says; "now" (None) are the live run's present weights
read_step, write_step = optional("now", whole(0, LATEST)), write_optional("now")


def held_weights(page: Page) -> Held | None:
    """The page's weights; None while they are still being trained, which is shown then."""
    settings, at = page.settings.without_language, page.view.at
    if at is None and (experiment := live_run(page)) and (taken := _taken(page, experiment)):
        return taken
    if at is None:
        settle_view(at=(at := 0))
    held: Held | None = st.session_state.get(_KEY)
    if held is None or held.origin != (settings, at) or held.data is not page.data:
        state = _trained(page, settings, at)
        held = None if state is None else _hold(page, settings, at, state, "diverged" if state.step < at else "")
    return held


def live_run(page: Page) -> Experiment | None:
    """This session's training run, if it goes by the page's settings."""
    held: Experiment | None = st.session_state.get("training")
    if held is None or held.job.closed or held.settings.without_language != page.settings.without_language:
        return None
    return held if held.run.trainer.data is page.data else None


def take_present_weights() -> None:
    """The next run of the page takes the live run's weights."""
    st.session_state.pop(_KEY, None)
    change_view(at=None)


def _taken(page: Page, experiment: Experiment) -> Held | None:
    """A copy of the run between two of its steps; a batch drawn by the stepper is the one that comes next."""

    def copy() -> tuple[Checkpoint, Batch | None, bool]:
        run = experiment.run
        begun = run.iteration is not None and run.iteration.stage < 5
        return run.trainer.checkpoint(), run.iteration.batch if begun else None, bool(run.edits)

    try:
        checkpoint, batch, edited = experiment.job.do(copy)
    except EngineError:  # closed at this very moment, or too busy
        return None
    settings = page.settings.without_language
    trainer = settings.make_trainer(page.data)
    trainer.restore(checkpoint)
    change_view(at=min(checkpoint.step, LATEST))
    strays = "edited" if edited else "late" if checkpoint.step > LATEST else ""
    return _hold(page, settings, min(checkpoint.step, LATEST), state_of(trainer, batch), strays)


def _trained(page: Page, settings: Settings, at: int) -> StateAtStep | None:
    """The state at that step, trained from the first one; shared by all sessions that ask for it."""
    if at == 0:
        return state_of(settings.make_trainer(page.data))
    _ = page.text
    found: list[StateAtStep] = []
    long_work(
        page,
        "tensors.training",
        (settings, at, len(page.data.y_train)),
        lambda: train_to(settings.make_trainer(page.data), at),
        lambda state: found.append(state) if state.batch else None,
        _("Training to step {step:,}").format(step=at),
    )
    return found[0] if found else None


def _hold(page: Page, settings: Settings, at: int, state: StateAtStep, strays: str) -> Held:
    network = settings.make_network(page.data.features, page.data.classes)
    f = LossFunction(
        backends.get(settings.backend), network, losses.get(settings.loss), state.batch.x, state.batch.labels
    )
    with np.errstate(all="ignore"):
        loss, gradients = f.value(state.parameters), f.gradient(state.parameters)
    digest = hashlib.blake2b(repr((settings, state.batch.indices.tolist())).encode(), digest_size=16)
    for values in state.parameters.values():
        digest.update(values.tobytes())
    held = Held((settings, at), page.data, state, f, loss, gradients, digest.hexdigest(), strays)
    st.session_state[_KEY] = held
    return held
