"""MNIST: 70,000 handwritten digits of 28×28 pixels, downloaded on request.

Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits" (1998).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engines.datasets.base import Dataset
from engines.datasets.download import RemoteFile, data_folder
from engines.datasets.release import IdxRelease, OnProgress
from engines.errors import DatasetUnavailable

LABEL = "MNIST, 28×28"

RELEASE = IdxRelease(
    name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
    ),
    train_images=RemoteFile(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    train_labels=RemoteFile(
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    test_images=RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    test_labels=RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
    image_shape=(28, 28),
    class_names=tuple("0123456789"),
)


def load(
    *, download: bool = False, progress: OnProgress | None = None, folders: Iterable[Path] | None = None
) -> Dataset:
    """MNIST from one of the `folders` (unless told otherwise: the cache); it is downloaded only on request.

    Raises `DatasetUnavailable` if it is not there and `download` is False, or if the download fails;
    `InvalidDataFile` or `InvalidData` if a file there is damaged, which `download=True` replaces.
    """
    cache = data_folder(RELEASE.name)
    data, problem = RELEASE.first_readable([cache] if folders is None else folders)
    if data is None and download:
        return RELEASE.read(RELEASE.download(cache, progress))
    if data is None and problem:
        raise problem
    if data is None:
        raise DatasetUnavailable(
            "MNIST is not on this computer. Download it ({megabytes} MB, which needs an internet connection), "
            "put its four files into the folder mnist inside the one that GRADIENT_ENGINE_DATA names, or choose "
            "digits or fashion_mnist, which are always here.",
            megabytes=RELEASE.megabytes,
        )
    return data
