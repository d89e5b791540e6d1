"""The formula of f(f(… x)) and one pass through it, counted by hand where that is short."""

import pytest
import sympy

from engines.errors import EngineError


def written(formula, depth):
    x = sympy.Symbol("x", real=True)
    f = sympy.sympify(formula, {"x": x})
    made = x
    for _ in range(depth):
        made = f.xreplace({x: made})
    return int(sympy.diff(made, x).count_ops())


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_the_formula_as_sympy_writes_it(answer, depth):
    found = answer("nested_derivative", formula="4*x*(1 - x)", depth=depth)
    assert found.value == written("4*x*(1 - x)", depth)
    assert found.numbers["half"] == written("4*x*(1 - x)", max(1, depth // 2))


@pytest.mark.parametrize("depth", [1, 4, 6])
def test_reverse_mode_takes_eight_a_level(answer, depth):
    """Forward 4·x, 1 − x and their product; back two products for each multiplication, one sign, the sum at x."""
    found = answer("nested_derivative", formula="4*x*(1 - x)", depth=depth, way="reverse")
    assert found.value == 8 * depth


def test_what_does_not_grow_is_refused(answer):
    for formula in ("3", "nonsense", "x +"):
        with pytest.raises(EngineError):
            answer("nested_derivative", formula=formula, depth=2)
