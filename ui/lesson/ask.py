"""The question of a step, and the ways to predict: one form, so that what is said and the click arrive together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from engines.errors import EngineError
from lessons.inputs import Input
from lessons.steps import Step
from ui.experiment.place import Place
from ui.experiment.readers import read_number, write_number
from ui.failures import guarded
from ui.lesson.ways import predict
from ui.page import Page
from ui.text import Text

_HIDDEN: Final = "collapsed"  # the question stands above it; a screen reader hears the label
_KEY, _WRONG = "lesson.said", "lesson.wrong"


def ask(page: Page, place: Place, step: Step, words: Mapping[str, str]) -> None:
    """The question with its field, and beside it Predict and Skip."""
    _, key = page.text, f"{_KEY}.{place.lesson or place.assignment}.{place.question}"
    form = st.form("lesson.form", border=False)
    form.markdown(f"**{words[f'{step.name}_ask']}**")
    with form.container(horizontal=True, vertical_alignment="center"):
        _field(step, words, key)
        said, skipped = partial(_say, page, step.input, key), partial(predict, "", page.settings)
        st.form_submit_button(_("Predict"), type="primary", on_click=guarded(said))
        st.form_submit_button(_("Skip"), type="tertiary", on_click=guarded(skipped))
    if wrong := st.session_state.pop(_WRONG, None):
        st.error(wrong)


def _field(step: Step, words: Mapping[str, str], key: str) -> None:
    label, how = words[f"{step.name}_ask"], step.input
    if how.is_choice:
        labels = {choice: words[f"{step.name}_choice_{choice}"] for choice in how.choices}
        show = labels.__getitem__
        st.radio(label, how.choices, index=None, format_func=show, horizontal=True, key=key, label_visibility=_HIDDEN)
    elif how.kind == "point":
        places = how.places
        middle = places[len(places) // 2]
        st.select_slider(label, places, middle, how.written, key=key, width=420, label_visibility=_HIDDEN)
    else:
        st.text_input(label, key=key, width=140, label_visibility=_HIDDEN)


def _say(page: Page, how: Input, key: str) -> None:
    """Take what the field says; what cannot be taken is told, and nothing is lost."""
    _, said = page.text, st.session_state.get(key)
    try:
        text = _read(how, said, _)
    except EngineError as error:
        st.session_state[_WRONG] = _.error(error)
        return
    if not text:
        st.session_state[_WRONG] = _("Choose or type a prediction first, or skip it.")
        return
    predict(text, page.settings)


def _read(how: Input, said: object, _: Text) -> str:
    """What was said as the log takes it. Raises `InvalidSetting`."""
    if said is None or said == "":
        return ""
    if how.is_choice:
        return str(how.read(str(said)))
    value = how.read(write_number(read_number(str(said))))
    return write_number(float(f"{float(value):.12g}"))
