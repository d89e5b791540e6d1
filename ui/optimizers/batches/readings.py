"""The scene "batch size" in words: how noisy a batch's gradient is, and which size gets farthest (2.4.3)."""

from __future__ import annotations

import numpy as np

from engines.races.batch_race import BatchRace, BatchRun
from engines.races.gradient_noise import GradientNoise
from ui.charts.numerals import duration, number, percent
from ui.charts.optimizers.batch_sizes import size_labels
from ui.charts.optimizers.gradient_noise import expected_at
from ui.text import Translate, counted


def noise_reading(noise: GradientNoise, mini: int, _: Translate) -> str:
    """The noise of the three sizes, and how well the theory has it."""
    found = {size.batch_size: size.noise for size in noise.sizes}
    off = [abs(value / expected_at(noise, size) - 1) for size, value in found.items() if size < noise.samples]
    return _(
        "Noise ν: {one} with one sample, {some} with {mini}, {all} with all {samples}. The means of the random batches "
        "lie within {off} of the theory (dashed)."
    ).format(
        one=number(found[1]),
        some=number(found[mini]),
        mini=mini,
        all=number(found[noise.samples]),
        samples=f"{noise.samples:,}",
        off=percent(max(off, default=0.0)),
    )


def cosine_reading(noise: GradientNoise, mini: int, _: Translate) -> str:
    """How far off the direction of one sample and of a mini-batch is, and how often it leads uphill."""
    found = {size.batch_size: size.cosines for size in noise.sizes}
    return _(
        "Cosine to the full gradient: {one} on average with one sample, and {uphill} of them point uphill (below 0); "
        "{some} with {mini}; 1 with all."
    ).format(
        one=number(float(found[1].mean())),
        uphill=percent(float(np.mean(found[1] < 0))),
        some=number(float(found[mini].mean())),
        mini=mini,
    )


def batches_reading(race: BatchRace, mini: int, over: str, loss: str, _: Translate) -> str:
    """Which run has the lowest loss after equally many samples, or after equally much time; and what went wrong."""
    labels, runs = size_labels(_, mini, race.samples), [run for run in race.best if run.diverged_after is None]
    lost = [labels[run.batch_size] for run in race.best if run.diverged_after is not None]
    stuck = [labels[run.batch_size] for run in runs if getattr(run.last, loss) >= getattr(run.points[0], loss)]
    said = []
    if runs:
        said.append((_in_time if over == "seconds" else _by_samples)(runs, labels, mini, loss, _))
    if stuck:
        said.append(_("No better than at the start: {runs}.").format(runs=", ".join(stuck)))
    if lost:
        said.append(_("Diverged: {runs}.").format(runs=", ".join(lost)))
    return " ".join(said)


def _by_samples(runs: list[BatchRun], labels: dict[int, str], mini: int, loss: str, _: Translate) -> str:
    best = min(runs, key=lambda run: getattr(run.last, loss))
    told = [
        counted(_, "{name}: {loss} in {steps} step", "{name}: {loss} in {steps} steps", run.last.steps).format(
            name=labels[run.batch_size], loss=number(getattr(run.last, loss)), steps=f"{run.last.steps:,}"
        )
        for run in runs
    ]
    return _("After {samples} samples each, {best} has the lowest loss. {runs}.").format(
        samples=f"{best.last.samples:,}", best=labels[best.batch_size], runs="; ".join(told)
    )


def _in_time(runs: list[BatchRun], labels: dict[int, str], mini: int, loss: str, _: Translate) -> str:
    """At the end of the mini-batch run, or of the quickest one where that diverged."""
    limit = next((run for run in runs if run.batch_size == mini), min(runs, key=lambda run: run.last.seconds))
    seconds = limit.last.seconds
    best = min(runs, key=lambda run: getattr(run.at(seconds), loss))
    told = []
    for run in runs:
        point = run.at(seconds)
        said = f"{labels[run.batch_size]}: {number(getattr(point, loss))}"
        told.append(_("{run} (done)").format(run=said) if point is run.last else said)
    return _("After {time}, {best} has the lowest loss. {runs}.").format(
        time=duration(seconds, _), best=labels[best.batch_size], runs="; ".join(told)
    )
