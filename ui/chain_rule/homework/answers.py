"""The learner's answers: a field for each number, its mark, and what is missing where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from engines.chain_rule.homework import ANSWERS, FORWARD, Mark, Slip, mark, quantity, read_answer
from engines.chain_rule.scalar_net import Solution
from engines.errors import EngineError
from ui.chain_rule.homework.picture import name
from ui.charts.numerals import number
from ui.experiment.readers import with_decimal_points
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import reading

_REFUSED = "homework.refused"  # texts that are no numbers, each with the reason, by the answer's name


class _RefusedAnswer(NamedTuple):
    """A text that is no number, why, and of which exercise: in another one it is forgotten."""

    text: str
    error: EngineError
    exercise: int


def answers(page: Page, found: Solution) -> None:
    """How many are right; then the fields in four columns, as the network is built, each with what is missing."""
    _ = page.text
    given = {key: text for key, text in page.view.h_answers}
    marks = {key: mark(quantity(key, found), read_answer(text)) for key, text in given.items()}
    reading(_told(page, found, marks))
    groups = {
        _("Forward pass"): FORWARD,
        _("Backward: output"): ("dy_pred", "dv1", "dv2", "dc"),
        _("Backward: unit 1"): ("da1", "dz1", "dw11", "dw21", "db1"),
        _("Backward: unit 2"): ("da2", "dz2", "dw12", "dw22", "db2"),
    }
    for column, (title, keys) in zip(st.columns(4), groups.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            for key in keys:
                _field(page, key, given.get(key, ""), marks.get(key))
            for key in keys:
                _remark(page, found, key, given.get(key, ""), marks.get(key))


def shown_name(key: str) -> str:
    """ "dw11" as ∂loss/∂w₁₁."""
    return f"∂loss/∂{name(key[1:])}" if key[0] == "d" else name(key)


def _field(page: Page, key: str, text: str, marked: Mark | None) -> None:
    refused = _refused(page, key)
    st.session_state[f"homework.{key}"] = refused.text if refused else text
    symbol = "" if marked is None or refused else " :green[**✓**]" if marked.right else " :red[**✗**]"
    st.text_input(
        shown_name(key).replace("_", r"\_") + symbol,
        key=f"homework.{key}",
        placeholder="?",
        on_change=_answered,
        args=(page, key),
    )


@guarded
def _answered(page: Page, key: str) -> None:
    """Keeps what was typed: in the link if it is a number, else beside it with the reason."""
    view, text = page.view, st.session_state[f"homework.{key}"].strip()
    if key not in ANSWERS:
        return
    kept = {other: value for other, value in view.h_answers if other != key}
    refused = {other: value for other, value in st.session_state.get(_REFUSED, {}).items() if other != key}
    if text:
        try:
            kept[key] = with_decimal_points(text, read_answer)
        except EngineError as error:
            refused[key] = _RefusedAnswer(text, error, view.h_exercise)
    changed = tuple((other, kept[other]) for other in ANSWERS if other in kept)
    st.session_state[_REFUSED] = refused
    page.change(h_answers=changed)


def _refused(page: Page, key: str) -> _RefusedAnswer | None:
    found: _RefusedAnswer | None = st.session_state.get(_REFUSED, {}).get(key)
    return found if found and found.exercise == page.view.h_exercise else None


def _remark(page: Page, found: Solution, key: str, text: str, marked: Mark | None) -> None:
    """Under the column's fields: what is missing in a wrong number, or why it is none."""
    _, refused = page.text, _refused(page, key)
    if refused:
        st.error(f"{shown_name(key)}: ".replace("_", r"\_") + _.error(refused.error))
    elif marked is not None and not marked.right:
        said = _("{name} = {given} is not right.").format(name=shown_name(key), given=number(read_answer(text)))
        st.markdown(f":red[**✗**] {said} {_diagnosis(page, found, marked.slips)}".replace("_", r"\_"))


def _diagnosis(page: Page, found: Solution, slips: tuple[Slip, ...]) -> str:
    """Every single slip that explains the number; what is still to be found is named without its value."""
    _ = page.text
    told = {
        "factor": _("the factor {part} is missing"),
        "term": _("the term {part} is missing"),
        "function": _("the activation is missing, this is {part}"),
        "sign": _("the sign is wrong"),
    }
    if not slips:
        return _("No single slip explains it.")
    known = found.values if page.view.h_solved else found.net.numbers
    causes = [told[slip.kind].format(part=_part(slip, known)) for slip in slips]
    return _("One slip explains it: {causes}.").format(causes=_(" or ").join(causes))


def _part(slip: Slip, known: Mapping[str, float]) -> str:
    """The part's name, with its number if that is known."""
    if slip.part is None:
        return ""
    return name(slip.part.name) + (f" = {number(slip.part.value)}" if slip.part.name in known else "")


def _told(page: Page, found: Solution, marks: dict[str, Mark]) -> str:
    """How far the homework is, and a unit that lets nothing through."""
    _ = page.text
    right = sum(marked.right for marked in marks.values())
    told = _("{right} of {count} numbers are right.").format(right=right, count=len(ANSWERS))
    if page.view.h_solved:
        told += " " + _("In red: ∂loss/∂ of the number above it.")
    dead = [f"{name(f'z{j + 1}')}" for j, slope in enumerate(found.slopes) if slope == 0]
    if page.view.h_solved and dead and found.net.activation == "relu":
        told += " " + _("relu′ is 0 at {units}: nothing gets back through that unit.").format(units=", ".join(dead))
    return told
