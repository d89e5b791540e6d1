"""The scene "a real network's loss" of the Gradient descent page: a run on a plane through its weights (2.4.3)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from engines.costs.seconds import pass_seconds, step_seconds
from engines.datasets.base import Dataset
from engines.descent import loss_slice, planes
from engines.descent.loss_slice import LossSlice, RunOnPlane
from engines.network import Network
from engines.runs.run_path import MOST_POINTS
from ui.charts.gradient_descent.loss_slice import HEIGHT, slice_chart
from ui.charts.gradient_descent.loss_slice_gap import gap_chart, gap_frame, shares_chart, shares_frame
from ui.charts.gradient_descent.loss_slice_rows import slice_frame
from ui.charts.numerals import percent, typeset
from ui.experiment.settings import Settings
from ui.frame import Page
from ui.gradient_descent.loss_slice.readings import gap_reading, shares_reading, slice_reading
from ui.gradient_descent.loss_slice.settings import LossSliceView
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work
from ui.parts.status import status
from ui.parts.widgets import number as number_field
from ui.parts.widgets import segments, slider

_STEPS = (30, 100, 300, 1000, 3000)
_SIZES = (15, 21, 25, 31, 41)


def loss_slice_view(page: Page) -> tuple[Callable[..., Any], ...]:
    """Controls, the slice with its path, how far it can be trusted, the numbers; returns the code that ran."""
    _ = page.text
    st.markdown(_.section("loss_slice", "sentence"))
    _controls(page)
    work, draw, settings = partial(_work, page.settings, page.data, page.view), partial(_draw, page), page.settings
    shape = _network(page), settings.make_optimizer(), settings.batch_size, settings.dtype
    long_work(
        page,
        "loss_slice",
        _identity(page),
        work,
        _("Training, then measuring the loss"),
        draw,
        size=loss_slice.slice_bytes(*shape),
        seconds=_seconds(page),
    )
    kind = page.view.s_plane.partition("_")[0]
    st.markdown(_.section("loss_slice", f"plane_{kind}"))
    cut = planes.principal_plane if page.view.s_plane == "principal" else planes.random_plane
    return cut, loss_slice.evaluation


def _controls(page: Page) -> None:
    _ = page.text
    plane, steps, size, seed = st.columns([6, 2, 2, 2], vertical_alignment="bottom")
    with plane:
        segments(
            "s_plane",
            _("Plane"),
            {
                "principal": _("The run's own"),
                "random_end": _("Random, at its end"),
                "random_start": _("Random, at its start"),
            },
            show_label=True,
        )
    with steps:
        slider("s_steps", _("Steps of the run"), _STEPS, "{:,}".format)
    with size:
        slider("s_size", _("Points along each side"), _SIZES)
    if page.view.s_plane != "principal":
        with seed:
            number_field("s_seed", _("Seed of the directions"), _)


def _identity(page: Page) -> Hashable:
    """Everything that shapes the result."""
    view, settings = page.view, page.settings.experiment
    seed = None if view.s_plane == "principal" else view.s_seed
    return settings, page.data, view.s_plane, view.s_steps, view.s_size, seed


def _network(page: Page) -> Network:
    return page.settings.make_network(page.data.features, page.data.classes)


def _seconds(page: Page) -> float:
    """What training and measuring take of a processor."""
    network, settings, view = _network(page), page.settings, page.view
    measured = (view.s_size**2 + 2 * MOST_POINTS) * pass_seconds(network, loss_slice.SAMPLES, settings.dtype)
    return view.s_steps * step_seconds(network, settings.batch_size, settings.dtype) + measured


def _work(settings: Settings, data: Dataset, view: LossSliceView) -> Iterator[LossSlice | object]:
    """A run of its own, from the same first step as the live one; that goes on undisturbed."""
    trainer = yield from settings.make_trainer_in_pieces(data)
    yield from loss_slice.loss_slice(trainer, view.s_steps, view.s_plane, view.s_size, view.s_seed)


def _draw(page: Page, result: LossSlice) -> None:
    """The slice on the left, how far to trust it on the right; what there is to say about them when all is there."""
    _, plane, settings = page.text, page.view.s_plane, page.settings
    nats, done = settings.loss == "cross_entropy", result.share == 1
    run, losses = result.run, result.losses
    if run is None or losses is None:  # still training: the place of the pictures
        st.html(f'<div style="height:{HEIGHT + 86}px"></div>')
        return
    if run.diverged_at is not None:
        _diverged(page, run)
    picture, trust = st.columns([3, 2])
    with picture:
        chart(page, slice_frame(result), slice_chart, plane, settings.optimizer, nats, len(losses))
        if done:
            reading(slice_reading(run, result.samples, plane, _))
    with trust:
        chart(page, gap_frame(run, _), gap_chart, nats)
        if done:
            reading(gap_reading(run, _))
        chart(page, shares_frame(run, _, plane), shares_chart, plane)
        if done:
            reading(shares_reading(run, result.parameters, _))
    if done:
        _numbers(page, run, losses, result.parameters)


def _diverged(page: Page, run: RunOnPlane) -> None:
    _ = page.text
    st.error(
        _(
            "The run diverged: from step {step} on its loss is no longer a finite number. Drawn is the part before, "
            "up to step {last}, where the loss was {loss}. Choose a smaller learning rate in the sidebar."
        ).format(step=f"{run.diverged_at:,}", last=f"{run.steps[-1]:,}", loss=typeset(run.true[-1])),
        icon="💥",
    )


def _numbers(page: Page, run: RunOnPlane, losses: np.ndarray, parameters: int) -> None:
    _, finite = page.text, losses[np.isfinite(losses)]
    figures = (
        (_("loss at the start"), typeset(run.true[0])),
        (_("loss at the end"), typeset(run.true[-1])),
        (_("lowest on the grid"), typeset(finite.min()) if finite.size else "–"),
        (_("highest on the grid"), typeset(finite.max()) if finite.size else "–"),
        (_("distance² in the plane"), percent(run.captured)),
        (_("dimensions"), f"{parameters:,}"),
        (_("forward passes"), f"{losses.size + 2 * len(run.steps):,}"),
    )
    st.markdown(status(figures, "margin:1rem 0"), unsafe_allow_html=True)
