"""The experiment of this browser session: its data, its one training run, and the job that advances it.

A run is made once from the settings that shape it from its first step; what may change in mid-run (backend,
optimizer, rates, batch size) is handed to the running one as a command.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from engines import datasets
from engines.costs.run_memory import run_bytes
from engines.datasets.base import Dataset
from engines.datasets.own_names import is_own
from engines.errors import EngineError
from engines.runs.identity import environment_code
from engines.runs.recipe import Recipe
from engines.runs.timeline import timeline_bytes
from engines.runs.training_run import Snapshot, TrainingRun
from ui import failures
from ui.experiment.ended import remember
from ui.experiment.settings import Settings
from ui.jobs import live
from ui.jobs.scheduler import Job
from ui.jobs.speed_limit import SpeedLimit
from ui.reader import reader
from ui.server import private
from ui.server.budget import Claim
from ui.server.saved import saved_states

KEY = "training"  # of the run, in the session and among its jobs
_LINK, _WANTED, _STATE = "training.link", "training.wanted", "training.state"
_FIRST = "training.first"
_PAST = "training.past"


def load_data(name: str) -> Dataset:
    """A data set by name: one that this session has brought, or one that all sessions share.

    Raises what `datasets.load` raises.
    """
    if is_own(name):
        return private.find(name) or datasets.load(name)
    return shared_data(name)


@st.cache_resource(show_spinner=False)
def shared_data(name: str) -> Dataset:
    """A data set that is everybody's; its test images are also those of its variants with few training images."""
    whole_name, count = datasets.parted(name)
    if count is None or whole_name not in datasets.names():
        return datasets.load(name)
    whole = shared_data(whole_name)
    return datasets.with_few(whole, count) if count in datasets.fewer(whole) else datasets.load(name)


class Experiment(NamedTuple):
    """The session's run, the settings it follows now, and its job."""

    settings: Settings
    run: TrainingRun
    job: Job[Snapshot]
    past: Claim | None = None  # of the memory for the states to go back to


def held_experiment() -> Experiment | None:
    """The session's experiment as it is, if it has one."""
    return st.session_state.get(KEY)


def session_experiment(settings: Settings) -> Experiment:
    """The session's experiment brought to `settings`: the same run if it can follow them, else a new one.

    Where their step lies elsewhere, `wanted` says so: whoever shows the run brings it there.
    """
    held = held_experiment()
    if held and held.job.abandoned:
        failures.say_abandoned(reader())
    if held is None or held.job.abandoned:
        experiment = _begin(settings)
        st.session_state[_FIRST] = wanted()
        return experiment
    if held.job.closed:
        return _begin(settings.from_first_step)
    if origin(held.settings) != origin(settings):
        run = held.run
        remember(KEY, origin(held.settings), run.trainer.steps, run.recipe)
        return _begin(settings)
    if held.run.trainer.data is not load_data(settings.data):  # the full data has been downloaded since
        return _begin(settings)
    live.grow(KEY)
    if st.session_state.pop(_LINK, False):
        _want(settings)
    elif settings.conditions != held.settings.conditions:
        reached(held)
        _apply(settings, held)
    if settings != held.settings:
        st.session_state[KEY] = held = held._replace(settings=settings)
    return held


def is_at_rest() -> bool:
    """Whether the session's run makes no step by itself."""
    held = held_experiment()
    return held is None or not live.is_live(held.job.state)


def open_at_step() -> None:
    """The settings come from a link: their step and edits are those of the run that is wanted."""
    st.session_state[_LINK] = True


def wanted() -> Recipe | None:
    """The recipe that the run is still to be brought to."""
    return st.session_state.get(_WANTED)


def was_wanted_at_first(recipe: Recipe) -> bool:
    """Whether the session began with a link to that one, or to an earlier step: a browser may know a later one."""
    first = st.session_state.get(_FIRST)
    if first is None or recipe.step < first.step:
        return False
    return recipe == replace(first, step=recipe.step, edits=recipe.edits)


def state_of_link() -> str:
    """The name that the link gave to the state that was wanted last; "" if it gave none."""
    return st.session_state.get(_STATE, "")


def reached(experiment: Experiment) -> None:
    """The run stands where it was wanted, or nobody wants that any more."""
    st.session_state.pop(_WANTED, None)


def _want(settings: Settings) -> None:
    recipe = replace(settings.recipe, identity=load_data(settings.data).identity)
    st.session_state[_WANTED], st.session_state[_STATE] = recipe, settings.state


def _begin(settings: Settings) -> Experiment:
    """A new run; where the settings lie at a later step, it is wanted there."""
    st.session_state.pop(_LINK, None)
    st.session_state.pop(_WANTED, None)
    experiment = start_over(settings.under(settings.recipe.first), settings)
    if settings.step:
        _want(settings)
    return experiment


def followed(settings: Settings) -> Settings:
    """The settings with what the session's run says of itself: its step, and what its course has brought.

    Not where they wait to be handed to it, are those of another run, or say a step to which it is still to be brought.
    """
    held = held_experiment()
    if held is None or held.job.closed or not held.job.is_obedient or origin(held.settings) != origin(settings):
        return settings
    if held.settings.conditions != settings.conditions or wanted() or st.session_state.get(_LINK):
        return settings
    before, settings = settings, settings.following(held.run.recipe)
    if settings != before:
        settings = replace(settings, state="")  # it named the state of another step
    snapshot = held.job.snapshot
    if snapshot is not None and is_at_rest() and settings.step and snapshot.recipe == held.run.recipe:
        settings = replace(settings, state=f"{snapshot.hash}.{environment_code(settings.backend)}")
    st.session_state[KEY] = held._replace(settings=settings)
    return settings


def changed(settings: Settings, **values: Any) -> Settings:
    """The settings after a change: one that a run can follow is an edit at its step, any other makes a new run."""
    now = replace(settings, **values)
    if not settings.step:
        return now
    if origin(now) != origin(settings):
        return now.from_first_step
    try:
        recipe = settings.recipe.edited(now.conditions)
    except EngineError:
        return now  # it will be fitted
    return replace(now.following(recipe), state="")


def start_over(settings: Settings, followed: Settings | None = None) -> Experiment:
    """A new run from the first step; the one before it is closed. Raises `OverBudget` for one that is too large."""
    data = load_data(settings.data)
    st.session_state.pop(_WANTED, None)
    return _hold(followed or settings.from_first_step, lambda: TrainingRun(settings.make_trainer(data), saved_states()))


def return_to_good(experiment: Experiment) -> None:
    """After a divergence: the last good state, with a job that can go on from it."""
    experiment.job.do(experiment.run.return_to_good_in_pieces)
    _renewed(experiment)


def go_to(experiment: Experiment, recipe: Recipe, patience: float = 1.0) -> Experiment:
    """Bring the run to a recipe that begins like it, as fast as may be; what takes longer than `patience` goes on."""
    experiment.job.pause()
    left = experiment.job.do(lambda: experiment.run.turn_to(recipe))
    if experiment.job.state in ("finished", "failed", "cancelled"):
        experiment = _renewed(experiment)
    if left:
        experiment.job.run(left, timeout=patience)
    return experiment


def seconds_to(experiment: Experiment, recipe: Recipe) -> float:
    """About how long that takes."""
    return experiment.run.seconds_to(recipe)


def _renewed(experiment: Experiment) -> Experiment:
    """The run with a new job, which can go on."""
    run = copy(experiment.run)  # the old job is closed, which empties the run it had
    return _hold(experiment.settings, lambda: run, experiment.job.limit)  # at the speed that it had come to


def _hold(settings: Settings, make: Callable[[], TrainingRun], limit: SpeedLimit | None = None) -> Experiment:
    made: list[TrainingRun] = []

    def job() -> Job[Snapshot]:
        made.append(run := make())
        return Job(run.work(), run.snapshot, release=run.release, settle=run.settle, shrink=run.shrink, limit=limit)

    attached = live.attach(KEY, job, renew=True, size=_size(settings))
    st.session_state[KEY] = experiment = Experiment(settings, made[0], attached, _room_for_past(settings, made[0]))
    return experiment


def _room_for_past(settings: Settings, run: TrainingRun) -> Claim | None:
    """Memory for as many states as are wanted, or as there is room for; another page may have it."""
    timeline = run.course.timeline
    claim = live.claimed_if_free(_PAST, timeline_bytes(run.trainer.network, settings.make_optimizer(), settings.dtype))
    timeline.limit(claim.share if claim else 0.0)

    def let_go() -> None:
        timeline.limit(0.0)
        if claim:
            claim.release()

    live.spare(_PAST, let_go)
    return claim


def _size(settings: Settings) -> int:
    """What the run takes, in bytes."""
    data = load_data(settings.data)
    network = settings.make_network(data.features, data.classes)
    optimizer, dtype = settings.make_optimizer(), settings.dtype
    return run_bytes(network, optimizer, settings.batch_size, dtype)


def origin(settings: Settings) -> Settings:
    """The settings without those that a run can follow while it goes on."""
    standard = Settings()
    return replace(
        settings.experiment,
        backend=standard.backend,
        optimizer=standard.optimizer,
        learning_rate=standard.learning_rate,
        hyperparameters=standard.hyperparameters,
        batch_size=standard.batch_size,
    )


def _apply(settings: Settings, held: Experiment) -> None:
    """Hand the differences to the run, between two of its steps.

    Raises `OverBudget` if it would take too much then.
    """
    held.job.claim = live.claimed(KEY, _size(settings))
    conditions = settings.conditions
    held.job.tell(lambda: held.run.edit(conditions))
