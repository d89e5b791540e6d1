"""The controls that the scenes of the Gradient descent page share: step size, momentum, start, and playing steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from ui.browser.quiet import watch_for_silence
from ui.experiment.readers import write_number
from ui.failures import guarded, survived
from ui.frame import Page
from ui.gradient_descent.settings import LAST_STEP, DescentSettings
from ui.parts.widgets import slider, toggle

STEP_SIZES = tuple(float(f"{digit}e{power}") for power in range(-4, 3) for digit in (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9))
STEP_SIZES += (1000.0,)
MOMENTA = tuple(index / 100 for index in range(100))
_SECONDS_A_STEP = 0.5
_PLAYING = "descent.playing"  # when the last step was made; absent while it stands still


def own_slider(
    page: Page,
    name: str,
    label: str,
    options: Sequence[float],
    value: float,
    show: Callable[[float], str] = write_number,
    **looks: Any,
) -> None:
    """A slider for a field of the view that may be None: `value` is what stands for it now."""
    choices = tuple(sorted({*options, value}))
    st.session_state[f"view.{name}"] = value
    st.select_slider(
        label, choices, format_func=show, key=f"view.{name}", on_change=_moved, args=(page, name, choices), **looks
    )


def step_size_slider(page: Page, name: str, step_size: float) -> None:
    _ = page.text
    looks = {"width": 165, "help": _.term("learning_rate")}
    own_slider(page, name, _("Step size (learning rate)"), STEP_SIZES, step_size, **looks)


def function_select(
    page: Page, name: str, label: str, labels: Mapping[str, str], reset: Mapping[str, Any], width: int
) -> None:
    """A list of functions; with another function the fields in `reset` go back to what they say there."""
    key = f"view.{name}"
    st.session_state[key] = getattr(page.view, name)

    @guarded
    def chosen() -> None:
        if st.session_state[key] in labels:
            page.change(**{name: st.session_state[key]}, **reset)

    st.selectbox(
        label, list(labels), format_func=lambda value: labels.get(value, ""), key=key, on_change=chosen, width=width
    )


def momentum_slider(page: Page) -> None:
    _ = page.text
    slider(
        "momentum",
        _("Momentum β"),
        MOMENTA,
        lambda value: write_number(value) if value else "0 · SGD",
        width=130,
        help=_.term("momentum"),
    )


def nesterov_toggle(page: Page) -> None:
    _ = page.text
    toggle("nesterov", _("Nesterov"), disabled=page.view.momentum == 0)


@guarded
def _moved(page: Page, name: str, choices: tuple[float, ...]) -> None:
    value = st.session_state[f"view.{name}"]
    if value in choices:
        page.change(**{name: value})


def pick(
    page: Page, key: str, change: Callable[[DescentSettings, dict[str, Any]], dict[str, Any]], inside: bool = False
) -> Callable[[], None]:
    """The callback of a picture drawn under `key`: `change` says which fields follow from the row picked.

    `inside` a fragment the rest of the page does not follow by itself: see `follow`.
    """

    def picked() -> None:
        rows = st.session_state[key]["selection"].get("picked")
        if rows:
            page.change(**change(page.view, rows[0]))
            st.session_state["descent.follow"] = inside

    return picked


def follow() -> None:
    """In a fragment: run the whole page, if something was picked in the fragment that shapes all of it."""
    if st.session_state.pop("descent.follow", False):
        st.rerun()


def watch_steps(page: Page, draw: Callable[[int], object]) -> None:
    """Play, next step and a slider over the steps; `draw` is called with the step to show, in the same fragment."""
    playing = _PLAYING in st.session_state
    if playing:
        watch_for_silence(page.text, _SECONDS_A_STEP)

    @st.fragment(run_every=_SECONDS_A_STEP if playing else None)
    def steps() -> None:
        with survived("picture", "descent"):
            follow()
            if playing:
                _advance(page)
            _transport(page)
            draw(page.view.shown)

    steps()


def _transport(page: Page) -> None:
    _, shown = page.text, page.view.shown
    playing = _PLAYING in st.session_state
    with st.container(horizontal=True, vertical_alignment="bottom", key="descent_transport"):
        if st.button(_("Pause") if playing else _("Play"), icon=_icon(playing), key="descent.play", type="primary"):
            _play(page, not playing)
            st.rerun()
        st.button(
            _("Next step"),
            key="descent.next",
            icon=":material/arrow_forward:",
            on_click=_go_to,
            args=(page, shown + 1),
            disabled=shown >= LAST_STEP,
        )
        st.button(_("To the start"), key="descent.first", icon=":material/first_page:", on_click=_go_to, args=(page, 0))
        slider("shown", _("Steps shown"), range(LAST_STEP + 1), str)


def is_playing() -> bool:
    return _PLAYING in st.session_state


def _icon(playing: bool) -> str:
    return ":material/pause:" if playing else ":material/play_arrow:"


def _play(page: Page, start: bool) -> None:
    if start:
        st.session_state[_PLAYING] = time.monotonic()
        if page.view.shown >= LAST_STEP:
            page.settle(shown=0)
    else:
        st.session_state.pop(_PLAYING, None)
        page.change(shown=page.view.shown)  # now it stands in the URL too


def _advance(page: Page) -> None:
    """The next step, if it is time; at the last one it stops."""
    if time.monotonic() - st.session_state.get(_PLAYING, 0) < 0.6 * _SECONDS_A_STEP:
        return
    shown = page.view.shown + 1
    if shown >= LAST_STEP:
        page.settle(shown=LAST_STEP)
        _play(page, False)
        st.rerun()
    page.settle(shown=shown)  # not into the URL: playing would fill the browser's history
    st.session_state[_PLAYING] = time.monotonic()


@guarded
def _go_to(page: Page, step: int) -> None:
    page.change(shown=min(step, LAST_STEP))
