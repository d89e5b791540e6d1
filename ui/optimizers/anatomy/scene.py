"""The scene "anatomy" of the Optimizers page: one racer's rule, and its memory in the running network (2.4.3)."""

from __future__ import annotations

import streamlit as st

from engines.optimizers.base import Optimizer
from engines.races.anatomy import Anatomy, next_step_in_pieces
from engines.races.race import RaceSnapshot
from ui.frame import Page
from ui.jobs import live
from ui.optimizers.anatomy.listing import chapters_listing
from ui.optimizers.anatomy.pictures import anatomy_pictures
from ui.optimizers.race.controls import race_transport
from ui.optimizers.race.job import HeldRace, say_if_failed, session_race, watch_racer
from ui.optimizers.race.readings import why_it_stands
from ui.parts.drawing import reading
from ui.parts.status import status
from ui.parts.transport import is_running
from ui.parts.widgets import select

_FIRST_STEPS = 50  # so that there is something to remember where the scene is opened first
_PATIENCE = 0.3  # seconds that a page waits for them


def anatomy_scene(page: Page) -> tuple[object, ...]:
    """The rule, its next step in pictures, live; the chapter's listing; returns whose code ran."""
    _ = page.text
    held, racer = session_race(page), _racer(page)
    watch_racer(page, held, racer.name)
    st.markdown(_.section("optimizer_anatomy", "sentence"))
    if not live.is_prepared(held.job, _("Measuring these large networks on the test set …")):
        return ()
    _begin(held)
    with st.container(horizontal=True, vertical_alignment="bottom", key="anatomy_controls"):
        shown = race_transport(page, held)
        select("dissected", _("Optimizer"), {each.name: each.label for each in page.view.racers}, width=130)
        names = page.settings.make_network(page.data.features, page.data.classes).shapes
        select("tensor", _("Parameter"), {name: name for name in names}, width=100)
    st.latex(racer.rule)

    def draw() -> None:
        snapshot = held.job.snapshot
        say_if_failed(page, held)
        if snapshot is None or snapshot.anatomy is None:
            _say_why_it_stands(page, snapshot, racer.name)
            return
        _status(page, held, snapshot.anatomy)
        anatomy_pictures(page, snapshot.anatomy, _tensor(page, snapshot.anatomy))

    live.watch(held.job, shown, draw, 1 / page.view.updates)
    chapters_listing(page, racer)
    return type(racer).update, next_step_in_pieces


def _racer(page: Page) -> Optimizer:
    """The chosen one if it takes part, else the first that does."""
    racers = {racer.name: racer for racer in page.view.racers}
    return racers.get(page.view.dissected) or page.view.racers[0]


def _tensor(page: Page, anatomy: Anatomy) -> str:
    wanted = page.view.tensor
    return wanted if wanted in anatomy.change else next(iter(anatomy.change))


def _begin(held: HeldRace) -> None:
    """The first steps of a race that has not begun."""
    watched = held.race.runs.get(held.race.watched or "")
    if watched is None or held.job.units or watched.trainer.steps or held.job.state != "paused":
        return
    held.job.run(_FIRST_STEPS, _PATIENCE)


def _say_why_it_stands(page: Page, snapshot: RaceSnapshot | None, name: str) -> None:
    """There is no next step of a racer that failed."""
    for run in snapshot.runs if snapshot else ():
        if run.racer.name == name and run.stands_still:
            reading(why_it_stands(run, page.text) + ".")


def _status(page: Page, held: HeldRace, anatomy: Anatomy) -> None:
    _ = page.text
    figures = (
        (_("step"), f"{anatomy.step:,}"),
        (_("loss of the next batch"), f"{anatomy.loss:.4g}"),
        (_("learning rate"), f"{anatomy.optimizer.learning_rate:.4g}"),
        (_("rounds a second"), f"{held.job.rate:,.0f}" if is_running(held.job) else "–"),
    )
    st.markdown(status(figures, steps=anatomy.step), unsafe_allow_html=True)
