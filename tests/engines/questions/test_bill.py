"""The bill of a gradient: passes by the size of the network, operations counted by hand."""

import itertools

import pytest

from engines.errors import InvalidSetting


def test_two_forward_passes_a_parameter(answer, recipe):
    assert answer("passes_for_gradient").value == 2 * 2410
    assert answer("passes_for_gradient", recipe(hidden=())).value == 2 * 650
    assert answer("passes_for_gradient", sizes=[784, 512, 10]).value == 2 * 407_050


@pytest.mark.parametrize("sizes", [(2, 3), (64, 32, 10), (5, 4, 3, 2)])
def test_operations_are_those_counted_by_hand(answer, sizes):
    """Forward: a sum of products, the bias, relu of hidden sums; then difference, square and sum at the end."""
    parameters = forward = backward = 0
    for number, (inputs, units) in enumerate(itertools.pairwise(sizes), start=1):
        is_last, parameters = number == len(sizes) - 1, parameters + (inputs + 1) * units
        forward += units * (2 * inputs - 1) + units + (0 if is_last else units)
        backward += inputs * units  # a product for each weight; the bias gets what comes from above
        backward += inputs * (2 * units - 1) + inputs if number > 1 else 0  # down to the layer below, times relu′
    out = sizes[-1]
    forward += 2 * out + out - 1
    backward += 3 * out  # of a power: exponent, power, product
    found = answer("bill_ratio", sizes=list(sizes))
    assert (found.numbers["forward"], found.numbers["reverse"]) == (forward, forward + backward)
    assert found.numbers["central"] == parameters * (2 * forward + 2 + 3)
    assert found.value == found.numbers["central"] / found.numbers["reverse"]


@pytest.mark.parametrize("sizes", [[64], [64, 0, 10], [64, 10**9, 10], "64-10", [5000, 5000, 10]])
def test_sizes_of_no_network(answer, sizes):
    with pytest.raises(InvalidSetting):
        answer("bill_ratio", sizes=sizes)
