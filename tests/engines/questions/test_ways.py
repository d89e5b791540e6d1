"""Operations of the four ways, in closed form for the product of n numbers and for m waves."""

import pytest

from engines.errors import InvalidSetting


@pytest.mark.parametrize("n", [2, 3, 8, 64])
def test_operations_of_a_product(answer, n):
    """Forward n − 1 products. Central: two of these an input, and ±ε, difference and quotient. Forward mode: each
    product takes two more products and a sum; reverse mode two products each."""
    exact = {
        "central": n * (2 * (n - 1) + 5),
        "forward": n * (n - 1 + 3 * (n - 1) - (1 * 0)),
        "reverse": n - 1 + 2 * (n - 1),
    }
    for way, operations in exact.items():
        found = answer("way_operations", family="product", size=n, way=way)
        assert found.value == operations
        assert found.numbers["times"] == operations / exact["reverse"]
    if n <= 8:  # each formula is a product of the n − 1 other factors
        found = answer("way_operations", family="product", size=n, way="symbolic")
        assert found.value == n * (n - 2)


@pytest.mark.parametrize("m", [2, 8])
def test_operations_of_waves(answer, m):
    """sin(kx) for k = 1…m: m products and m sines; a tangent is k·cos: a product, and cosine and product."""
    assert answer("way_operations", family="waves", size=m, way="forward", many="outputs").value == 2 * m + 3 * m
    central = answer("way_operations", family="waves", size=m, way="central", many="outputs").value
    assert central == 2 * 2 * m + 2 * m + 3


def test_the_cheapest_way(answer):
    for n in (16, 64):
        found = answer("cheapest_way", family="product", size=n)
        assert (found.value, found.numbers["second"]) == ("reverse", "central")
    found = answer("cheapest_way", family="waves", size=64, many="outputs")
    assert found.value == "forward"
    assert found.numbers["forward"] < found.numbers["central"] < found.numbers["reverse"]


@pytest.mark.parametrize(("way", "passes"), [("central", (2 * 2410, 0)), ("forward", (2410, 0)), ("reverse", (1, 3))])
def test_passes(answer, way, passes):
    found = answer("way_passes", inputs=2410, outputs=3, way=way)
    assert (found.numbers["forward"], found.numbers["backward"]) == passes
    assert found.value == sum(passes)


def test_what_is_not_counted(answer):
    with pytest.raises(InvalidSetting, match="written out"):
        answer("way_operations", family="layers", size=64, way="symbolic")
    with pytest.raises(InvalidSetting, match="Two ways"):
        answer("cheapest_way", family="layers", size=1, many="outputs")
    for wrong in ({"family": "waves"}, {"family": "product", "size": 1}, {"family": "product", "size": 513}):
        with pytest.raises(InvalidSetting):
            answer("way_operations", **({"size": 4} | wrong), way="reverse")
