"""A verdict's sentence filled with the numbers that the experiment found."""

from __future__ import annotations

from collections.abc import Mapping

from ui.charts.numerals import typeset


class _Number(float):
    """Written as a book prints it where the sentence does not say how."""

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else typeset(float(self))


def told(sentence: str, numbers: Mapping[str, float | str]) -> str:
    """The sentence with these numbers in its placeholders.

    >>> told("{gap} after {steps} steps, {share:.0%}", {"gap": 2e-16, "steps": 40, "share": 0.931})
    '2·10⁻¹⁶ after 40 steps, 93%'
    """
    return sentence.format(**{name: _Number(n) if isinstance(n, int | float) else n for name, n in numbers.items()})
