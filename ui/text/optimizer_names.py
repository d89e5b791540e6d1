"""What the optimizers are called in the reader's language (chapter 2.4.3)."""

from __future__ import annotations

from engines.optimizers.base import Optimizer
from ui.text import Translate


def optimizer_name(rule: Optimizer | type[Optimizer], _: Translate) -> str:
    """The word for a rule: two are words of the language too; one that is not listed here has its own label."""
    words = {
        "momentum": _("Momentum"),
        "nesterov": _("Nesterov"),
        "momentum_rate_outside": _("Momentum (rate outside)"),
        "nesterov_rate_outside": _("Nesterov (rate outside)"),
    }
    return words.get(rule.name, rule.label)
