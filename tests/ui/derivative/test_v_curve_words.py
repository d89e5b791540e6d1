"""What is said of the V-curve, checked against the curve it is said of."""

import numpy as np
import pytest

from engines import backends
from engines.differentiation.difference_errors import measured
from engines.differentiation.differences import place
from engines.differentiation.expressions import parse
from engines.differentiation.functions import FUNCTIONS
from ui.derivative.v_curve_words import _cancelled, _forward

NUMPY = backends.get("numpy")
TEXTS = [f.text for f in FUNCTIONS.values()] + [
    "relu(x)**2",
    "x*abs(x)",
    "3*x",
    "1e300*x",
    "sqrt(1 - x)",
    "ln(x + 0.001)",
    "7",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_said_to_be_worse_is_worse_and_what_is_not_is_not(text):
    for p in (-1.05, 0.0, 0.6, 1.0):
        if not place(parse(text), NUMPY, p).has_tangent:
            continue
        curve = measured(parse(text), NUMPY, "forward", "float64", p)
        said = _forward(curve, str)
        known = curve.error[np.isfinite(curve.error)]
        smallest, largest = known[:10].mean(), known[-10:].mean()  # half a decade at each end
        near = curve.error[np.abs(np.log10(curve.epsilon / curve.best)) < 0.5]
        lowest = np.nanmean(near)
        if "exactly right" in said:
            assert np.nanmax(near) == 0
            continue
        assert ("smaller one are both worse" in said or "much smaller ε is worse" in said) == (smallest > 2 * lowest)
        assert ("much larger ε and" in said or "much larger ε is worse" in said) == (largest > 2 * lowest)


def test_cancellation_is_said_where_it_is():
    def said(text, p):
        return _cancelled(measured(parse(text), NUMPY, "forward", "float64", p), text, str)

    assert "about 10" in said("x**3 - 3*x", 1.7320508)  # |x³| + |3x| = 10.4
    assert not said("x**3 - 3*x", 0.6)
    assert not said("sin(x)", 0.6)
