"""The scene "anatomy" of the Optimizers page: one racer's rule, and its memory in the running network (2.4.3)."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engines.optimizers.base import Optimizer
from engines.races.anatomy import Anatomy, next_step_in_pieces
from engines.races.race import RaceSnapshot
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import JobState
from ui.optimizers.anatomy.listing import chapters_listing
from ui.optimizers.anatomy.pictures import anatomy_pictures
from ui.optimizers.race.controls import race_transport
from ui.optimizers.race.job import HeldRace, begin, say_if_failed, session_race, sooner, watch_racer
from ui.optimizers.race.readings import why_it_stands
from ui.parts.drawing import reading
from ui.parts.live_view import LiveView
from ui.parts.status import status
from ui.parts.transport import is_running
from ui.parts.widgets import select
from ui.text.optimizer_names import optimizer_name

_FIRST_STEPS = 50  # so that there is something to remember where the scene is opened first


def anatomy_scene(page: Page) -> tuple[object, ...]:
    """The rule, its next step in pictures, live; the chapter's listing; returns whose code ran."""
    _ = page.text
    held, racer = session_race(page), _racer(page)
    watch_racer(page, held, racer.name)
    st.markdown(_.section("optimizer_anatomy", "sentence"))
    if not live.is_prepared(held.job, _("Measuring these large networks on the test set …")):
        return ()
    begin(held, _FIRST_STEPS)
    with st.container(horizontal=True, vertical_alignment="bottom", key="anatomy_controls"):
        shown = race_transport(page, held)
        select(
            "dissected", _("Optimizer"), {each.name: optimizer_name(each, _) for each in page.view.racers}, width=130
        )
        names = page.settings.make_network(page.data.features, page.data.classes).shapes
        select("tensor", _("Parameter"), {name: name for name in names}, width=100)
    st.latex(racer.rule)

    say_if_failed(page, held)
    if (first := held.job.snapshot) is not None:
        _dissect(page, held, first, racer.name, shown)
    chapters_listing(page)
    return type(racer).update, next_step_in_pieces


def _dissect(page: Page, held: HeldRace, first: RaceSnapshot, name: str, shown: JobState) -> None:
    """The next step in pictures; or why there is none."""
    anatomy = first.anatomy
    if anatomy is None:
        _say_why_it_stands(page, first, name)
        live.watch(held.job, shown, lambda: _wait_for_it(held), 1 / page.view.updates)
        return
    line = partial(_status, page, held)
    with LiveView(page, held.job, first, shown, 1 / page.view.updates, line, _layout, sooner=sooner(held)) as view:
        anatomy_pictures(page, view, anatomy, _tensor(page, anatomy))


def _layout(snapshot: RaceSnapshot) -> tuple[object, ...]:
    """Which maps there are: none of a racer that failed."""
    anatomy = snapshot.anatomy
    return () if anatomy is None else (anatomy.optimizer.name, *anatomy.change)


def _wait_for_it(held: HeldRace) -> None:
    if held.job.closed or (held.job.snapshot and held.job.snapshot.anatomy):
        st.rerun()


def _racer(page: Page) -> Optimizer:
    """The chosen one if it takes part, else the first that does."""
    racers = {racer.name: racer for racer in page.view.racers}
    return racers.get(page.view.dissected) or page.view.racers[0]


def _tensor(page: Page, anatomy: Anatomy) -> str:
    wanted = page.view.tensor
    return wanted if wanted in anatomy.change else next(iter(anatomy.change))


def _say_why_it_stands(page: Page, snapshot: RaceSnapshot, name: str) -> None:
    """There is no next step of a racer that failed."""
    for run in snapshot.runs:
        if run.racer.name == name and run.stands_still:
            reading(why_it_stands(run, page.text) + ".")


def _status(page: Page, held: HeldRace, snapshot: RaceSnapshot) -> str:
    _, anatomy = page.text, snapshot.anatomy
    assert anatomy is not None
    figures = (
        (_("step"), f"{anatomy.step:,}"),
        (_("loss of the next batch"), f"{anatomy.loss:.4g}"),
        (_("learning rate"), f"{anatomy.optimizer.learning_rate:.4g}"),
        (_("steps a second"), f"{held.job.rate:,.0f}" if is_running(held.job) else "–"),
    )
    return status(figures, steps=anatomy.step)
