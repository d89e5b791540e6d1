"""The race of this browser session: made from the settings, advanced by the scheduler, found again by each scene."""

from __future__ import annotations

from collections.abc import Hashable
from copy import copy
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from engines.race import Race, RaceSnapshot
from ui import live
from ui.frame import Page
from ui.job import Job
from ui.optimizers.racers import Racers
from ui.settings import Settings

_KEY = "race"


class HeldRace(NamedTuple):
    """`origin` is what shapes the race from its first step, besides who races."""

    origin: Hashable
    entrants: Racers
    race: Race
    job: Job[RaceSnapshot]


def session_race(page: Page) -> HeldRace:
    """The session's race brought to the page's settings: with the same start and batches it goes on, else it is new."""
    held: HeldRace | None = st.session_state.get(_KEY)
    if held is None or held.job.closed or held.origin != _origin(page):
        return start_over(page)
    if held.entrants != page.view.entrants:
        held.job.do(lambda: held.race.enter(page.view.entrants))
        held = held._replace(entrants=page.view.entrants)
        if held.job.state not in ("running", "suspended", "paused"):  # nobody could run any more
            held = _hold(held.origin, held.entrants, copy(held.race))  # closing the old job empties the race it had
        st.session_state[_KEY] = held
    return held


def start_over(page: Page) -> HeldRace:
    """A new race from the first step."""
    settings, data, entrants = page.settings, page.data, page.view.entrants
    race = Race(lambda racer: settings.make_trainer(data, racer), entrants, page.view.rates_schedule)
    return _hold(_origin(page), entrants, race)


def watch_racer(held: HeldRace, name: str | None) -> None:
    """Have that racer's next step in the snapshots, or nobody's."""
    if held.race.watched != name:
        held.job.do(lambda: setattr(held.race, "watched", name))


def _hold(origin: Hashable, entrants: Racers, race: Race) -> HeldRace:
    job = live.attach(_KEY, lambda: Job(race.work(), race.snapshot, release=race.release), renew=True)
    st.session_state[_KEY] = held = HeldRace(origin, entrants, race, job)
    return held


def _origin(page: Page) -> Hashable:
    """The settings without those of the training run's own optimizer."""
    standard = Settings()
    settings = replace(
        page.settings.without_language,
        optimizer=standard.optimizer,
        learning_rate=standard.learning_rate,
        hyperparameters=standard.hyperparameters,
    )
    return settings, page.data, page.view.rates_schedule
