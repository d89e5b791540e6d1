"""Who takes part, and each one's learning rate and other hyperparameters: shared by the scenes with racers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

import streamlit as st

from engines import optimizers
from engines.optimizers.base import Optimizer
from ui.failures import guarded
from ui.frame import Page
from ui.optimizers.race.racers import Racers, replaced
from ui.parts.hyperparameters import hyperparameter_field, rate_slider
from ui.text.names import names
from ui.text.optimizer_names import optimizer_name

_SET = "racers.set"


def racer_choice(page: Page) -> None:
    """The set of racers; one at least stays."""
    _, order = page.text, optimizers.names()
    st.session_state[_SET] = [racer.name for racer in page.view.racers]
    st.pills(
        _("Who takes part"), order, selection_mode="multi",
        format_func=lambda name: optimizer_name(optimizers.get(name), _), key=_SET,
        on_change=_chosen, args=(page,), label_visibility="collapsed", wrap=True,
    )  # fmt: skip


@guarded
def _chosen(page: Page) -> None:
    names_now = st.session_state[_SET]
    if not names_now or not set(names_now) <= set(optimizers.names()):
        return
    known = {racer.name: racer for racer in page.view.racers}
    page.change(
        racers=tuple(known.get(name) or optimizers.get(name)() for name in optimizers.names() if name in names_now)
    )


def racer_settings(page: Page) -> None:
    """Each racer's rate and other hyperparameters, behind one button."""
    _, changed, defaults = page.text, partial(_changed, page), partial(_defaults, page)
    hyperparameter_table(page, page.view.racers, "racers", changed, _("All back to their defaults"), defaults)


def hyperparameter_table(
    page: Page,
    racers: Racers,
    prefix: str,
    tuned: Callable[[str, str, float], object],
    reset_label: str,
    reset: Callable[[], object],
) -> None:
    """A row a racer behind one button, made from its fields; `tuned` is called with racer, field and value."""
    _, label = page.text, names(page.text)
    with st.popover(_("Rates and hyperparameters"), icon=":material/tune:"):
        for racer in racers:
            rate, *others = fields(racer)
            columns = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
            with columns[0]:
                told, key = (
                    _("{optimizer}: learning rate").format(optimizer=optimizer_name(racer, _)),
                    f"{prefix}.{racer.name}.rate",
                )
                rate_slider(told, racer.learning_rate, key, partial(tuned, racer.name, rate.name))
            for column, spec in zip(columns[1:], others, strict=False):
                with column:
                    key, changed = f"{prefix}.{racer.name}.{spec.name}", partial(tuned, racer.name, spec.name)
                    hyperparameter_field(label[spec.name], racer, spec.name, key, changed, _)
        st.button(reset_label, key=f"{prefix}.reset", on_click=guarded(reset))


def _changed(page: Page, name: str, hyperparameter: str, value: float) -> None:
    racers = page.view.racers
    racer: Optimizer | None = next((racer for racer in racers if racer.name == name), None)
    if racer is not None:
        page.change(racers=replaced(racers, replace(racer, **{hyperparameter: value})))


def _defaults(page: Page) -> None:
    page.change(racers=tuple(type(racer)() for racer in page.view.racers))
