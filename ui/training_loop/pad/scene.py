"""The pad as a picture of the Training loop page: the sheet, the answer beside it, and the learner's own test set.

A pen-up runs one small fragment; what it changes comes with an update of the live view, as do the new weights of a run
that goes on.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engines.drawing.normalising import rule_of
from engines.runs.training_run import Snapshot
from ui import failures
from ui.charts.training_loop.galleries import GALLERY, shown_images
from ui.charts.training_loop.pad import STYLE, answer_kind, answer_parts
from ui.experiment.session import Experiment
from ui.frame import Page
from ui.jobs.process import scheduler
from ui.parts.live_view import LiveView
from ui.text.names import class_names
from ui.training_loop.pad import readings
from ui.training_loop.pad.answer import Answer, Seen, answer, right, seen
from ui.training_loop.pad.controls import controls
from ui.training_loop.pad.drawings import Drawing, drawings
from ui.training_loop.pad.gallery import CROSSES, kept_figures
from ui.training_loop.pad.moving import moving
from ui.training_loop.pad.paper import paper
from ui.training_loop.pad.sheet import Sheet, sheet


class _Answers:
    """What the page shows of a moment of the run: computed once for all its parts, and anew after a pen-up."""

    def __init__(self, page: Page, experiment: Experiment) -> None:
        self.page, self._trainer = page, experiment.run.trainer
        self.kept = drawings(page.settings.data)
        self.shape = page.data.image_shape
        self.rule = rule_of(page.settings.data, self.shape)
        self.names = class_names(page.text, page.data.class_names)
        self._seen: tuple[Sheet | None, Seen | None] = None, None
        self._answer: tuple[object, object, Answer | None] = None, None, None

    @property
    def seen(self) -> Seen | None:
        """The sheet as a network may get it."""
        if self._seen[0] is not (present := sheet()):
            self._seen = present, seen(present, self.rule, self.shape)
        return self._seen[1]

    @property
    def x(self) -> np.ndarray | None:
        """The sheet as this network gets it now."""
        if (found := self.seen) is None:
            return None
        return found.x if self.page.view.normalise else found.raw

    def of(self, now: Snapshot) -> Answer:
        before, drawn, made = self._answer
        if made is None or before is not now or drawn is not self.x:
            network, dtype = self._trainer.network, self._trainer.dtype
            made = answer(network, dtype, now, self.x, self.kept)
            self._answer = now, self.x, made
        return made

    # What stands in its places

    def parts(self, now: Snapshot) -> list[str]:
        return answer_parts(self.x, self.of(now).sheet, sheet().label, self.shape, self.names, self.page.text)

    def reading(self, now: Snapshot) -> str:
        return readings.answer_reading(self.of(now).sheet, sheet().label, now.steps, self.names, self.page.text)

    def seen_reading(self, now: Snapshot) -> str:
        normalise, is_drawn = self.page.view.normalise, sheet().pixels is None
        return readings.seen_reading(self.rule, normalise, is_drawn, self.shape, self.page.text)

    def figures(self, now: Snapshot) -> list[str]:
        found = self.of(now)
        shares = found.kept if self.page.view.normalise else found.kept_raw
        return kept_figures(self.kept, shares, self.names, self.page.text)

    def kept_reading(self, now: Snapshot) -> str:
        found, total = self.of(now), len(self.kept)
        normalised, raw = right(found.kept, self.kept), right(found.kept_raw, self.kept)
        return readings.kept_reading(normalised, raw, total, now, self.page.text)


def pad(page: Page, experiment: Experiment, view: LiveView) -> None:
    """Lay out the pad."""
    answers = _Answers(page, experiment)
    st.html(f"<style>{STYLE}</style>")
    left, middle = st.columns([2, 5])
    with left:
        _sheet(page, experiment, view)
    with middle:
        view.pieces(answers.parts, answer_kind(answers.names))
        view.reading(answers.reading)
        view.reading(answers.seen_reading)
    controls(page, partial(lambda: answers.seen))
    if answers.kept:
        _kept(answers, answers.kept, view)
    moving(page, experiment, answers.rule)


def _sheet(page: Page, experiment: Experiment, view: LiveView) -> None:
    @st.fragment
    def drawn() -> None:
        with failures.survived("picture", "pad"), scheduler().pages_first.drawing():
            if paper(page, sheet()) or experiment.job.closed:
                st.rerun()
            view.tell()

    drawn()


def _kept(answers: _Answers, kept: tuple[Drawing, ...], view: LiveView) -> None:
    """The learner's own test set, each image with the answer to it."""
    images = [each.x if answers.page.view.normalise else each.raw for each in kept]
    st.html(f"<style>{shown_images(np.stack(images), answers.shape)}{CROSSES}</style>")
    view.pieces(answers.figures, GALLERY)
    view.reading(answers.kept_reading)
