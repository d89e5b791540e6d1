"""The scene "four ways" in words: how well the numbers agree, what they cost, how a formula grows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engines import backends
from engines.differentiation.formula_growth import DEEPEST, Growth
from engines.differentiation.four_ways import WAYS, Numbers
from engines.differentiation.partial_kinds import PartialKind
from engines.differentiation.way_costs import Costs
from ui.charts.numerals import number
from ui.frame import Page
from ui.text import Translate, counted

_FAR_OFF = 1e-4  # an error of the central difference, relative, that truncation does not explain


def numbers_reading(_: Translate, numbers: Numbers, kinds: Sequence[PartialKind]) -> str:
    """Whether there are derivatives at all; how well the ways agree, and in how many passes."""
    missing = _missing(_, numbers.variables, kinds)
    if not all(math.isfinite(x) for partials in numbers.partials.values() for x in partials):
        return missing or _("One of the ways finds no number here: choose another point.")
    if missing:
        return missing
    n, errors = len(numbers.variables), {way: max(numbers.errors(way)) for way in numbers.partials}
    told = counted(
        _,
        "{n} derivative: reverse mode finds it in one forward and one backward pass, forward mode in {n} pass.",
        "{n} derivatives: reverse mode finds all in one forward and one backward pass, forward mode in {n} passes.",
        n,
    )
    differ = (
        _("Both differ from the symbolic value by at most {exact}, central differences by {central}.")
        if numbers.known_exactly
        else _("The two differ by at most {exact}, central differences from reverse mode by {central}.")
    )
    exact, central = max(errors["forward"], errors["reverse"]), errors["central"]
    told = f"{told.format(n=n)} {differ.format(exact=number(exact), central=number(central))}"
    if central > _FAR_OFF * max(1.0, *map(abs, numbers.partials["reverse"])):
        told += " " + _("So large an error means that f bends strongly within the step ε.")
    return told


def _missing(_: Translate, variables: Sequence[str], kinds: Sequence[PartialKind]) -> str:
    """Why there is no derivative, in words; nothing where all of them exist."""
    why = {
        "overflow": _(
            "Something on the way to f or its derivatives is larger than 1.8e308, the largest number that float64 "
            "holds: the numbers here may be wrong or missing even where the derivatives exist."
        ),
        "undefined": _("f has no value at this point, so it has no derivatives here: choose another point."),
        "edge": _("In the direction of {names}, f is defined on one side of this point only: no derivative there."),
        "steep": _("In the direction of {names}, f is infinitely steep at this point: no derivative there."),
        "corner": _(
            "In the direction of {names}, f has a corner at this point: it has no derivative there, because the slopes "
            "to the left and to the right differ. What each way shows is a convention or a mean of the two slopes; "
            "even where all of them agree, that proves nothing."
        ),
    }
    found = {kind: [name for name, other in zip(variables, kinds, strict=True) if other == kind] for kind in kinds}
    return " ".join(told.format(names=", ".join(found[kind])) for kind, told in why.items() if kind in found)


def costs_reading(page: Page, costs: Costs, outputs: bool) -> str:
    """How many times as many operations the others take at the largest size, and from where on the best is fastest."""
    return _outputs_reading(page, costs) if outputs else _inputs_reading(page, costs)


def _inputs_reading(page: Page, costs: Costs) -> str:
    _ = page.text
    size, counts = _at_the_end(costs)
    told = _(
        "At n = {n}: {reverse} operations in reverse mode, {forward} times as many in forward mode, {central} times "
        "as many with central differences."
    ).format(
        n=size,
        reverse=f"{counts['reverse']:,.0f}",
        forward=number(counts["forward"] / counts["reverse"]),
        central=number(counts["central"] / counts["reverse"]),
    )
    timed = _(
        "Measured on {backend}, reverse mode is faster than forward mode {forward}, and faster than central "
        "differences {central}."
    )
    return f"{told} " + timed.format(
        backend=backends.get(page.settings.backend).label,
        forward=_from(page, costs, "forward"),
        central=_from(page, costs, "central"),
    )


def _from(page: Page, costs: Costs, way: str) -> str:
    """From which size on reverse mode is quicker than that way."""
    _ = page.text
    if crossing := costs.crossing(way, "reverse", "seconds"):
        return _("from n ≈ {n} on").format(n=number(float(f"{crossing[0]:.2g}")))
    (_sizes, values), (_known, quick) = costs.line(way, "seconds"), costs.line("reverse", "seconds")
    return _("at every n") if values[-1] > quick[len(values) - 1 : len(values)].sum() else _("nowhere")


def _outputs_reading(page: Page, costs: Costs) -> str:
    _ = page.text
    size, counts = _at_the_end(costs)
    return _(
        "At m = {m}: {forward} operations in the single pass of forward mode, {reverse} times as many in the one "
        "forward pass and {m} backward passes of reverse mode."
    ).format(m=size, forward=f"{counts['forward']:,.0f}", reverse=number(counts["reverse"] / counts["forward"]))


def _at_the_end(costs: Costs) -> tuple[int, dict[str, float]]:
    """The largest size and the operations there."""
    lines = {way: costs.line(way, "operations") for way in WAYS[1:]}
    return int(lines["reverse"][0][-1]), {way: float(values[-1]) for way, (_sizes, values) in lines.items()}


def growth_reading(page: Page, growth: Growth) -> str:
    """How large the deepest formula is, beside one pass of reverse mode."""
    _, last, first = page.text, growth.sizes[-1], growth.sizes[0]
    told = _(
        "At depth {depth} the derivative has {written:,} operations when written out, {shared:,} (with the function) "
        "when common parts are computed once; reverse mode takes {reverse:,}, {each:,} a step."
    ).format(depth=last.depth, written=last.derivative, shared=last.shared, reverse=last.reverse, each=first.reverse)
    if len(growth.sizes) > 2 and growth.sizes[-2].derivative:
        ratio = last.derivative / growth.sizes[-2].derivative
        told += " " + _("From depth {before} to {depth} the formula grew {ratio}-fold.").format(
            before=last.depth - 1, depth=last.depth, ratio=number(ratio)
        )
    if last.depth < DEEPEST:
        told += " " + _("Deeper formulas are left out: they get too large.")
    return told
