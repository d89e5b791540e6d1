"""The audit of many entries at once: progress, histogram, verdict, and a switch that plants a wrong gradient."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from engines.costs.seconds import pass_seconds
from engines.gradients.audit import STATES, Audit, Entry, all_entries, audit, sampled_entries
from engines.gradients.wrong_gradients import WRONG_GRADIENTS
from engines.random_streams import Stream, generator
from ui.charts.gradient_tensors.error_histogram import error_frame, error_histogram, state_labels
from ui.charts.numerals import typeset
from ui.charts.palette import WRONG_SYMBOL
from ui.frame import Page
from ui.gradient_tensors.controls import entry_label, parameter_label
from ui.parts import widgets
from ui.parts.drawing import chart, reading
from ui.parts.frozen_weights import Held
from ui.parts.long_work import long_work
from ui.parts.table import table
from ui.text import counted

WHOLE = 5000  # a network of up to so many parameters is audited entry by entry
SAMPLE = 1000
_WORST = 5


def audit_view(page: Page, held: Held) -> None:
    """The choice of a mistake, then the audit as far as it is."""
    _, view = page.text, page.view
    with st.container(horizontal=True, vertical_alignment="bottom"):
        widgets.select("wrong", _("plant a mistake in the gradient"), wrong_labels(page), width=420)
    entries, scope = _scope(page, held)
    depends = view.wrong == "flipped_sign" or len(entries) < held.f.network.parameter_count
    long_work(
        page,
        "tensors.audit",
        (held.identity, view.wrong, view.tensor if depends else "any"),
        partial(_work, held, view.wrong, view.tensor, entries),
        _("Audit of {count:,} entries").format(count=len(entries)),
        lambda made: _draw(page, held, made, scope),
        seconds=2 * len(entries) * pass_seconds(held.f.network, len(held.f.x), held.f.dtype),
    )


def _work(held: Held, wrong: str, name: str, entries: list[Entry]) -> Iterator[Audit | object]:
    """The audit of the right gradient, or of one with a mistake planted."""
    gradients = held.gradients
    if wrong != "none":
        gradients = yield from WRONG_GRADIENTS[wrong](held.f, held.parameters, name)
    yield from audit(held.f, held.parameters, gradients, entries)


def wrong_labels(page: Page) -> dict[str, str]:
    """The mistakes to plant, by their name in the link."""
    _ = page.text
    return {
        "none": _("none: the gradient as it is"),
        "flipped_sign": _("the sign of the steepest entry"),
        "forgotten_mean": _("the mean's 1/n forgotten"),
        "missing_mask": _("the activation's derivative (relu's mask) missing"),
        "transposed": _("weight gradients transposed"),
        "no_bias": _("bias gradients left out"),
    }


def _scope(page: Page, held: Held) -> tuple[list[Entry], str]:
    """Which entries, and how to say so: the whole network, one parameter, or a sample of one."""
    _, name, network = page.text, page.view.tensor, held.f.network
    if network.parameter_count <= WHOLE:
        return all_entries(network.shapes), _("every one of the network's {count:,} parameters").format(
            count=network.parameter_count
        )
    size = held.parameters[name].size
    if size <= WHOLE:
        return all_entries({name: network.shapes[name]}), _(
            "all {count:,} entries of {name} (the network's {all:,} would take too long)"
        ).format(count=size, name=parameter_label(name, _), all=network.parameter_count)
    entries = sampled_entries(name, held.gradients[name], SAMPLE, generator(page.settings.seed, Stream.AUDITED_ENTRIES))
    return entries, _("a random sample of {count:,} of the {all:,} entries of {name}").format(
        count=len(entries), all=size, name=parameter_label(name, _)
    )


def _draw(page: Page, held: Held, made: Audit, scope: str) -> None:
    _, right = page.text, held.gradients
    if page.view.wrong != "none" and all(
        a == right[entry.parameter][entry.index] for entry, a in zip(made.entries, made.analytic, strict=True)
    ):
        st.info(_("The mistake changes none of these entries, so there is nothing to find."))
    if made.share == 1:
        _verdict(page, made, scope)
    chart(page, error_frame(made, _), error_histogram)
    reading(_counts(page, made))
    state = "fails" if made.count("fails") else "kink"
    if worst := made.worst(_WORST, state):
        st.space("small")
        _worst(page, made, worst)


def _verdict(page: Page, made: Audit, scope: str) -> None:
    _ = page.text
    if made.passed:
        st.success(_("**The gradient is right**: checked {scope}.").format(scope=scope), icon=":material/check_circle:")
        return
    worst = made.worst(3)
    if not worst:
        st.warning(_("No entry could be checked."), icon=":material/help:")
        return
    text = counted(
        _,
        "**The gradient is wrong** in {count:,} entry, {worst}: checked {scope}.",
        "**The gradient is wrong** in {count:,} entries, worst in {worst}: checked {scope}.",
        made.count("fails"),
    )
    shown = ", ".join(entry_label(made.entries[k], _) for k in worst)
    st.error(text.format(count=made.count("fails"), worst=shown, scope=scope), icon=":material/error:")


def _counts(page: Page, made: Audit) -> str:
    _ = page.text
    agreeing = made.errors[made.states == 0]
    text = _("{agree:,} of {count:,} entries agree; the largest error among them is {error}.").format(
        agree=len(agreeing), count=made.done, error=typeset(float(agreeing.max(initial=0.0)))
    )
    if kinks := made.count("kink"):
        text += " " + counted(
            _,
            "{n:,} lies at a kink: a relu has its corner between w − ε and w + ε.",
            "{n:,} lie at a kink: a relu has its corner between w − ε and w + ε.",
            kinks,
        ).format(n=kinks)
    if lost := made.count("rounding"):
        text += " " + counted(
            _,
            "{n:,} is too small: the two losses differ by less than their rounding.",
            "{n:,} are too small: the two losses differ by less than their rounding.",
            lost,
        ).format(n=lost)
    return text


def _worst(page: Page, made: Audit, positions: list[int]) -> None:
    _, labels = page.text, state_labels(page.text)
    header = (_("entry"), _("gradient, a"), _("central difference, n"), _("error"), _("verdict"))
    rows = [
        (
            entry_label(made.entries[k], _),
            typeset(float(made.analytic[k]), 9),
            typeset(float(made.numeric[k]), 9),
            typeset(float(made.errors[k]), 2),
            f"{WRONG_SYMBOL} {labels[made.states[k]]}" if STATES[made.states[k]] == "fails" else labels[made.states[k]],
        )
        for k in positions
    ]
    table(header, rows)
