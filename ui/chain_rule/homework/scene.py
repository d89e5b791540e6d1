"""The homework scene: a 2-2-1 network on scalars, whose every number the learner finds by hand and has checked."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import streamlit as st

from engines import backends
from engines.chain_rule.exercises import draw
from engines.chain_rule.homework import ANSWERS, quantity
from engines.chain_rule.homework_marks import marks
from engines.chain_rule.scalar_net import ACTIVATIONS, ScalarNet, Solution, forward, recorded, solve
from engines.random_streams import Stream, generator
from ui.chain_rule.homework.answers import answers, marked, progress
from ui.chain_rule.homework.picture import network_picture
from ui.chain_rule.homework.solution import worked_solution
from ui.chain_rule.scalars.settings import FIELDS, MAX_EXERCISE, ScalarsView, numbers, written
from ui.chain_rule.walk.view import chain_graph
from ui.experiment.readers import whole
from ui.failures import guarded
from ui.frame import Page
from ui.parts.fields import number_field
from ui.parts.widgets import text, toggle

_ROWS = ({"x": 1.0, "w": 1.7, "b": 1.0}, {"v": 1.4, "c": 1.0, "y": 1.0})  # the fields and their widths
_NO_NUMBERS = {f"h_{name}": "" for name in FIELDS}


def homework_scene(page: Page) -> tuple[object, ...]:
    """The numbers, the network, the learner's answers and their marks, the solution; returns whose code ran."""
    _ = page.text
    st.markdown(_.section("chain_scalars", "homework"))
    _fill(page)
    _controls(page)
    found = solution(network(page.view), page.settings.backend)
    known = marked(page, found)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        network_picture(page, found, {key for key, mark in known.items() if mark.right})
        progress(page, found, known)
        _numbers(page)
    with right:
        answers(page, found, known)
    st.caption(_.section("chain_scalars", "homework_rules"))
    if page.view.h_solved:
        st.subheader(_("The worked solution"))
        worked_solution(page, found)
        st.subheader(_("The recorded graph of this pass"))
        backend = backends.get(page.settings.backend)
        chain_graph(page, backend, recorded(found.net, backend), "homework")
    return forward, solve, marks


@lru_cache(maxsize=256)
def exercise(number: int, activation: str) -> ScalarNet:
    """The exercise of that number."""
    return draw(generator(number, Stream.HOMEWORK), activation)


@lru_cache(maxsize=256)
def solution(net: ScalarNet, backend: str) -> Solution:
    """All numbers of the network by that backend."""
    return solve(net, backends.get(backend))


def network(view: ScalarsView) -> ScalarNet:
    """The network of the typed numbers."""
    typed = {name: numbers(getattr(view, f"h_{name}")) for name in FIELDS}
    (c,), (y,) = typed.pop("c"), typed.pop("y")
    shaped: dict[str, Any] = typed  # the fields' readers see to how many numbers each has
    return ScalarNet(**shaped, c=c, y=y, activation=view.h_activation)


def texts(net: ScalarNet) -> dict[str, str]:
    """The network's numbers as its fields show them, by the view's names."""
    values = {name: getattr(net, name) for name in FIELDS}
    return {f"h_{name}": written(value if isinstance(value, tuple) else (value,)) for name, value in values.items()}


def _fill(page: Page) -> None:
    """An empty field gets the exercise's number; and where a link says so, the first answers are there."""
    given = texts(exercise(page.view.h_exercise, page.view.h_activation))
    missing = {name: value for name, value in given.items() if not getattr(page.view, name)}
    if missing:
        page.change(**missing)
    if page.view.h_to:
        page.change(h_to="", h_answers=answered_to(page.view.h_to, solution(network(page.view), page.settings.backend)))


def answered_to(last: str, found: Solution) -> tuple[tuple[str, str], ...]:
    """The right answers from the first one to that one, as they are typed."""
    known = ANSWERS[: ANSWERS.index(last) + 1]
    return tuple((key, f"{quantity(key, found).value:.6g}") for key in known)


def _controls(page: Page) -> None:
    """Which exercise, with which activation, solved or not."""
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom", key="homework_controls"):
        _exercise_number(page)
        st.button(
            _("Next exercise"), key="homework.next", icon=":material/casino:", on_click=_next_exercise, args=(page,)
        )
        _activation(page)
        toggle("h_solved", _("Show the answers"))


def _numbers(page: Page) -> None:
    """All numbers of the network, to be changed."""
    _ = page.text
    labels = {
        "x": _("inputs x"),
        "w": _("weights W, row by row"),
        "b": _("biases b"),
        "v": _("output weights v"),
        "c": _("bias c"),
        "y": _("target y"),
    }
    for row in _ROWS:
        for column, name in zip(st.columns([*row.values()], gap="small"), row, strict=True):
            with column:
                text(f"h_{name}", labels[name], _)
    if texts(exercise(page.view.h_exercise, page.view.h_activation)) != texts(network(page.view)):
        st.caption(_("These are your own numbers, not the exercise's."))


def _exercise_number(page: Page) -> None:
    _, read, chosen = page.text, whole(1, MAX_EXERCISE), partial(_exercise_chosen, page)
    number_field(_("Exercise"), page.view.h_exercise, "view.h_exercise", read, chosen, _, width=140)


def _activation(page: Page) -> None:
    _, key = page.text, "view.h_activation"
    st.session_state[key] = page.view.h_activation
    st.selectbox(_("Activation"), ACTIVATIONS, key=key, on_change=_activation_chosen, args=(page,), width=150)


def _exercise_chosen(page: Page, number: int) -> None:
    page.change(h_exercise=number, h_answers=(), h_solved=False, **_NO_NUMBERS)


@guarded
def _next_exercise(page: Page) -> None:
    _exercise_chosen(page, page.view.h_exercise % MAX_EXERCISE + 1)


@guarded
def _activation_chosen(page: Page) -> None:
    """Another activation: the exercise draws other numbers that suit it; numbers of one's own stay."""
    chosen = st.session_state["view.h_activation"]
    if chosen not in ACTIVATIONS:
        return
    view = page.view
    is_own = network(view) != exercise(view.h_exercise, view.h_activation)
    page.change(h_activation=chosen, **({} if is_own else _NO_NUMBERS | {"h_answers": ()}))
