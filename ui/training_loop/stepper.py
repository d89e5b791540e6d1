"""One iteration of the training loop, stage by stage: each stage's tensors and the line of code that made them."""

from __future__ import annotations

import streamlit as st

from engines.pieces import InPieces
from engines.runs import stages
from engines.runs.stages import Iteration
from engines.runs.training_run import TrainingRun
from ui.charts.markup import caption
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.job import JobState
from ui.jobs.live import is_live
from ui.text import Text, counted
from ui.training_loop.controls import command
from ui.training_loop.stage_pictures import stage_picture
from ui.training_loop.stage_readings import stage_reading
from ui.training_loop.stage_texts import stage_text

ANCHOR = "stages"
_LOOKED_AT = "stage.looked_at"  # (step, stage) of an iteration, in the session: an earlier stage than the one reached
_ROW = "stage.row"


def stepper(page: Page, experiment: Experiment, shown: JobState) -> None:
    """The five stages as a row to click on, and the stage that is looked at; `shown`: the run's state."""
    _ = page.text
    snapshot, trainer = experiment.job.snapshot, experiment.run.trainer
    running, iteration = is_live(shown), snapshot.iteration if snapshot else None
    stage = 0 if running or iteration is None else _stage(iteration)
    st.subheader(_("One iteration, stage by stage"), anchor=ANCHOR)
    with st.container(horizontal=True, vertical_alignment="center"):
        idle = shown != "paused" or trainer.takes_pieces
        st.button(
            _("Next stage"), key="next_stage", icon=":material/arrow_forward:", disabled=idle,
            on_click=guarded(command(page, _next)),
        )  # fmt: skip
        _row(page, stage, idle)
    if trainer.takes_pieces:
        told = counted(
            _,
            "Up to {most} image can be taken apart here; this batch of {size} images is computed in pieces.",
            "Up to {most} images can be taken apart here; this batch of {size} images is computed in pieces.",
            trainer.rows_at_once,
        )
        st.caption(told.format(most=f"{trainer.rows_at_once:,}", size=f"{trainer.batches.batch_size:,}"))
        return
    if iteration is None or stage == 0:
        st.caption(_("Pause the run to take one step apart.") if running else _("Each click runs one stage for real."))
        return
    words, code = st.columns([3, 2], gap="large", vertical_alignment="center")
    words.markdown(f"{page.section(f'stage{stage}')} {stage_text(stage, trainer, _)}")
    code.code(stages.code_of(stage), wrap_lines=True)
    stage_picture(stage, page, experiment, iteration)
    st.markdown(caption(stage_reading(stage, iteration, _)), unsafe_allow_html=True)


def _row(page: Page, stage: int, idle: bool) -> None:
    """The names of the stages: a click goes on to one, or looks back at it."""
    _ = page.text
    labels = dict(enumerate(_labels(_), start=1))
    st.session_state[_ROW] = stage or None
    st.segmented_control(
        _("Stage"), list(labels), format_func=lambda number: f"{number} {labels[number]}", key=_ROW, disabled=idle,
        label_visibility="collapsed", wrap=True, on_change=guarded(lambda: _chosen(page, st.session_state[_ROW])),
    )  # fmt: skip


def _labels(_: Text) -> tuple[str, ...]:
    return _("batch"), _("forward"), _("loss"), _("backward"), _("update")


def _stage(iteration: Iteration) -> int:
    """Which of the stages made so far is looked at."""
    step, stage = st.session_state.get(_LOOKED_AT, (None, 0))
    return min(stage, iteration.stage) if step == iteration.step else iteration.stage


def _chosen(page: Page, stage: int | None) -> None:
    if stage:
        command(page, lambda present: _go_to(present, stage))()


def _go_to(experiment: Experiment, stage: int) -> None:
    """Look at that stage of the present iteration, making those up to it that are missing."""
    iteration = experiment.run.iteration
    if iteration is not None and stage <= iteration.stage:
        st.session_state[_LOOKED_AT] = iteration.step, stage
        return
    st.session_state.pop(_LOOKED_AT, None)
    experiment.job.tell(lambda: _up_to(experiment.run, stage))


def _next(experiment: Experiment) -> None:
    """The stage after the one that is looked at; after the fifth a new iteration begins."""
    iteration = experiment.run.iteration
    _go_to(experiment, 1 if iteration is None else _stage(iteration) + 1)


def _up_to(run: TrainingRun, stage: int) -> InPieces[None]:
    """After the fifth stage there is but one that is missing: the first of the next iteration."""
    while (yield from run.next_stage_in_pieces()).stage % 5 != stage % 5:
        pass
