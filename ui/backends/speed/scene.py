"""The scene "speed": how long a step takes on each backend and by hand, as the hidden layer grows (2.4.3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from engines import backends
from engines.comparison import hand_written, step_times
from engines.comparison.step_times import BY_HAND, SIZES, StepTimes
from ui.charts.backends.step_times import OURS, about, line_styles, overtakes, times_chart, times_frame
from ui.charts.legend import legend
from ui.charts.numerals import number
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work
from ui.parts.table import table
from ui.parts.widgets import segments
from ui.text.names import Labelled, backend_labels, names
from ui.text.plain import plain

_AGAIN = "backends.measured_at"  # so that one's own measurement does not meet the one that all share


def speed_scene(page: Page) -> tuple[Callable[..., Any], ...]:
    """Controls, the times by size, who overtakes whom, the numbers; returns the code that ran."""
    _, settings, called = page.text, page.settings, _labels(page)
    _controls(page)
    st.caption(
        _("One hidden layer, relu, cross-entropy, plain SGD, float32 · {data}, batches of {batch}").format(
            data=plain(names(_)[settings.data]), batch=f"{settings.batch_size:,}"
        )
    )
    identity = page.data, settings.batch_size, called, st.session_state.get(_AGAIN)
    measured = step_times.sizes_measured(page.data, settings.batch_size)
    if measured != SIZES:
        told = _(
            "With batches of {batch:,} samples a step takes long, so layers of up to {units:,} units are measured."
        )
        st.caption(told.format(batch=settings.batch_size, units=measured[-1]))
    long_work(
        page,
        "backends.speed",
        identity,
        lambda: step_times.measure(page.data, [*map(backends.get, backend_labels())], settings.batch_size),
        _("Training in turns"),
        lambda times: _draw(page, times, called),
    )
    return hand_written.losses, step_times.measure


def _controls(page: Page) -> None:
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom", key="speed_controls"):
        segments("per_second", _("Unit"), {False: _("ms per step"), True: _("steps per second")}, width="content")
        st.button(_("Measure again"), key="backends.again", icon=":material/refresh:", on_click=_measure_again)


@guarded
def _measure_again() -> None:
    st.session_state[_AGAIN] = time.time_ns()


def _labels(page: Page) -> Labelled:
    """The loop by hand first, then every backend."""
    _ = page.text
    called = backend_labels() | {OURS: _("our engine")}
    return (BY_HAND, _("by hand")), *called.items()


def _draw(page: Page, times: StepTimes, called: Labelled) -> None:
    per_second = page.view.per_second
    st.markdown(legend([*line_styles(called).items()]), unsafe_allow_html=True)
    chart(page, times_frame(times, called, per_second), times_chart, called, per_second)
    if times.share == 1:
        reading(times_reading(page, times, dict(called)))
        _numbers(page, times, called)


def times_reading(page: Page, times: StepTimes, called: dict[str, str]) -> str:
    """What ours costs beside the loop by hand, and where others overtake ours."""
    _, ratios = page.text, times.ratios(OURS)
    few, many = min(ratios), max(ratios)
    told = _(
        "With {few} units {ours} takes {small} times as long as the hand-written loop, with {many} units {large} times."
    )
    words = [
        told.format(ours=called[OURS], small=number(ratios[few]), large=number(ratios[many]), few=few, many=f"{many:,}")
    ]
    words += [_overtaking(page, times, name, called[name]) for name in called if name not in (BY_HAND, OURS)]
    return " ".join(words)


def _overtaking(page: Page, times: StepTimes, name: str, label: str) -> str:
    """Where that backend overtakes ours; if it does not, how much longer it takes at the largest size."""
    _, ratios = page.text, times.ratios(name, OURS)
    if crossing := overtakes(times, name):
        return _("{other} overtakes it at about {units} units.").format(other=label, units=about(crossing[0]))
    many = max(ratios)
    if ratios[many] < 1:
        return _("{other} is faster at every size.").format(other=label)
    told = _(
        "{other} does not overtake it in this range: with {many} units it still takes {ratio} times as long as ours."
    )
    return told.format(other=label, many=f"{many:,}", ratio=number(ratios[many]))


def _numbers(page: Page, times: StepTimes, called: Labelled) -> None:
    """Every size as a row: ms per step, and how many times the loop by hand that is."""
    _ = page.text
    columns = [_column(times, name) for name, _label in called]
    rows = [(f"{size:,}", *(column.get(size, "–") for column in columns)) for size in SIZES]
    st.space("small")
    table((_("units"), *(label for _name, label in called)), rows)
    st.caption(
        _(
            "Milliseconds per step, the median of {rounds} rounds. In parentheses: how many times as long as the "
            "hand-written loop, the median of the {rounds} ratios taken within each round. A busy neighbour slows both "
            "sides of such a ratio alike, so it can differ from the ratio of the two medians."
        ).format(rounds=times.seconds.shape[-1])
    )


def _column(times: StepTimes, name: str) -> dict[int, str]:
    """Size → what stands in the table."""
    ratios = {} if name == BY_HAND else times.ratios(name)
    return {
        int(size): f"{1e3 * seconds:.3g} ms" + (f" ({ratios[size]:.2f}×)" if size in ratios else "")
        for size, seconds in zip(*times.line(name), strict=True)
    }
