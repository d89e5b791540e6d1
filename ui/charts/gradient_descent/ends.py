"""What the pictures of gradient descent call the places where a ball may end."""

from __future__ import annotations

from collections.abc import Sequence

from engines.descent.curve_minima import Minimum
from engines.descent.momentum_escape import DIVERGED, UNDECIDED
from ui.charts.numerals import typeset
from ui.text import Translate


def named(minimum: Minimum, _: Translate) -> str:
    """The minimum as sentences name it."""
    if minimum.flat_until is not None:
        return _("the flat bottom from {low} to {high}").format(low=_place(minimum.x), high=_place(minimum.flat_until))
    kinds = {
        "global": _("the global minimum at {x}"),
        "lowest": _("the lowest minimum of this frame, at {x}"),
        "local": _("the local minimum at {x}"),
    }
    return kinds[minimum.kind].format(x=_place(minimum.x))


def _place(x: float) -> str:
    """Where a minimum is; what is 0 but for rounding is 0."""
    return typeset(round(x, 9) + 0.0)


def end_labels(minima: Sequence[Minimum], _: Translate) -> dict[int, str]:
    """What the strip calls each end, from left to right; then those that are none."""
    kinds = {"global": _("global, {x}"), "lowest": _("lowest here, {x}"), "local": _("local, {x}")}
    labels = {index: kinds[m.kind].format(x=_place((m.x + m.until) / 2)) for index, m in enumerate(minima)}
    return labels | {DIVERGED: _("diverges"), UNDECIDED: _("not settled")}
