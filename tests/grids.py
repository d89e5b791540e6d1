"""Grids of cases that are long by nature: some of each in the suite, all of them among the long tests."""

import pytest


def some(cases, every):
    """Every case of a grid; all but each `every`-th are marked as long."""
    grid = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=[pytest.mark.long] if n % every else []) for n, case in enumerate(grid)]
