"""Numbers as readers see them: few digits, and never rounded into a claim that is not so."""

from __future__ import annotations

import math
import re

from ui.text import Translate

_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_NEGATIVE = re.compile(r"(?<![\w.)\]])-(?=[\d.∞])")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# a Vega expression for an axis label: powers of ten with their exponent raised, other numbers as they are
POWERS = (
    "(abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6 ? {"
    + ", ".join(f"'{k}': '10{str(k).translate(_RAISED)}'" for k in range(-20, 21) if not -3 < k < 4)
    + "}['' + round(log(datum.value) / LN10)] : null) || format(datum.value, ',~g')"
)


def typeset_expression(value: str, digits: int = 6) -> str:
    """A Vega expression that writes the number `value`, itself an expression, as `typeset` does."""
    exponent = f"floor(log(abs({value})) / LN10 + 1e-9)"
    raised = f"'' + {exponent}"
    for digit in "-0123456789":
        raised = f"replace({raised}, regexp('{digit}', 'g'), '{digit.translate(_RAISED)}')"
    mantissa = f"format({value} / pow(10, {exponent}), '.{digits}~r')"
    written = f"replace({mantissa} + '·', regexp('^(−?)1·$'), '$1') + '10' + {raised}"
    plain = f"{value} == 0 || abs({value}) >= 1e-4 && abs({value}) < 1e6"
    return f"({plain} ? format({value} + 0, ',.{digits}~r') : {written})"


def with_minus(text: str) -> str:
    """The text with the sign that the charts have before a negative number, not with a hyphen; 1e-07 stays.

    >>> with_minus("from -0.3 to 1e-07, 2-3")
    'from −0.3 to 1e-07, 2-3'
    """
    return _NEGATIVE.sub(MINUS, text)


def number(value: float) -> str:
    """The value to three significant digits, from 1,000 to a million as a whole number.

    >>> number(0.061237), number(1234.5), number(1e-7), number(float("nan"))
    ('0.0612', '1,234', '1e-07', 'NaN')
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"
    return f"{value:,.0f}" if 999.5 <= abs(value) < 999_999.5 else f"{value:.3g}"


def typeset(value: float, digits: int = 3) -> str:
    """The value as a book prints it: a true minus, powers of ten with their exponent raised.

    >>> typeset(-0.061237), typeset(1234.5), typeset(2.5e-7), typeset(-0.0), typeset(1e-8)
    ('−0.0612', '1,234', '2.5·10⁻⁷', '0', '10⁻⁸')
    """
    if math.isfinite(value) and digits == 3 and 999.5 <= abs(value) < 999_999.5:
        return f"{value:,.0f}".replace("-", "−")
    written = f"{value + 0.0:.{digits}g}" if math.isfinite(value) else number(value)
    mantissa, power, exponent = written.partition("e")
    if not power:
        return mantissa.replace("-", "−")
    raised = "10" + str(int(exponent)).translate(_RAISED)
    return {"1": raised, "-1": f"−{raised}"}.get(mantissa, f"{mantissa}·{raised}").replace("-", "−")


def percent(share: float) -> str:
    """A share from 0 to 1 to a tenth of a percent; 0 and 100% stand only for none and all.

    >>> [percent(share).replace(_SPACE, " ") for share in (0.972, 1, 0.9996, 0.0001)]
    ['97.2%', '100%', '> 99.9%', '< 0.1%']
    """
    if not math.isfinite(share):
        return number(share)
    if share in (0, 1):
        return f"{share:.0%}"
    if 0 < share < 0.0005:
        return f"<{_SPACE}0.1%"
    if 0.9995 < share < 1:
        return f">{_SPACE}99.9%"
    return f"{share:.1%}"


def duration(seconds: float, _: Translate) -> str:
    """Seconds in the unit that suits them.

    >>> duration(2.5e-5, str), duration(0.5, str), duration(600, str), duration(9000, str)
    ('25 µs', '0.5 s', '10 min', '2.5 h')
    """
    if seconds < 1e-3:
        return f"{1e6 * seconds:.3g} µs"
    if seconds < 0.1:
        return f"{1e3 * seconds:.3g} ms"
    if seconds < 120:
        return _("{value:.3g} s").format(value=seconds)
    if seconds < 7200:
        return _("{value:.3g} min").format(value=seconds / 60)
    return _("{value:.3g} h").format(value=seconds / 3600)
