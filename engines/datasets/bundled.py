"""Datasets that come with the app, as small `.npz` files (made by `scripts/make_bundled_data.py`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.datasets.base import Dataset, scaled
from engines.errors import EngineError, InvalidDataFile

FOLDER = Path(__file__).parent / "data"


def load_bundled(file: str, *, name: str, brightest: int, class_names: tuple[str, ...], source: str) -> Dataset:
    """The dataset in one of our own `.npz` files, whose brightest pixels have the value `brightest`.

    It holds x_train and x_test, bytes of shape (n, height, width), and y_train and y_test, bytes of shape (n,);
    besides, for whoever wants to trace an image, rows_train and rows_test: its row in the original data.
    Raises `InvalidDataFile` if it is missing or damaged.
    """
    try:
        return _read(file, name, brightest, class_names, source)
    except EngineError:
        raise
    except Exception as error:  # whatever zip, zlib and NumPy raise for a damaged file
        raise InvalidDataFile(
            "{name}, which comes with the app, is missing or damaged ({reason}): reinstall the app.",
            name=file,
            reason=error,
        ) from error


def _read(file: str, name: str, brightest: int, class_names: tuple[str, ...], source: str) -> Dataset:
    with np.load(FOLDER / file, allow_pickle=False) as arrays:
        images = arrays["x_train"]
        return Dataset(
            name=name,
            x_train=scaled(images, brightest),
            y_train=arrays["y_train"].astype(np.int64),
            x_test=scaled(arrays["x_test"], brightest),
            y_test=arrays["y_test"].astype(np.int64),
            image_shape=images.shape[1:],
            class_names=class_names,
            source=source,
        )
