"""The experiment of this browser session: its data, its one training run, and the job that advances it.

A run is made once from the settings that shape it from its first step; what may change in mid-run (backend,
optimizer, rates, batch size) is handed to the running one as a command.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from engines import backends, datasets
from engines.costs.run_memory import run_bytes
from engines.datasets.base import Dataset
from engines.runs.training_run import Snapshot, TrainingRun
from ui import failures
from ui.experiment.ended import remember
from ui.experiment.settings import Settings
from ui.jobs import live
from ui.jobs.scheduler import Job
from ui.jobs.speed_limit import SpeedLimit
from ui.reader import reader

KEY = "training"  # of the run, in the session and among its jobs


@st.cache_resource(show_spinner=False)
def load_data(name: str) -> Dataset:
    """A data set, shared by all sessions. Raises `DatasetUnavailable`."""
    return datasets.load(name)


class Experiment(NamedTuple):
    """The session's run, the settings it follows now, and its job."""

    settings: Settings
    run: TrainingRun
    job: Job[Snapshot]


def held_experiment() -> Experiment | None:
    """The session's experiment as it is, if it has one."""
    return st.session_state.get(KEY)


def session_experiment(settings: Settings) -> Experiment:
    """The session's experiment brought to `settings`: the same run if it can follow them, else a new one."""
    held = held_experiment()
    if held and held.job.abandoned:
        failures.say_abandoned(reader())
    if held is None or held.job.closed:
        return start_over(settings)
    if origin(held.settings) != origin(settings):
        remember(KEY, origin(held.settings), held.job.snapshot.steps if held.job.snapshot else 0)
        return start_over(settings)
    if held.run.trainer.data is not load_data(settings.data):  # the full data has been downloaded since
        return start_over(settings)
    live.grow(KEY)
    if settings != held.settings:
        _apply(settings, held)
        st.session_state[KEY] = held = held._replace(settings=settings)
    return held


def start_over(settings: Settings) -> Experiment:
    """A new run from the first step; the one before it is closed. Raises `OverBudget` for one that is too large."""
    data = load_data(settings.data)
    return _hold(settings, lambda: TrainingRun(settings.make_trainer(data)))


def return_to_good(experiment: Experiment) -> None:
    """After a divergence: the last good state, with a job that can go on from it."""
    experiment.job.do(experiment.run.return_to_good)
    run = copy(experiment.run)  # the old job is closed, which empties the run it had
    _hold(experiment.settings, lambda: run, experiment.job.limit)  # at the speed that it had come to


def _hold(settings: Settings, make: Callable[[], TrainingRun], limit: SpeedLimit | None = None) -> Experiment:
    made: list[TrainingRun] = []

    def job() -> Job[Snapshot]:
        made.append(run := make())
        return Job(run.work(), run.snapshot, release=run.release, settle=run.settle, shrink=run.shrink, limit=limit)

    attached = live.attach(KEY, job, renew=True, size=_size(settings))
    st.session_state[KEY] = experiment = Experiment(settings, made[0], attached)
    return experiment


def _size(settings: Settings) -> int:
    """What the run takes, in bytes."""
    data = load_data(settings.data)
    network = settings.make_network(data.features, data.classes)
    return run_bytes(network, settings.make_optimizer(), settings.batch_size, settings.dtype)


def origin(settings: Settings) -> Settings:
    """The settings without those that a run can follow while it goes on."""
    standard = Settings()
    return replace(
        settings.without_language,
        backend=standard.backend,
        optimizer=standard.optimizer,
        learning_rate=standard.learning_rate,
        hyperparameters=standard.hyperparameters,
        batch_size=standard.batch_size,
    )


def _apply(settings: Settings, held: Experiment) -> None:
    """Hand the differences to the run, between two of its steps; a large one takes them over while the page goes on.

    Raises `OverBudget` if it would take too much then.
    """
    held.job.claim = live.claimed(KEY, _size(settings))
    run, before = held.run, held.settings
    backend, optimizer = backends.get(settings.backend), settings.make_optimizer()

    def change() -> None:
        if settings.batch_size != before.batch_size:
            run.change_batch_size(settings.batch_size)
        if optimizer != run.trainer.optimizer:
            run.change_optimizer(optimizer)
        run.switch_backend(backend)

    held.job.tell(change)
