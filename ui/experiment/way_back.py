"""The word that a change of the settings has ended a run, and the way back.

Going back brings the settings, and the same run: to its step where its recipe is known, else from its first step.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import streamlit as st

from engines.runs.recipe import Recipe
from ui.experiment.ended import forget, recall
from ui.experiment.link import change, open_recipe
from ui.experiment.readers import write_hidden
from ui.experiment.settings import Settings
from ui.failures import guarded
from ui.text import Text
from ui.text.names import names
from ui.text.plain import plain


def way_back(key: str, settings: Settings, steps: int, _: Text) -> None:
    """What ended the run of that key, and a button back; until the run that stands here now has come as far.

    `settings` are those that shape this one from its first step.
    """
    ended = recall(key)
    if ended is None or steps >= ended.steps or not (changed := _changed(ended.settings, settings)):
        return
    before, now = (", ".join(_said(name, each, _) for name in changed) for each in (ended.settings, settings))
    told = _(
        "The run with {before} ended at step {step:,}: now it is {now}. Going back starts that run again from its "
        "first step."
    )
    if ended.recipe:
        told = _("The run with {before} ended at step {step:,}: now it is {now}. Going back trains it to there again.")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_ended"):
        st.caption(told.format(before=before, now=now, step=ended.steps), width="content")
        values = {name: getattr(ended.settings, name) for name in changed}
        st.button(
            _("Back to {before}").format(before=before), key=f"{key}.back", icon=":material/undo:", on_click=_go_back,
            args=(key, values, ended.recipe),
        )  # fmt: skip


@guarded
def _go_back(key: str, values: dict[str, Any], recipe: Recipe | None) -> None:
    forget(key)
    if recipe:
        open_recipe(recipe)
    else:
        change(**values)


def _changed(before: Settings, now: Settings) -> list[str]:
    return [spec.name for spec in fields(Settings) if getattr(before, spec.name) != getattr(now, spec.name)]


def _said(name: str, settings: Settings, _: Text) -> str:
    """A setting by its name and its value."""
    value = getattr(settings, name)
    shown = write_hidden(value) if name == "hidden" else plain(names(_)[str(value)])
    known = {
        "hidden": _("the layers {value}"),
        "seed": _("the seed {value}"),
        "batch_size": _("the batch size {value}"),
    }
    return known.get(name, "{value}").format(value=shown)
