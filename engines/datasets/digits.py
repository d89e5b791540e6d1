"""Digits: 1,797 handwritten digits of 8×8 pixels, the dataset that is always there.

The test part of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository (1998), as scikit-learn ships it. Each pixel counts the dark points of a 4×4 block, 0 to 16. It was
split once, stratified, into 1,437 training and 360 test images; a run's seed does not change the split.
"""

from __future__ import annotations

from engines.datasets.base import Dataset
from engines.datasets.bundled import load_bundled
from engines.datasets.release import OnProgress

LABEL = "Digits, 8×8"


def load(*, download: bool = False, progress: OnProgress | None = None) -> Dataset:
    """The digits. There is nothing to download, so both arguments are without effect."""
    return load_bundled("digits.npz", name="digits", brightest=16, class_names=tuple("0123456789"), source="bundled")
