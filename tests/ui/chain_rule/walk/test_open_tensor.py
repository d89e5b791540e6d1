"""What is said of an opened tensor: true of its entries, whatever they are."""

import re

import numpy as np
import pytest

from ui.chain_rule.walk.open_tensor import extent_told
from ui.text import Text


def told(*entries):
    return extent_told("y", np.array(entries), Text("en"))


@pytest.mark.parametrize("seed", range(20))
def test_the_ends_are_those_of_the_entries(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(rng.normal(scale=3), 1.0, rng.integers(2, 9))  # often all of one sign
    least, most = map(float, re.search(r"from (\S+) to (\S+)\. The strongest", told(*values)).groups())
    np.testing.assert_allclose([least, most], [min(values), max(values)], rtol=5e-3)


def test_equal_entries_and_missing_ones_are_said_so():
    assert told(0.1, 0.1, 0.1) == "y, shape (3): every entry is 0.1."
    assert told(0.0, -0.0) == "y, shape (2): every entry is 0."
    assert told(0.1, 0.10001).startswith("y, shape (2): every entry is about 0.1. The strongest")
    assert told(np.nan, np.inf) == "y, shape (2): no entry is finite."
    assert "some entries are not finite, the others lie between 2 and 2." in told(2.0, np.nan)
