"""∂loss/∂x against central differences, on demand: a verdict on all pixels, and the chosen one's numbers."""

from __future__ import annotations

import streamlit as st

from engines.gradients.audit import LIMIT, STATES, Audit
from engines.gradients.input_check import check_input
from ui.chain_rule.input.looked import Looked
from ui.chain_rule.input.subject import Subject
from ui.charts.gradient_tensors.error_histogram import state_labels
from ui.charts.numerals import typeset
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL
from ui.frame import Page
from ui.parts import widgets
from ui.parts.drawing import reading
from ui.parts.frozen_weights import Held
from ui.parts.long_work import long_work, stop
from ui.parts.table import table
from ui.text import Text, counted

_WORK = "input.check"
_WORST = 3


def check_view(page: Page, held: Held, subject: Subject, looked: Looked, pixel: int) -> None:
    """A switch; behind it the check as far as it is."""
    _ = page.text
    widgets.toggle("i_check", _("Check every pixel against a central difference"))
    if not page.view.i_check:
        stop(_WORK)
        return
    long_work(
        page,
        _WORK,
        (held.identity, page.data.identity, subject.identity, looked.loss.label),
        lambda: check_input(looked.loss, looked.gradient),
        _("Checking the pixels"),
        lambda made: _draw(page, looked, made, pixel),
    )


def _draw(page: Page, looked: Looked, made: Audit, pixel: int) -> None:
    _ = page.text
    if made.share == 1:
        _verdict(made, page)
    reading(counts_told(made, _))
    if made.done > pixel:
        _chosen(made, pixel, page)


def _verdict(made: Audit, page: Page) -> None:
    _ = page.text
    if made.passed:
        text = _("**∂loss/∂x is right**: each of its entries was checked.")
        st.success(text, icon=":material/check_circle:")
    elif not made.count("fails"):
        st.warning(_("No entry could be checked."), icon=":material/help:")
    else:
        text = counted(
            _,
            "**∂loss/∂x is wrong** in {count:,} pixel: {worst}.",
            "**∂loss/∂x is wrong** in {count:,} pixels, worst in {worst}.",
            made.count("fails"),
        )
        shown = ", ".join(f"x[{made.entries[k].index[1]}]" for k in made.worst(_WORST))
        st.error(text.format(count=made.count("fails"), worst=shown), icon=":material/error:")


def counts_told(made: Audit, _: Text) -> str:
    """How many entries agree, and what became of the others."""
    agreeing = made.errors[made.states == STATES.index("agrees")]
    told = _("None of {count:,} entries agrees.")
    if len(agreeing):
        told = _("{agree:,} of {count:,} entries agree; the largest error among them is {error}.")
    error = typeset(float(agreeing.max(initial=0.0)))
    told = told.format(agree=len(agreeing), count=made.done, error=error)
    kinks, lost = made.count("kink"), made.count("rounding")
    at_kinks = counted(
        _,
        "{n:,} lies at a kink: a relu has its corner between x − ε and x + ε.",
        "{n:,} lie at a kink: a relu has its corner between x − ε and x + ε.",
        kinks,
    )
    too_small = counted(
        _,
        "{n:,} is too small: the two losses differ by less than their rounding.",
        "{n:,} are too small: the two losses differ by less than their rounding.",
        lost,
    )
    return " ".join([told, *(text.format(n=n) for n, text in ((kinks, at_kinks), (lost, too_small)) if n)])


def _chosen(made: Audit, pixel: int, page: Page) -> None:
    """The chosen pixel's slope by both ways."""
    _ = page.text
    state, error = int(made.states[pixel]), float(made.errors[pixel])
    sign = {"agrees": RIGHT_SYMBOL, "fails": WRONG_SYMBOL}.get(STATES[state], "")
    verdict = f"{sign} {state_labels(_)[state]}".strip()
    header = (_("entry"), _("gradient, a"), _("central difference, n"), _("error"), _("verdict"))
    values = (typeset(float(values[pixel]), 9) for values in (made.analytic, made.numeric))
    table(header, [(f"x[{pixel}]", *values, typeset(error, 2), verdict)])
    reading(
        _("An error below {limit} counts as agreement. All in float64, with ε = 6·10⁻⁶.").format(limit=typeset(LIMIT))
    )
