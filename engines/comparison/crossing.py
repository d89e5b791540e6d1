"""Where one cost gets below another as a problem grows (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def crossing(sizes: Sequence[float], a: Sequence[float], b: Sequence[float]) -> tuple[float, float] | None:
    """Where b gets below a for good: (size, height), on straight lines between the logarithms; else None.

    >>> size, height = crossing([1, 10], [1, 100], [10, 10])
    >>> round(size, 3), round(height, 3)
    (3.162, 10.0)
    """
    x, gap = np.log(np.asarray(sizes, float)), np.log(np.asarray(a, float)) - np.log(np.asarray(b, float))
    cheaper = np.flatnonzero(gap < 0)  # sizes at which a is
    if not len(cheaper) or cheaper[-1] + 1 == len(gap):
        return None
    last = int(cheaper[-1])
    part = -gap[last] / (gap[last + 1] - gap[last])
    height = np.log(b[last]) * (1 - part) + np.log(b[last + 1]) * part
    return float(np.exp(x[last] * (1 - part) + x[last + 1] * part)), float(np.exp(height))
