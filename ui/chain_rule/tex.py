"""Numbers in the formulas and readings of the Chain rule page: as factors, negative ones in brackets (2.4.4)."""

from __future__ import annotations

import math
import re

from ui.charts.numerals import number


def tex(value: float) -> str:
    """The value in LaTeX, with four digits.

    >>> tex(0.25), tex(1e-7), tex(-1234.5)
    ('0.25', '1 \\\\cdot 10^{-7}', '-1234')
    """
    if not math.isfinite(value):
        return r"\text{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    digits, _e, power = f"{value:.4g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits


def operands_renamed(formula: str) -> str:
    """A formula of `engines.operations`, its operands a and b called p and q: a, b and c are functions on this page.

    >>> operands_renamed(r"\\bar a = \\bar y \\odot b")
    '\\\\bar p = \\\\bar y \\\\odot q'
    """
    return _OPERAND.sub(lambda found: {"a": "p", "b": "q"}[found[0]], formula)


_OPERAND = re.compile(r"(?<![A-Za-z\\])[ab](?![A-Za-z])")


def factor(value: float) -> str:
    """The value as a factor or term: in brackets if it is negative or has a power of ten."""
    written = tex(value)
    return f"({written})" if value < 0 or "cdot" in written else written


def bracketed(value: float) -> str:
    """The value as a factor in a reading, outside of LaTeX."""
    return f"({number(value)})" if value < 0 else number(value)
