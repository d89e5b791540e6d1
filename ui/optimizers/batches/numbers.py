"""The numbers of the scene "batch size": a row a size, and the loss at every learning rate that was tried (2.4.3)."""

from __future__ import annotations

import streamlit as st

from engines.races.batch_race import BatchRace, BatchRun
from engines.races.gradient_noise import GradientNoise
from ui.charts.numerals import duration, number, percent
from ui.charts.optimizers.batch_sizes import size_labels
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL
from ui.frame import Page
from ui.parts.table import table


def numbers(page: Page, race: BatchRace, noise: GradientNoise | None) -> None:
    """Steps, samples, time, losses of the runs shown; noise and cosine of their batches, as far as they are known."""
    _ = page.text
    labels = size_labels(_, page.view.b_size, race.samples)
    header = (
        _("batch size"), _("learning rate"), _("steps"), _("samples"), _("processor time"), _("µs per sample"),
        _("training loss"), _("test loss"), _("test accuracy"), _("noise ν"), _("mean cosine"),
    )  # fmt: skip
    table(header, [(labels[run.batch_size], *_row(run), *_direction(run, noise)) for run in race.best])


def _row(run: BatchRun) -> tuple[str, ...]:
    last = run.last
    each = number(1e6 * last.seconds / last.samples) if last.samples else "–"
    return (
        number(run.learning_rate),
        f"{last.steps:,}",
        f"{last.samples:,}",
        duration(last.seconds, str),
        each,
        number(last.training),
        number(last.test),
        percent(last.accuracy),
    )


def _direction(run: BatchRun, noise: GradientNoise | None) -> tuple[str, str]:
    size = noise and noise.at(run.batch_size)
    return (number(size.noise), f"{size.cosines.mean():.3f}") if size else ("–", "–")


def rates_tried(page: Page, race: BatchRace) -> None:
    """Where each size had several learning rates: the loss at the end of each run."""
    _, labels = page.text, size_labels(page.text, page.view.b_size, race.samples)
    rates = sorted({run.learning_rate for run in race.runs})
    if len(rates) < 2 or len(rates) * len(labels) != len(race.runs):
        return
    found = {(run.batch_size, run.learning_rate): run for run in race.runs}
    rows = [
        (labels[best.batch_size], *(_loss(found[best.batch_size, rate], best) for rate in rates)) for best in race.best
    ]
    with st.expander(_("Every learning rate tried, and the training loss at the end")):
        table((_("batch size"), *(f"{rate:g}" for rate in rates)), rows)


def _loss(run: BatchRun, best: BatchRun) -> str:
    if run.diverged_after is not None:
        return WRONG_SYMBOL
    return f"{RIGHT_SYMBOL} {number(run.last.training)}" if run is best else number(run.last.training)
