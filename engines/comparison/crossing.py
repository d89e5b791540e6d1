"""Where one cost gets below another as a problem grows (chapter 2.4.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def crossing(sizes: ArrayLike, a: ArrayLike, b: ArrayLike) -> tuple[float, float] | None:
    """Where b gets below a for good: (size, height), on straight lines between the logarithms; else None.

    >>> size, height = crossing([1, 10], [1, 100], [10, 10])
    >>> round(size, 3), round(height, 3)
    (3.162, 10.0)
    """
    x, above, below = (np.log(np.asarray(values, float)) for values in (sizes, a, b))
    gap = above - below
    cheaper = np.flatnonzero(gap < 0)  # sizes at which a is
    if not len(cheaper) or cheaper[-1] + 1 == len(gap):
        return None
    last = int(cheaper[-1])
    part = -gap[last] / (gap[last + 1] - gap[last])
    height = below[last] * (1 - part) + below[last + 1] * part
    return float(np.exp(x[last] * (1 - part) + x[last + 1] * part)), float(np.exp(height))
