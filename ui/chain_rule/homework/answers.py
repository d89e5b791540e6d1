"""The learner's answers: a field for each number, its mark, and what is missing where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from engines.chain_rule.homework import ANSWERS, FORWARD, Mark, Part, Slip, read_answer
from engines.chain_rule.homework_marks import marks
from engines.chain_rule.scalar_net import PARAMETERS, Solution
from engines.errors import EngineError
from ui.chain_rule.homework.picture import name
from ui.charts.numerals import number
from ui.experiment.readers import with_decimal_points
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import reading
from ui.text import Text, counted

_REFUSED = "homework.refused"  # texts that are no numbers, each with the reason, by the answer's name


class _RefusedAnswer(NamedTuple):
    """A text that is no number, why, and of which exercise: in another one it is forgotten."""

    text: str
    error: EngineError
    exercise: int


def given_answers(page: Page) -> dict[str, str]:
    """What the learner has typed, as it was typed."""
    return dict(page.view.h_answers)


def marked(page: Page, found: Solution) -> dict[str, Mark]:
    """The marks of all answers given."""
    return marks({key: read_answer(text) for key, text in given_answers(page).items()}, found)


def answers(page: Page, found: Solution, known: Mapping[str, Mark]) -> None:
    """The fields in two columns, as the network is built, each with its mark and a hint."""
    _ = page.text
    left, right = st.columns(2, gap="small")
    with left:
        _group(page, found, known, _("Forward pass"), FORWARD)
        _group(page, found, known, _("Backward: output"), ("dy_pred", "dv1", "dv2", "dc"))
    with right:
        _group(page, found, known, _("Backward: unit 1"), ("da1", "dz1", "dw11", "dw21", "db1"))
        _group(page, found, known, _("Backward: unit 2"), ("da2", "dz2", "dw12", "dw22", "db2"))


def _group(page: Page, found: Solution, known: Mapping[str, Mark], title: str, keys: tuple[str, ...]) -> None:
    given = given_answers(page)
    with st.container(gap="xxsmall", key=f"homework_{keys[0]}"):
        st.markdown(f"**{title}**")
        for key in keys:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.markdown(shown_name(key), width=76)
                _field(page, key, given.get(key, ""))
                st.markdown(_symbol(known.get(key), _refused(page, key)), width=14)
            _remark(page, found, key, given.get(key, ""), known.get(key))


def _symbol(mark: Mark | None, refused: _RefusedAnswer | None) -> str:
    if mark is None or refused:
        return ""
    return ":green[**✓**]" if mark.right else ":orange[**➜**]" if mark.follows else ":red[**✗**]"


def shown_name(key: str) -> str:
    """ "dw11" as ∂loss/∂w₁₁."""
    return f"∂loss/∂{name(key[1:])}" if key[0] == "d" else name(key)


def _field(page: Page, key: str, text: str) -> None:
    refused = _refused(page, key)
    st.session_state[f"homework.{key}"] = refused.text if refused else text
    st.text_input(
        shown_name(key),
        key=f"homework.{key}",
        placeholder="?",
        on_change=_answered,
        args=(page, key),
        label_visibility="collapsed",
        width=88,
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


def _remark(page: Page, found: Solution, key: str, text: str, mark: Mark | None) -> None:
    """Under the field: what is wrong with its number, or why it is none."""
    _, refused = page.text, _refused(page, key)
    if refused:
        st.error(_.error(refused.error))
    elif mark is not None and mark.follows:
        told = _("Right for your {names}, which is wrong.")
        told = told if len(mark.follows) == 1 else _("Right for your {names}, which are wrong.")
        st.caption(told.format(names=", ".join(map(shown_name, mark.follows))))
    elif mark is not None and not mark.right:
        said = _("{name} = {given} is not right.").format(name=shown_name(key), given=number(read_answer(text)))
        st.caption(f"{said} {_diagnosis(page, found, mark.slips)}")


def _diagnosis(page: Page, found: Solution, slips: tuple[Slip, ...]) -> str:
    """Every slip that explains the number; what is still to be found is named without its value."""
    _ = page.text
    if not slips:
        return _("No slip that is known here explains it.")
    known = found.values if page.view.h_solved else found.net.numbers
    return _("What would explain it: {causes}.").format(causes=_(" or ").join(_cause(slip, known, _) for slip in slips))


def _cause(slip: Slip, known: Mapping[str, float], _: Text) -> str:
    told = {
        "factor": _("the factor {part} is missing"),
        "factors": _("the factors {part} and {other} are missing"),
        "term": _("the term {part} is missing"),
        "function": _("the activation is missing, this is {part}"),
        "sign": _("the sign is wrong"),
        "swap": _("{other} was used instead of {part}"),
        "exchange": _("{part} and {other} are exchanged"),
        "other": _("this is {part}: the indices are mixed up"),
    }[slip.kind]
    return told.format(part=_part(slip.part, known), other=_part(slip.other, known))


def _part(part: Part | None, known: Mapping[str, float]) -> str:
    """The part's name, with its number if that is known."""
    if part is None:
        return ""
    shown = shown_name(part.name) if part.name in ANSWERS else name(part.name)
    return shown + (f" = {number(part.value)}" if part.name in known else "")


def progress(page: Page, found: Solution, known: Mapping[str, Mark]) -> None:
    """How far the homework is, and a unit that lets nothing through."""
    _ = page.text
    right, follows = sum(mark.right for mark in known.values()), sum(bool(mark.follows) for mark in known.values())
    told = _("{right} of {count} numbers are right.").format(right=right, count=len(ANSWERS))
    if follows:
        told += " " + counted(
            _, "{n} more follows from a wrong one.", "{n} more follow from wrong ones.", follows
        ).format(n=follows)
    if page.view.h_solved or any(mark.right and key in _SLOPES for key, mark in known.items()):
        told += " " + _("Each red number is ∂loss/∂ of the number above it.")
    dead = [f"{name(f'z{j + 1}')}" for j, slope in enumerate(found.slopes) if slope == 0]
    if page.view.h_solved and dead and found.net.activation == "relu":
        told += " " + _("relu′ is 0 at {units}: nothing gets back through that unit.").format(units=", ".join(dead))
    reading(told)


_SLOPES = [f"d{name}" for name in PARAMETERS]  # those that the picture shows
