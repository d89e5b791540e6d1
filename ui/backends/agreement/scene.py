"""The scene "agreement": the same run on every backend, and how far they part, in float32 and float64 (2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from engines.checks import DTYPES
from engines.comparison import agreement
from engines.comparison.agreement import Agreements
from engines.costs.analysis_memory import agreement_bytes
from engines.costs.seconds import step_seconds
from engines.datasets.base import Dataset
from engines.training import Trainer
from engines.training_state import initial_in_pieces
from ui.backends.agreement.words import differences_reading, numbers
from ui.backends.contestants import compared
from ui.backends.settings import STEPS
from ui.charts.backends.agreement import agreement_chart, agreement_frame, quantity_labels
from ui.charts.legend import legend
from ui.charts.palette import backend_style
from ui.experiment.settings import Settings
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.hyperparameters import learning_rate_slider, optimizer_select
from ui.parts.long_work import long_work
from ui.parts.widgets import segments, slider
from ui.text.names import backend_labels
from ui.text.plain import plain

EDGE_OPTIMIZER, EDGE_RATE = "momentum", 0.5


def agreement_scene(page: Page) -> tuple[Callable[..., Any], ...]:
    """Controls, a panel a precision, what is seen there, the numbers; returns the code that ran."""
    _, names = page.text, compared(page)
    if len(names) == 1:
        st.info(_.section("backends", "alone"), icon="🧍")
        return ()
    _controls(page)
    settings = compared_run(page.settings, page.view.run)
    identity = replace(settings.experiment, dtype=DTYPES[0]), page.data, names, page.view.steps
    work, draw = partial(_work, settings, page.data, names, page.view.steps), partial(_draw, page)
    network = settings.make_network(page.data.features, page.data.classes)
    seconds = sum(len(names) * step_seconds(network, settings.batch_size, dtype) for dtype in DTYPES)
    long_work(
        page,
        "backends.agreement",
        identity,
        work,
        _("Training side by side"),
        draw,
        size=agreement_bytes(network, settings.make_optimizer(), settings.batch_size, len(names)),
        seconds=page.view.steps * seconds,
    )
    return agreement.compare, agreement.largest


def compared_run(settings: Settings, run: str) -> Settings:
    """What is trained: the experiment, or its network and data far beyond the edge of stability."""
    if run == "experiment":
        return settings
    return replace(settings, optimizer=EDGE_OPTIMIZER, learning_rate=EDGE_RATE, hyperparameters=())


def _controls(page: Page) -> None:
    """Which run, what is drawn of it, then what shapes the experiment's own."""
    _ = page.text
    runs = {
        "edge": _("Beyond the edge of stability: momentum, rate {rate}").format(rate=EDGE_RATE),
        "experiment": _("Your experiment"),
    }
    segments("run", _("Run"), runs)
    with st.container(horizontal=True, vertical_alignment="bottom", key="agreement_controls"):
        segments("quantity", _("Compare"), quantity_labels(_), show_label=True, width="content")
        measures = {"relative": _("relative"), "absolute": _("absolute")}
        segments("measure", _("Difference"), measures, show_label=True, width="content")
        if page.view.run == "experiment":
            optimizer_select(page, "backends.optimizer", 130)
            learning_rate_slider(page, "backends.rate", 170)
        slider("steps", _("Steps"), STEPS, "{:,}".format, width=130)


def _work(settings: Settings, data: Dataset, names: tuple[str, ...], steps: int) -> Iterator[Agreements | object]:
    """Runs of their own, from the experiment's first step; the live one goes on undisturbed."""
    network = settings.make_network(data.features, data.classes)
    start = yield from initial_in_pieces(network, settings.seed, "float64")

    def make(backend: str, dtype: str) -> Trainer:
        return replace(settings, backend=backend, dtype=dtype).make_trainer(data, parameters=start)

    yield from agreement.compare_in_both(make, names, steps)


def _draw(page: Page, result: Agreements) -> None:
    """A panel for each precision, and under it what is seen when all is there."""
    with st.container(key="agreement_panels"):
        _panels(page, result)


def _panels(page: Page, result: Agreements) -> None:
    _, view, called, done = page.text, page.view, backend_labels(), result.share == 1
    reference, *others = ((name, called[name]) for name in result.panels[0].names)
    lines = legend([(label, backend_style(name)) for name, label in others])
    st.markdown(lines, unsafe_allow_html=True)
    for column, panel in zip(st.columns(len(DTYPES)), result.panels, strict=True):
        with column:
            told = _("difference from {backend}")
            st.markdown(f"**{panel.dtype}** · " + told.format(backend=plain(reference[1])))
            frame = agreement_frame(panel, view.quantity, view.measure, called, _)
            chart(page, frame, agreement_chart, tuple(others), view.quantity, view.measure, view.steps)
            if done:
                reading(differences_reading(panel, view.quantity, view.measure, called, _))
                st.space("small")
    if done:
        with st.expander(_("The numbers behind it: every quantity")):
            numbers(result, called, _)
