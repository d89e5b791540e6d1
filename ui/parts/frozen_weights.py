"""The weights that a page looks at without training them: a frozen copy at one step, and f(W) on its next batch.

They are those of the session's run at a step: copied, where the live run is just there, or trained anew by its
recipe, which gives the same. The run itself is never touched. What they take is claimed before they are made, and held
until another page needs the place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
import streamlit as st

from engines import backends
from engines.costs.analysis_memory import frozen_bytes, frozen_row_bytes
from engines.costs.seconds import check_pass, step_seconds
from engines.datasets.base import Dataset
from engines.errors import EngineError
from engines.gradients.frozen import Frozen, frozen, frozen_at
from engines.gradients.loss_function import LossFunction
from engines.pieces import InPieces, is_light
from engines.runs.recipe import Recipe
from engines.runs.state_at_step import StateAtStep, state_in_pieces
from ui.experiment.edits import MOST_STEPS
from ui.experiment.readers import optional, whole, write_optional
from ui.experiment.session import Experiment, held_experiment, wanted
from ui.experiment.settings import Settings
from ui.failures import guarded
from ui.frame import Page
from ui.jobs import live
from ui.parts.long_work import long_work, stop
from ui.server.budget import Claim, OverBudget
from ui.server.limits import limits

T = TypeVar("T")

_KEY, _COPY, _WORK = "tensors", "tensors.copy", "tensors.training"


@dataclass(frozen=True, eq=False)
class Held:
    """W0 and f: `recipe` says which, `settings` what computes them. `claim` is of the memory that all of it takes."""

    settings: Settings
    recipe: Recipe
    data: Dataset
    frozen: Frozen
    claim: Claim
    _made: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def state(self) -> StateAtStep:
        return self.frozen.state

    @property
    def f(self) -> LossFunction:
        return self.frozen.f

    @property
    def loss(self) -> float:
        return self.frozen.loss

    @property
    def gradients(self) -> dict[str, np.ndarray]:
        """gradient(f)(W0) on the page's backend."""
        return self.frozen.gradients

    @property
    def identity(self) -> str:
        """Tells these numbers from all others."""
        return self.frozen.identity

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        return self.state.parameters

    @property
    def is_light(self) -> bool:
        """Whether passes over this batch are so little work that the page makes them itself."""
        return is_light(len(self.f.x), self.f.network.parameter_count)

    def gradients_by(self, backend: str) -> InPieces[dict[str, np.ndarray]]:
        """The same gradient, computed by another backend; kept."""
        if backend == self.f.backend.name:
            return self.gradients
        if backend not in self._made:
            f = replace(self.f, backend=backends.get(backend))
            self._made[backend] = None, (yield from f.gradient_in_pieces(self.parameters))
        return self._made[backend][1]

    def once(self, name: str, shaped_by: Any, make: Callable[[], T]) -> T:
        """What `make` gives, made anew only when `shaped_by` has changed: a large tensor's picture takes a while."""
        if name not in self._made or self._made[name][0] != shaped_by:
            self._made[name] = (shaped_by, make())
        return self._made[name][1]


class _Copy(NamedTuple):
    """The live run's state at that recipe."""

    recipe: Recipe
    state: StateAtStep


# The step that a link says; "now" (None) is the run's present one
read_step, write_step = optional("now", whole(0, MOST_STEPS)), write_optional("now")


def held_weights(page: Page) -> Held | None:
    """The page's weights; None while they are still being made, which is shown then.

    Raises `OverBudget` or `TakesTooLong` where they and their gradients would take too much.
    """
    at = page.view.at
    if at is None:
        experiment = live_run(page)
        at = _copied(page, experiment) if experiment else None
        if at is None:
            page.settle(at=(at := page.settings.step))
        else:
            page.change(at=at)
    settings, recipe = page.settings.experiment, recipe_at(page, at)
    held: Held | None = st.session_state.get(_KEY)
    if held is None or (held.settings, held.recipe) != (settings, recipe) or held.data is not page.data:
        forget()
        try:
            held = _made(page, settings, recipe)
        except OverBudget as error:
            raise _with_a_batch(page, error) from None
    return held


def recipe_at(page: Page, step: int) -> Recipe:
    """The session's run at that step."""
    return replace(page.settings.recipe, identity=page.data.identity).at(step)


def live_run(page: Page) -> Experiment | None:
    """This session's training run, if it goes by the page's settings."""
    held = held_experiment()
    if held is None or held.job.closed or held.settings.experiment != page.settings.experiment or wanted():
        return None
    return held if held.run.trainer.data is page.data else None


def take_present_weights(page: Page, **options: Any) -> None:
    """A button, where there is a run: the next run of the page takes that run's weights."""
    if not held_experiment():
        return
    _, run = page.text, live_run(page)
    st.button(
        _("Use the run's current weights"),
        key="take_weights",
        icon=":material/content_copy:",
        on_click=guarded(partial(_take, page)),
        disabled=run is None,
        help=None if run else _("The run on the Training loop page has different settings."),
        **options,
    )


def _take(page: Page) -> None:
    forget()
    page.change(at=None)


def have_diverged(page: Page, held: Held) -> bool:
    """Whether there is nothing to look at any more; then this is said, with a way on."""
    if held.state.step == held.recipe.step and held.state.is_finite and math.isfinite(held.loss):
        return False
    _ = page.text
    text = _("At step {step:,} the weights or the loss are no longer finite: there is no gradient to look at.")
    st.error(text.format(step=held.state.step), icon="💥")
    st.button(_("Fresh weights"), on_click=guarded(partial(page.change, at=0)), key="fresh_weights")
    return True


def forget() -> None:
    """The session holds no such weights any more."""
    if held := st.session_state.pop(_KEY, None):
        held.claim.release()


def _copied(page: Page, experiment: Experiment) -> int | None:
    """Copy the run between two of its steps; returns the step for the link, or None if that was not to be.

    A batch drawn by the stepper is the one that comes next.
    """
    forget()
    claim = live.claimed(_KEY, _size(page))  # first of all: there may be no place for a copy
    run = experiment.run

    def copy() -> InPieces[tuple[StateAtStep, Recipe]]:
        begun = run.iteration if run.iteration is not None and run.iteration.stage < 5 else None
        position = run.trainer.batches.position()
        run.trainer.set_batch_size(run.conditions.batch_size)
        batch = begun.batch if begun else run.trainer.draw_batch()
        run.trainer.batches.move_to(position)
        return (yield from state_in_pieces(run.trainer, batch)), run.recipe

    try:
        state, recipe = experiment.job.do(copy)
    except EngineError:  # closed at this very moment, or too busy
        return None
    finally:
        claim.release()
    st.session_state[_COPY] = _Copy(recipe, state)
    return state.step


def _made(page: Page, settings: Settings, recipe: Recipe) -> Held | None:
    """Trained from the first step, or from the copy of the live run; sessions share what is trained."""
    data, at, (network, _rule) = page.data, recipe.step, _shaped(page)
    check_pass(network, settings.batch_size, "float64", limits().seconds)
    copy: _Copy | None = st.session_state.get(_COPY)
    if copy is not None and copy.recipe != recipe:
        copy = st.session_state.pop(_COPY) and None
    if copy:
        identity, work = (settings, recipe, id(copy)), partial(_from_copy, settings, data, copy.state)
    else:
        identity, work = (settings, recipe, len(data.y_train)), partial(_trained, settings, data, recipe)
    if at == 0 and is_light(settings.batch_size, network.parameter_count):
        *_, found = work()
    else:
        seconds = at * step_seconds(network, settings.batch_size, settings.dtype)
        found = _by_the_scheduler(page, identity, work, seconds, at)
    if found is None:
        return None
    stop(_WORK)  # its memory is this one's now
    st.session_state.pop(_COPY, None)
    claim = live.claimed(_KEY, _size(page))
    st.session_state[_KEY] = held = Held(settings, recipe, data, found, claim)
    live.spare(_KEY, forget)
    return held


def _by_the_scheduler(
    page: Page, identity: Hashable, work: Callable[[], Iterator[Any]], seconds: float, at: int
) -> Frozen | None:
    _ = page.text
    return long_work(
        page,
        _WORK,
        identity,
        work,
        _("Training to step {step:,}").format(step=at),
        size=_size(page),
        seconds=seconds,
    )


def _trained(settings: Settings, data: Dataset, recipe: Recipe) -> Iterator[Any]:
    """By the recipe; what is looked at then is computed by the page's backend."""
    trainer = yield from settings.under(recipe.first).make_trainer_in_pieces(data)
    yield from frozen_at(trainer, recipe.step, repr(settings), recipe.edits, backends.get(settings.backend))


def _from_copy(settings: Settings, data: Dataset, state: StateAtStep) -> Iterator[Any]:
    trainer = settings.make_trainer(data, parameters=state.parameters)
    yield (yield from frozen(trainer, state, repr(settings)))


def _with_a_batch(page: Page, error: OverBudget) -> OverBudget:
    """The same; where only the batch is too large it says which one fits."""
    network, _rule = _shaped(page)
    size, batch = _size(page), page.settings.batch_size
    rows = batch - math.ceil((size - error.available) / frozen_row_bytes(network))
    if rows < 1:
        return error
    return OverBudget(
        "This needs {asked:,.0f} MB of memory, but only {free:,.0f} MB are free for you. With these layers a "
        "batch of at most {rows:,} fits.",
        available=error.available,
        asked=size / 1e6,
        free=error.available / 1e6,
        rows=rows,
    )


def _size(page: Page) -> int:
    (network, rule), settings = _shaped(page), page.settings
    return frozen_bytes(network, rule, settings.batch_size, settings.dtype, len(backends.names()))


def _shaped(page: Page) -> tuple[Any, Any]:
    """The network and its optimizer."""
    return page.settings.make_network(page.data.features, page.data.classes), page.settings.make_optimizer()
