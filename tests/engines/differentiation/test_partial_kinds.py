"""Whether partial derivatives exist: functions whose corners, edges, poles and overflows are where we put them."""

import numpy as np
import pytest

from engines.differentiation.expressions import parse
from engines.differentiation.partial_kinds import partial_kinds

XY = ("x", "y")


@pytest.mark.parametrize("seed", range(12))
def test_a_corner_is_found_where_it_was_put_and_nowhere_else(seed):
    rng = np.random.default_rng(seed)
    a, b = (round(float(value), 3) for value in rng.uniform(-2, 2, 2))
    smooth = rng.choice(["sin(x*y)", "exp(x - y)", "x**3*y", "sigmoid(x + 2*y)"])
    f = parse(f"{smooth} + abs(x - {a}) + 2*relu(y - {b})", XY)
    assert partial_kinds(f, (a, b)) == ("corner", "corner")
    assert partial_kinds(f, (a, b + 0.1)) == ("corner", "smooth")
    assert partial_kinds(f, (a - 0.1, b)) == ("smooth", "corner")
    assert partial_kinds(f, (a - 0.1, b - 0.1)) == ("smooth", "smooth")


@pytest.mark.parametrize(
    ("text", "x", "kind"),
    [
        ("log(x)", -1.0, "undefined"),
        ("1/x", 0.0, "undefined"),
        ("sqrt(x)", 0.0, "edge"),
        ("sqrt(abs(x))", 0.0, "steep"),
        ("x*abs(x)", 0.0, "smooth"),
        ("exp(exp(exp(exp(x))))", 0.8, "overflow"),
        ("exp(exp(exp(exp(x))))", 0.1, "smooth"),  # 7.9e8
        ("1e300*x*1e300", 1.0, "overflow"),
        ("sigmoid(-1000*x)", 1.0, "smooth"),  # what the engine keeps out of its own way is no overflow
    ],
)
def test_one_variable(text, x, kind):
    assert partial_kinds(parse(text), (x,)) == (kind,)
