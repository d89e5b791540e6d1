"""Who takes part, and each one's learning rate and other hyperparameters: shared by the scenes with racers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

import streamlit as st

from engines import optimizers
from engines.optimizers.base import Optimizer
from ui.charts.palette import optimizer_style
from ui.failures import guarded
from ui.frame import Page
from ui.optimizers.race.racers import Racers, customary, replaced, tuned
from ui.optimizers.rates.bundled import bundled
from ui.parts.hyperparameters import hyperparameter_field, rate_slider
from ui.text.names import names
from ui.text.optimizer_names import optimizer_name

_SET = "racers.set"


def racer_choice(page: Page) -> None:
    """The set of racers, one at least; the pills are the pictures' legend too, each with its line's stroke."""
    _, order = page.text, optimizers.names()
    st.session_state[_SET] = [racer.name for racer in page.view.racers]
    st.html(f"<style>{_strokes(order)}</style>")
    st.pills(
        _("Optimizers in the race"), order, selection_mode="multi",
        format_func=lambda name: optimizer_name(optimizers.get(name), _), key=_SET,
        on_change=_chosen, args=(page,), label_visibility="collapsed", wrap=True,
    )  # fmt: skip


def _strokes(order: list[str]) -> str:
    """CSS: before each pill's word a stroke of its line's colour and dash; paler where it does not take part."""
    pill = f".st-key-{_SET.replace('.', '-')} button"
    rules = [
        f"{pill}::before {{ content: ''; width: 28px; height: 3px; margin-right: 0.4rem; flex: none; }}",
        f"{pill}[kind='pills'] {{ opacity: 0.55; }}",
    ]
    for place, name in enumerate(order, start=1):
        color, dash = optimizer_style(name)
        stops, at = [], 0
        for length, drawn in zip(dash, (color, "transparent") * len(dash), strict=False):
            stops.append(f"{drawn} {at}px {at + length}px")
            at += length
        drawn = f"repeating-linear-gradient(90deg, {', '.join(stops)})"
        rules.append(f"{pill}:nth-of-type({place})::before {{ background: {drawn}; }}")
    return "\n".join(rules)


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
    """Which rates they have, each racer's own beside the picture, and below them its other hyperparameters."""
    _, view = page.text, page.view
    _rates_choice(page)
    rate_panel(page, view.racers, "racers", partial(_changed, page))
    st.button(_("Back to the opening settings"), key="racers.reset", on_click=guarded(partial(_defaults, page)))


def _rates_choice(page: Page) -> None:
    """The rates of the sweep that comes with the app, or the customary ones; neither where somebody chose others."""
    _, key, racers, sweep = page.text, "racers.rates", page.view.racers, bundled()
    sets, labels = {"tuned": tuned, "customary": customary}, {"tuned": _("best"), "customary": _("customary")}
    st.session_state[key] = next((name for name, rates in sets.items() if rates(racers) == racers), None)

    @guarded
    def chosen() -> None:
        if st.session_state[key] in sets:
            page.change(racers=sets[st.session_state[key]](page.view.racers))

    told = _(
        "Best: those that a sweep found on the digits, {layers}, in batches of {batch}, for {steps:,} steps. With "
        "other settings other rates are best. Customary: those that libraries and tutorials begin with."
    ).format(layers=" → ".join(map(str, sweep.layers)), batch=sweep.batch_size, steps=sweep.steps)
    st.segmented_control(
        _("Learning rates"), list(sets), format_func=lambda name: labels.get(name, ""), key=key, on_change=chosen,
        help=told,
    )  # fmt: skip


def rate_panel(page: Page, racers: Racers, prefix: str, tuned: Callable[[str, str, float], object]) -> None:
    """A slider a racer for its rate, and behind one click its other fields; `tuned` gets racer, field and value."""
    _, label = page.text, names(page.text)
    for racer in racers:
        rate, *_others = fields(racer)
        told, key = f"{optimizer_name(racer, _)}: η", f"{prefix}.{racer.name}"
        rate_slider(told, racer.learning_rate, f"{key}.rate", partial(tuned, racer.name, rate.name))
    if not any(len(fields(racer)) > 1 for racer in racers):
        return
    with st.expander(_("More")):
        for racer in racers:
            for spec in fields(racer)[1:]:
                told = f"{optimizer_name(racer, _)}: {label[spec.name]}"
                key, changed = f"{prefix}.{racer.name}.{spec.name}", partial(tuned, racer.name, spec.name)
                hyperparameter_field(told, racer, spec.name, key, changed, _)


def _changed(page: Page, name: str, hyperparameter: str, value: float) -> None:
    racers = page.view.racers
    racer: Optimizer | None = next((racer for racer in racers if racer.name == name), None)
    if racer is not None:
        page.change(racers=replaced(racers, replace(racer, **{hyperparameter: value})))


def _defaults(page: Page) -> None:
    page.change(racers=tuned(tuple(type(racer)() for racer in page.view.racers)))
