"""What arrays are called where types are annotated, the same in all folders."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
NamedArrays = Mapping[str, np.ndarray]
Index = tuple[int, ...]  # of one entry of an array
