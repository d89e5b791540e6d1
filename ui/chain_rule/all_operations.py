"""All differentiable operations in one table: formula, local derivatives, rules (chapter 2.4.4)."""

from __future__ import annotations

import streamlit as st

from engines.operations import OPERATIONS, Operation
from ui.chain_rule.tex import operands_renamed
from ui.frame import Page


def all_operations(page: Page) -> None:
    """The engine's operations, each a row of formulas."""
    _ = page.text
    head = (_("operation"), _("formula"), _("local derivative"), _("upstream to downstream"))
    st.markdown("\n".join([f"| {' | '.join(head)} |", "|:--|:--|:--|:--|", *map(row, OPERATIONS.values())]))


def row(operation: Operation) -> str:
    """One line of the table; a bar in a formula would end its cell."""
    formulas = (operation.formula, *(r" ,\quad ".join(texts) for texts in (operation.local, operation.rules)))
    cells = map(operands_renamed, formulas)
    return f"| `{operation.name}` | " + " | ".join(f"${cell.replace('|', _BAR)}$" for cell in cells) + " |"


_BAR = r"\vert "
