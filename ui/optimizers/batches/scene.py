"""The scene "batch size" of the Optimizers page: one sample a step, a mini-batch, or all of them (2.4.3)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st

from engines.costs.analysis_memory import noise_bytes
from engines.costs.seconds import step_seconds
from engines.datasets.base import Dataset
from engines.optimizers.sgd import SGD
from engines.races import gradient_noise as noises
from engines.races.batch_race import BatchRace, Entrant, batch_race
from engines.races.gradient_noise import GradientNoise
from ui.charts.legend import legend
from ui.charts.optimizers import batch_sizes, gradient_noise
from ui.experiment.settings import Settings
from ui.frame import Page
from ui.optimizers.batches.numbers import numbers, rates_tried
from ui.optimizers.batches.readings import batches_reading, cosine_reading, noise_reading
from ui.optimizers.batches.settings import entrants, full_set, laboratory, race_cost
from ui.parts.drawing import chart, reading
from ui.parts.long_work import Progress, long_work
from ui.parts.widgets import segments, select, slider

R = TypeVar("R", bound=Progress)

_SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_EPOCHS, _AFTER = (1, 2, 3, 5, 10, 20, 50), (0, 10, 30, 100, 300, 1000, 2000)


def batches_scene(page: Page) -> tuple[object, ...]:
    """Controls, the gradients' noise and angle on the left, the race on the right, the numbers; the code that ran."""
    _, data = page.text, full_set(page.settings, page.data)
    lab = laboratory(page.settings, page.view, len(data.y_train))
    st.markdown(_.section("batch_sizes", "sentence"))
    _controls(page)
    left, right = st.columns([4, 5], gap="medium")
    with left, st.container(key="batch_noise"):
        noise = _noise(page, lab, data)
    with right, st.container(key="batch_race"):
        race = _race(page, lab, data)
    st.space("small")
    if race:
        with st.container(key="batch_numbers"):
            numbers(page, race, noise)
            rates_tried(page, race)
    if data is not page.data:
        _all_of_them(page, data)
    st.markdown(_.section("batch_sizes", f"rates_{page.view.b_rates}"))
    st.markdown(_.section("batch_sizes", "about"))
    return noises.compared, noises.expected_noise, Entrant.advance, Entrant.train, SGD.update


def _controls(page: Page) -> None:
    """One row: what shapes the race."""
    _, view = page.text, page.view
    fairness = {"same": _("one for all"), "scaled": _("in proportion to the batch size"), "best": _("each its best")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="batches_controls"):
        slider("b_size", _("Mini-batch size"), _SIZES, width=150)
        slider("b_epochs", _("Epochs"), _EPOCHS, width=130)
        select("b_rates", _("Learning rates"), fairness, width=230)
        label = _("Learning rate of the mini-batch") if view.b_rates == "scaled" else _("Learning rate")
        slider("b_rate", label, _RATES, width=190, disabled=view.b_rates == "best" and not view.b_after)


def _noise(page: Page, lab: Settings, data: Dataset) -> GradientNoise | None:
    """The gradients at the start, or after some steps of the mini-batch run; returned when all is known."""
    _, after = page.text, page.view.b_after
    labels = {step: _("after {step:,} mini-batch steps").format(step=step) for step in sorted({*_AFTER, after})}
    select("b_after", _("Gradients at the weights"), labels | {0: _("at the start")}, width=230)
    network, samples = lab.make_network(data.features, data.classes), len(data.y_train)
    sizes = noises.sizes_up_to(samples, lab.batch_size)
    weights = lab if after else replace(lab, learning_rate=1.0, batch_size=1)  # the start is the same for all
    return _result(
        page,
        "batches.noise",
        (weights, data, after, sizes),
        partial(_compare, lab, data, after, sizes),
        partial(_draw_noise, page, lab.batch_size),
        _("Comparing gradients"),
        size=noise_bytes(network, lab.make_optimizer(), samples, lab.dtype),
        seconds=after * step_seconds(network, lab.batch_size, lab.dtype)
        + sum(noises.draws(size) * step_seconds(network, size, lab.dtype) for size in sizes)
        + samples * step_seconds(network, 1, lab.dtype),
    )


def _compare(lab: Settings, data: Dataset, after: int, sizes: tuple[int, ...]) -> Iterator[GradientNoise | object]:
    trainer = yield from lab.make_trainer_in_pieces(data)
    yield from noises.gradient_noise(trainer, after, sizes, lab.seed)


def _draw_noise(page: Page, mini: int, noise: GradientNoise) -> None:
    """The noise, and under it the cosine; what there is to say about them when all sizes are there."""
    _, samples = page.text, noise.samples
    if noise.undefined:
        told = _("After {step:,} mini-batch steps there is nothing to compare: the run diverged, or its gradient is 0.")
        st.error(told.format(step=noise.step), icon="💥")
        return
    if not noise.sizes:  # the place of the pictures
        st.html(f'<div style="height:{2 * gradient_noise.HEIGHT + 120}px"></div>')
        return
    chart(page, gradient_noise.noise_frame(noise, mini, _), gradient_noise.noise_chart, mini, samples)
    if noise.share == 1:
        reading(noise_reading(noise, mini, _))
    chart(page, gradient_noise.cosine_frame(noise, mini, _), gradient_noise.cosine_chart, mini, samples)
    if noise.share == 1:
        reading(cosine_reading(noise, mini, _))


def _race(page: Page, lab: Settings, data: Dataset) -> BatchRace | None:
    """The runs side by side; returned when they are done."""
    _, view = page.text, page.view
    with st.container(horizontal=True, vertical_alignment="bottom"):
        segments(
            "b_over", _("Horizontal axis"), {"samples": _("samples seen"), "seconds": _("seconds")}, show_label=True
        )
        segments(
            "b_loss", _("Loss measured on"), {"training": _("training set"), "test": _("test set")}, show_label=True
        )
    runs = replace(lab, learning_rate=1.0) if view.b_rates == "best" else lab  # then it has no say
    return _result(
        page,
        "batches.race",
        (runs, data, view.b_epochs, view.b_rates),
        lambda: batch_race(entrants(lab, data, view.b_rates), view.b_epochs),
        partial(_draw_race, page, lab.batch_size),
        _("Training with each batch size"),
        *race_cost(lab, data, view.b_rates, view.b_epochs),
    )


def _draw_race(page: Page, mini: int, race: BatchRace) -> None:
    _, view = page.text, page.view
    labels, styles = batch_sizes.size_labels(_, mini, race.samples), batch_sizes.size_styles(mini, race.samples)
    st.markdown(legend([(labels[size], styles[size]) for size in labels]), unsafe_allow_html=True)
    title = batch_sizes.loss_title(_, view.b_loss, page.settings.loss == "cross_entropy")
    drawn = mini, race.samples, view.b_epochs, view.b_over, title, batch_sizes.race_ceiling(race, view.b_loss)
    chart(page, batch_sizes.race_frame(race, mini, view.b_over, view.b_loss, _), batch_sizes.race_chart, *drawn)
    if race.share == 1:
        reading(batches_reading(race, mini, view.b_over, view.b_loss, _))


def _result(
    page: Page,
    key: str,
    identity: Hashable,
    make: Callable[[], Iterator[R | object]],
    draw: Callable[[R], None],
    label: str,
    size: int,
    seconds: float,
) -> R | None:
    """Draw long work as it grows; its result, or None until it is there."""
    found: list[R] = []

    def drawn(record: R) -> None:
        draw(record)
        if record.share == 1:
            found.append(record)

    long_work(page, key, identity, make, label, drawn, size=size, seconds=seconds)
    return found[0] if found else None


def _all_of_them(page: Page, data: Dataset) -> None:
    _ = page.text
    st.caption(
        _(
            "Here the full set is {count:,} of the {all:,} training samples, the same ones every time, and {test:,} of "
            "the {tests:,} test samples: with all of them the runs would take too long."
        ).format(
            count=len(data.y_train), all=len(page.data.y_train), test=len(data.y_test), tests=len(page.data.y_test)
        )
    )
