"""The live part of the Training loop page: what the run is doing, its curves, and one chosen picture.

The page lays out the places, the fragment fills them with the job's last snapshot. It only reads: training goes on in
the scheduler's thread whether or not anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from engines.batches import mean_batch_size
from engines.runs.stop_rules import StopRule
from engines.runs.training_run import Snapshot
from ui import failures
from ui.charts.markup import caption
from ui.charts.numerals import percent
from ui.experiment import address
from ui.experiment import session as experiments
from ui.experiment.link import present_address
from ui.experiment.readers import one_of, read_switch, whole, write_switch
from ui.experiment.session import Experiment
from ui.experiment.settings import fits_link, parameter
from ui.frame import Page
from ui.jobs.job import Job, JobState
from ui.jobs.speed_limit import SLOW, TEMPOS
from ui.parts.live_view import LiveView
from ui.parts.status import status
from ui.parts.transport import is_running
from ui.parts.widgets import segments
from ui.text import counted
from ui.text.names import names
from ui.training_loop.diagnosis import broken_told, standstill, try_it
from ui.training_loop.mistakes.settings import MistakesView
from ui.training_loop.pictures import curves, picture, picture_labels
from ui.training_loop.stop_when import read_stop, stopped_by, write_stop
from ui.training_loop.timeline import timeline

NO_BREAK_SPACE = "\u00a0"  # a line's height where it is empty
_SCALES = ("linear", "log")


@dataclass(frozen=True)
class TrainingView(MistakesView):
    """What the page alone chooses: the picture under the curves, the loss axis, how often it is drawn."""

    picture: str = parameter("predictions", "picture", one_of(lambda: picture_labels(str)))
    normalise: bool = parameter(True, "normalise", read_switch, write_switch)  # of the drawing pad
    scale: str = parameter("linear", "scale", one_of(lambda: _SCALES))
    updates: int = parameter(2, "updates", whole(1, 4))  # a second
    stop: StopRule | None = parameter(None, "stop", read_stop, write_stop)
    tempo: str = parameter("auto", "tempo", one_of(lambda: TEMPOS))  # no part of the run: it changes no number


def live_view(page: Page, experiment: Experiment, shown: JobState) -> None:
    """Status, curves and the chosen picture; redrawn while the run, whose buttons show a state, goes on."""
    _, job, every = page.text, experiment.job, 1 / page.view.updates
    if (first := job.snapshot) is None:
        _say_why_it_stopped(page, experiment)
        return
    with (
        failures.survived("picture", f"watch.{id(job)}"),
        LiveView(
            page, job, first, shown, every, partial(_status, page, experiment),
            layout=_layout, sooner=_sooner(job), besides=_address,
        ) as view,
    ):  # fmt: skip
        _say_why_it_stopped(page, experiment)
        curves(page, view, page.view.scale == "log")
        standstill(page, experiment, shown)
        timeline(page, experiment, shown)
        segments("picture", _("Picture"), picture_labels(_))
        picture(page.view.picture, page, experiment, view)


def _layout(moment: Snapshot) -> Hashable:
    """What the controls show of a moment: a run that goes on along its course comes to edits made there before. And
    why it does not learn."""
    found = moment.finding and (moment.finding.kind, moment.finding.step)
    return moment.recipe.conditions, moment.name, len(moment.branches), moment.ahead is None, found


def _address() -> str:
    """The step of a run that goes on is written into the address now and then."""
    return address.news(present_address(), address.EVERY)


def _sooner(job: Job[Snapshot]) -> Callable[[], float | None]:
    """While each step waits until it has been seen, it is drawn as soon as the next one may be made."""
    return lambda: 1 / SLOW if job.limit.is_shown_each else None


def _say_why_it_stopped(page: Page, experiment: Experiment) -> None:
    """Where the run diverged or broke, and the way on. A run that stops has its whole page drawn."""
    job, snapshot = experiment.job, experiment.job.snapshot
    if job.state == "failed":
        _failure(page, experiment, snapshot)
    if snapshot and snapshot.divergence:
        _diverged(page, experiment, snapshot)
    rule = page.view.stop
    if snapshot and rule and experiment.run.stopped_at == snapshot.steps and not is_running(job):
        st.caption(stopped_by(rule, snapshot, page.text))


def _status(page: Page, experiment: Experiment, snapshot: Snapshot) -> str:
    """One line of numbers, at fixed places, and the progress through the epoch."""
    _, running = page.text, is_running(experiment.job)
    rate = experiment.job.rate if running else 0.0
    samples = rate * mean_batch_size(page.settings.batch_size, len(page.data.y_train))
    test = snapshot.tests[-1]
    tested = _("test accuracy") if test.step == snapshot.steps else _("test accuracy (step {step:,})")
    figures = (
        (_step_label(page, experiment, running), f"{snapshot.steps:,}"),
        (_("epoch ({share:.0%} done)").format(share=snapshot.epoch_progress), f"{snapshot.epoch:,}"),
        (_("loss, smoothed"), f"{snapshot.smoothed_loss:.4g}" if snapshot.bins else "–"),
        (tested.format(step=test.step), percent(test.accuracy)),
        (_("steps a second"), _rate(rate) if running else "–"),
        (_("samples a second"), _rate(samples) if running else "–"),
    )
    line = status(figures, steps=snapshot.steps, backend=snapshot.backend, loss=snapshot.smoothed_loss)
    bar = f'<div class="ge-bar"><i style="width:{snapshot.epoch_progress:.1%}"></i></div>'
    return line + bar + caption(_edits(page, experiment, snapshot) or NO_BREAK_SPACE)


def _step_label(page: Page, experiment: Experiment, running: bool) -> str:
    """Where a step takes a while, also how far the next one is."""
    _, trainer = page.text, experiment.run.trainer
    if running and trainer.takes_pieces:
        return _("step (the next: {share:.0%})").format(share=trainer.step_share)
    return _("step")


def _rate(value: float) -> str:
    """
    >>> _rate(4538.2), _rate(0.4)
    ('4,538', '0.4')
    """
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def _edits(page: Page, experiment: Experiment, snapshot: Snapshot) -> str:
    """What was changed on the way, and the name of the state."""
    _, edits = page.text, snapshot.edits
    told = ""
    if not is_running(experiment.job):
        told = _("State {hash}: the link of this page leads here.").format(hash=snapshot.hash)
    if not fits_link(page.settings):
        told = _("This run was changed too often for a link; its file under Take it home says all of it.")
    if not edits:
        return told
    count = len({edit.step for edit in edits})
    changed = counted(
        _,
        "Changed on the way {count} time, last at step {step} ({setting}).",
        "Changed on the way {count} times, last at step {step} ({setting}).",
        count,
    )
    last = edits[-1]
    changed = changed.format(count=count, step=f"{last.step:,}", setting=names(_)[last.setting])
    return f"{changed} {told}"


def _diverged(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    """Why the run broke down, and two ways on."""
    st.error(broken_told(snapshot, page.text), icon="💥")
    with st.container(horizontal=True, key="broken"):
        try_it(page, snapshot)
        _way_back(page, experiment, snapshot)


def _failure(page: Page, experiment: Experiment, snapshot: Snapshot | None) -> None:
    """Why the run ended, and two ways to go on: from the last good state, if there is one, or from the start."""
    _ = page.text
    st.error(failures.stopped(experiment.job.error, snapshot.steps if snapshot else 0, _), icon="💥")
    with st.container(horizontal=True):
        if snapshot:
            _way_back(page, experiment, snapshot)
        if st.button(_("Start again"), key="failure.run.anew", icon=":material/restart_alt:"):
            experiments.start_over(page.settings)
            st.rerun()


def _way_back(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    _ = page.text
    told = _("Back to step {step:,}, the last good state")
    if st.button(told.format(step=snapshot.good_step), key="return_to_good"):
        experiments.return_to_good(experiment)
        st.rerun()  # the whole page: its buttons are other ones now
