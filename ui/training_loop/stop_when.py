"""Stop when …: the rule that a run is to stop by, chosen beside its buttons, and why it has stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from engines.errors import InvalidSetting
from engines.runs import stop_rules
from engines.runs.snapshot import Snapshot
from engines.runs.stop_rules import KINDS, StopRule
from ui.experiment.readers import one_of, optional, read_number, write_number, write_optional
from ui.failures import guarded
from ui.frame import Page
from ui.parts.fields import number_field
from ui.text import Text, counted

_NONE = "none"
_FIRST = {"step": 2000, "epoch": 10, "loss": 0.2, "accuracy": 0.95, "patience": 3}  # offered for each kind
_KEY = "control.stop"


def _read(text: str) -> StopRule:
    kind, colon, value = text.partition(":")
    if not colon:
        raise InvalidSetting("write one of {choices}, a colon and a number, like step:2000", choices=", ".join(KINDS))
    return StopRule(one_of(lambda: KINDS)(kind), read_number(value))


read_stop: Callable[[str], StopRule | None] = optional(_NONE, _read)
"""Of a link: "step:2000", "loss:0.2", …, or "none"."""

write_stop: Callable[[StopRule | None], str] = write_optional(_NONE, stop_rules.write)


def stop_when(page: Page) -> None:
    """A popover with the rule; it writes the view's field `stop`."""
    _, rule = page.text, page.view.stop
    with st.popover(_rule_told(rule, _), key="stop_when", width="content"):
        labels = {
            _NONE: _("when it is paused"),
            "step": _("at a step"),
            "epoch": _("at the end of an epoch"),
            "loss": _("at a test loss"),
            "accuracy": _("at a test accuracy"),
            "patience": _("without improvement"),
        }
        st.session_state[f"{_KEY}.kind"] = rule.kind if rule else _NONE
        st.selectbox(
            _("Stop the run"),
            list(labels),
            format_func=lambda kind: labels.get(kind, ""),
            key=f"{_KEY}.kind",
            on_change=guarded(partial(_choose, page)),
        )
        if rule:
            _number(page, rule)


def stopped_by(rule: StopRule, snapshot: Snapshot, _: Text) -> str:
    """Why a run stands where the snapshot shows it, if it was that rule: one line."""
    step, value = f"{snapshot.steps:,}", rule.number
    test = next((point for point in reversed(snapshot.tests) if point.step == snapshot.steps), None)
    if rule.kind == "loss" and test:
        told = _("Stopped at step {step}: the test loss is {found}, and {asked} was to be reached.")
        return told.format(step=step, found=_loss_reached(test.loss, value), asked=write_number(value))
    if rule.kind == "accuracy" and test:
        told = _("Stopped at step {step}: the test accuracy is {found}, and {asked} was to be reached.")
        return told.format(step=step, found=_share_reached(test.accuracy, value), asked=_share(value))
    if rule.kind == "patience":
        told = counted(
            _,
            "Stopped at step {step}: the lowest test loss lies {n:,} epoch back.",
            "Stopped at step {step}: the lowest test loss lies {n:,} epochs back.",
            value,
        )
        return told.format(step=step, n=value)
    if rule.kind == "epoch":
        told = counted(
            _,
            "Stopped at step {step}, after {n:,} epoch, as chosen.",
            "Stopped at step {step}, after {n:,} epochs, as chosen.",
            value,
        )
        return told.format(step=step, n=value)
    return _("Stopped at step {step}, as chosen.").format(step=step)


def _rule_told(rule: StopRule | None, _: Text) -> str:
    """The rule in a few words, on the button."""
    if rule is None:
        return _("Stop when …")
    value = rule.number
    if rule.kind == "step":
        return _("Stop at step {n:,}").format(n=value)
    if rule.kind == "epoch":
        return counted(_, "Stop after {n:,} epoch", "Stop after {n:,} epochs", value).format(n=value)
    if rule.kind == "loss":
        return _("Stop at a test loss of {loss}").format(loss=write_number(value))
    if rule.kind == "accuracy":
        return _("Stop at {share} on the test set").format(share=_share(value))
    told = counted(
        _, "Stop after {n:,} epoch without improvement", "Stop after {n:,} epochs without improvement", value
    )
    return told.format(n=value)


def _number(page: Page, rule: StopRule) -> None:
    _ = page.text
    told = {
        "step": (_("Step"), _("The run stops when it has made so many steps.")),
        "epoch": (_("Epochs"), _("The run stops at the end of that epoch.")),
        "loss": (
            _("Test loss"),
            _("The run stops at the first test point that is not above this after one that was."),
        ),
        "accuracy": (
            _("Test accuracy, 0 to 1"),
            _("The run stops at the first test point that is not below this after one that was."),
        ),
        "patience": (
            _("Epochs without a new lowest test loss"),
            _("The run stops at the end of an epoch, once for each lowest test loss."),
        ),
    }
    label, explained = told[rule.kind]
    number_field(
        label, rule.number, f"{_KEY}.{rule.kind}", partial(_read_number, rule.kind), partial(_set, page, rule.kind), _
    )
    if rule.asks_tests:
        explained += " " + _("There is a test point at the end of every epoch then.")
    st.caption(explained)


def _read_number(kind: str, text: str) -> float:
    """What a rule of that kind takes; an accuracy also in percent."""
    plain = text.strip()
    if kind == "accuracy" and plain.endswith("%"):
        return StopRule(kind, read_number(plain[:-1]) / 100).number
    return StopRule(kind, read_number(plain)).number


def _choose(page: Page) -> None:
    kind: Any = st.session_state[f"{_KEY}.kind"]
    if kind in (_NONE, *KINDS):
        page.change(stop=None if kind == _NONE else StopRule(kind, _FIRST[kind]))


def _set(page: Page, kind: str, value: float) -> None:
    page.change(stop=StopRule(kind, value))


def _share(value: float) -> str:
    """As it was asked for, to the last digit."""
    return f"{write_number(float(f'{100 * value:.12g}'))}%"


def _loss_reached(found: float, asked: float) -> str:
    """With as few digits as show that it is not above what was asked for, three at least."""
    return next(shown for digits in range(3, 18) if float(shown := f"{found:.{digits}g}") <= asked)


def _share_reached(found: float, asked: float) -> str:
    """In percent, with as few digits as show that it is not below what was asked for."""
    return next(f"{shown}%" for digits in range(1, 16) if float(shown := f"{100 * found:.{digits}f}") >= 100 * asked)
