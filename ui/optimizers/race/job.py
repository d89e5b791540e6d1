"""The race of this browser session: made from the settings, advanced by the scheduler, found again by each scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from engines import backends
from engines.costs.run_memory import race_bytes
from engines.datasets.base import Dataset
from engines.optimizers.schedules import Schedule
from engines.races.race import MakeTrainer, Race, RaceSnapshot
from ui import failures
from ui.experiment.ended import remember
from ui.experiment.settings import Settings
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job
from ui.jobs.live import is_live
from ui.jobs.speed_limit import SLOW
from ui.optimizers.race.pace import RaceLimit
from ui.optimizers.race.racers import Racers

_KEY = "race"


class HeldRace(NamedTuple):
    """`origin` is what shapes the race from its first step, the settings first; others it can follow on the way.

    `judged_at` is its finish line. `was_reset`: somebody wants to see it from its first step on.
    """

    origin: tuple[Settings, Dataset]
    entrants: Racers
    schedule: Schedule
    backend: str
    judged_at: int
    race: Race
    job: Job[RaceSnapshot]
    was_reset: bool = False


def session_race(page: Page) -> HeldRace:
    """The session's race brought to the page's settings: with the same start and batches it goes on, else it is new."""
    held: HeldRace | None = st.session_state.get(_KEY)
    if held and held.job.abandoned:
        failures.say_abandoned(page.text)
    if held is None or held.job.closed:
        return start_over(page)
    if held.origin != _origin(page):
        remember(_KEY, held.origin[0], held.job.snapshot.steps if held.job.snapshot else 0)
        return start_over(page)
    live.grow(_KEY)
    wanted = held._replace(
        entrants=page.view.entrants,
        schedule=page.view.rates_schedule,
        backend=page.settings.backend,
        judged_at=page.view.judged_at,
    )
    if wanted[1:5] != held[1:5]:
        _follow(page, held, wanted)
        if held.job.state not in ("running", "suspended", "settling", "paused"):  # nobody could run any more
            race = copy(held.race)  # closing the old job empties the race it had
            wanted = _hold(page, wanted[:5], lambda: race)
        st.session_state[_KEY] = wanted
        if is_live(wanted.job.state):
            wanted.job.pause()
            play(wanted)
        elif behind := wanted.race.steps_behind:
            _catch_up(wanted, behind)
    st.session_state[_KEY].job.go_at(page.view.tempo)
    return st.session_state[_KEY]


def _follow(page: Page, held: HeldRace, wanted: HeldRace) -> None:
    """Hand the differences to the race, between two rounds. Raises `OverBudget` if it would take too much then."""
    held.job.claim = live.claimed(_KEY, _size(page, wanted.entrants))
    race, make, backend = held.race, _maker(page), backends.get(wanted.backend)

    def change() -> None:
        if wanted.backend != held.backend:
            race.switch_backend(backend, make)
        if wanted.entrants != held.entrants:
            race.enter(wanted.entrants)
        if wanted.schedule != held.schedule:
            race.change_schedule(wanted.schedule)

    held.job.tell(change)


def _catch_up(held: HeldRace, rounds: int) -> None:
    """Run back to where the racers were; a race that runs does so anyhow."""
    if held.job.state == "paused":
        held.job.run(rounds, timeout=0.3)


def play(held: HeldRace) -> None:
    """Let a race at rest run: up to the step at which it is judged, on from there, and never past a schedule's end."""
    if (rounds := rounds_left(held)) > 0:
        held.job.start(rounds)


def rounds_left(held: HeldRace) -> float:
    """Rounds to the next line at which the race stops; 0 where nothing moves any more."""
    steps, ends = held.race.steps, held.schedule.ends
    lines = [line for line in (held.judged_at, ends) if line is not None and line > steps]
    return (min(lines) if lines else math.inf) - steps if ends is None or steps < ends else 0


def begin(held: HeldRace, steps: int, patience: float = 0.3) -> None:
    """The first steps of a race that has not begun: there is something to see then. Waits so many seconds for them."""
    if held.job.units or held.job.state != "paused" or any(run.trainer.steps for run in held.race.runs.values()):
        return
    held.job.run(int(min(steps, rounds_left(held))), patience)


def start_over(page: Page, was_reset: bool = False) -> HeldRace:
    """A new race from the first step. Raises `OverBudget` for one that is too large."""
    view = page.view
    shaped_by = _origin(page), view.entrants, view.rates_schedule, page.settings.backend, view.judged_at
    held = _hold(page, shaped_by, lambda: Race(_maker(page), view.entrants, view.rates_schedule))
    st.session_state[_KEY] = held = held._replace(was_reset=was_reset)
    return held


def say_if_failed(page: Page, held: HeldRace) -> None:
    """Why a race ended that an error ended, and the way to another one."""
    _, job = page.text, held.job
    if job.state == "failed":
        st.error(failures.stopped(job.error, job.snapshot.steps if job.snapshot else 0, _), icon="💥")
        if st.button(_("Start again"), key="failure.race.anew", icon=":material/restart_alt:"):
            start_over(page)
            st.rerun()


def _maker(page: Page) -> MakeTrainer:
    settings, data = page.settings, page.data
    return lambda racer: settings.make_trainer(data, racer)


def sooner(held: HeldRace) -> Callable[[], float | None]:
    """While each step waits until it has been seen, it is drawn as soon as the next one may be made."""
    return lambda: 1 / SLOW if held.job.limit.is_shown_each else None


def watch_racer(page: Page, held: HeldRace, name: str | None) -> None:
    """Have that racer's next step in the snapshots, or nobody's."""
    if held.race.watched != name:
        if name:
            held.job.claim = live.claimed(_KEY, _size(page, held.entrants))
        held.job.tell(lambda: setattr(held.race, "watched", name))


def _hold(
    page: Page, shaped_by: tuple[tuple[Settings, Dataset], Racers, Schedule, str, int], make: Callable[[], Race]
) -> HeldRace:
    """A race so shaped, with a new job; the job before it is closed."""
    made: list[Race] = []

    def job() -> Job[RaceSnapshot]:
        made.append(race := make())
        limit = RaceLimit(race)
        limit.choose(page.view.tempo)
        return Job(race.work(), race.snapshot, release=race.release, limit=limit)

    attached = live.attach(_KEY, job, renew=True, size=_size(page, shaped_by[1]))
    return HeldRace(*shaped_by, made[0], attached)


def _size(page: Page, entrants: Racers) -> int:
    """What the race takes, in bytes, with one racer's next step taken apart where the scene shows that."""
    settings, data = page.settings, page.data
    network = settings.make_network(data.features, data.classes)
    return race_bytes(network, entrants, settings.batch_size, settings.dtype, page.view.scene == "anatomy")


def _origin(page: Page) -> tuple[Settings, Dataset]:
    """The settings without the backend and those of the training run's own optimizer."""
    standard = Settings()
    settings = replace(
        page.settings.experiment,
        backend=standard.backend,
        optimizer=standard.optimizer,
        learning_rate=standard.learning_rate,
        hyperparameters=standard.hyperparameters,
    )
    return settings, page.data
