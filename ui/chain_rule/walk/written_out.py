"""One entry of what comes down an edge, written out term by term, and the sum over all edges to a tensor (2.4.4)."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engines.backends.base import Backend
from engines.chain_rule.edges import Contribution, arriving
from engines.chain_rule.terms import Term, terms
from engines.recording import Graph
from ui.chain_rule.tex import factor, tex
from ui.chain_rule.walk.rows import label
from ui.charts.numerals import number
from ui.frame import Page
from ui.parts.table import table

_MOST_LINES, _MOST_ROWS = 3, 8


def written_out(page: Page, backend: Backend, graph: Graph, part: Contribution, entry: tuple[int, ...]) -> None:
    """Σ upstream × local = downstream for that entry: a formula if it is short, else a table."""
    found = terms(backend, graph, part, entry)
    letter = "pqt"[part.position]
    if len(found) <= _MOST_LINES:
        st.latex(_formula(letter, part, entry, found))
    else:
        _table(page, graph, letter, part, entry, found)


def sum_of_uses(page: Page, backend: Backend, graph: Graph, index: int, entry: tuple[int, ...]) -> None:
    """Where the tensor is used more than once: what comes down each edge, and that it adds up to the gradient."""
    _, parts, gradient = page.text, arriving(backend, graph, index), graph[index].gradient
    if len(parts) < 2 or gradient is None:
        return
    name = label(graph[index])
    st.markdown(
        _("{name} is used {count} times. What arrives along its edges adds up:").format(name=name, count=len(parts))
    )
    summands = [rf"\underbrace{{{factor(float(p.value[entry]) + 0.0)}}}_{{\text{{{_plain(graph, p)}}}}}" for p in parts]
    total = float(gradient[entry])
    st.latex(rf"{' + '.join(summands)} = {tex(total)}")


def _plain(graph: Graph, part: Contribution) -> str:
    name = label(graph[part.output])
    safe = "".join(
        c if c.isalnum() or c in " ·+-()." else " " for c in name.replace("−", "-").replace("·", ".")
    ).strip()
    return safe or graph[part.output].operation


def _formula(letter: str, part: Contribution, entry: tuple[int, ...], found: Sequence[Term]) -> str:
    left = rf"\bar {letter}{_index(entry)}"
    if not found:
        return rf"{left} = 0"
    symbols = " + ".join(
        rf"\bar y{_index(term.entry)} \cdot \frac{{\partial y{_index(term.entry)}}}{{\partial {letter}{_index(entry)}}}"
        for term in found
    )
    numbers = " + ".join(rf"{factor(term.upstream + 0.0)} \cdot {factor(term.local + 0.0)}" for term in found)
    lines = [rf"{left} &= {symbols}", rf"&= {numbers}", rf"&= {tex(float(part.value[entry]) + 0.0)}"]
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def _index(entry: tuple[int, ...]) -> str:
    return "_{" + ",".join(map(str, entry)) + "}" if entry else ""


def _table(
    page: Page, graph: Graph, letter: str, part: Contribution, entry: tuple[int, ...], found: Sequence[Term]
) -> None:
    """The largest products in their order, the others in one row, the sum."""
    _ = page.text
    large = sorted(sorted(found, key=lambda term: -abs(term.product))[:_MOST_ROWS])
    others = [term.product for term in found if term not in large]
    rows = [_row(graph, part, entry, term) for term in large]
    if others:
        rows.append([_("{count} smaller ones").format(count=len(others)), "", "", number(sum(others))])
    rows.append(
        [_("sum: {name}").format(name=f"{letter}̄{list(entry)}"), "", "", number(float(part.value[entry]) + 0.0)]
    )
    table([_("entry of y"), _("upstream ȳ"), _("local derivative"), _("product")], rows)


def _row(graph: Graph, part: Contribution, entry: tuple[int, ...], term: Term) -> list[str]:
    at = partner(graph, part, entry, term)
    local = f"{number(term.local + 0.0)}{f' = {at}' if at else ''}"
    return [str(list(term.entry)), number(term.upstream + 0.0), local, number(term.product + 0.0)]


def partner(graph: Graph, part: Contribution, entry: tuple[int, ...], term: Term) -> str:
    """Which entry of the other operand the local derivative of a matrix product is: "W2[17, 4]"."""
    node = graph[part.output]
    if node.operation != "matmul" or any(graph[source].value.ndim != 2 for source in node.inputs):
        return ""
    other = graph[node.inputs[1 - part.position]]
    place = [entry[1], term.entry[1]] if part.position == 0 else [term.entry[0], entry[0]]
    return f"{label(other)}{place}"
