"""Fashion-MNIST: 70,000 pictures of clothes of 28×28 pixels, or the 7,000 of them that come with the app.

H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
Algorithms" (2017), arXiv:1708.07747; MIT licence, © 2017 Zalando SE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engines.datasets.base import Dataset
from engines.datasets.bundled import load_bundled
from engines.datasets.download import RemoteFile, data_folder
from engines.datasets.release import IdxRelease, OnProgress
from engines.errors import EngineError

LABEL = "Fashion-MNIST, 28×28"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # of Debian's package dataset-fashion-mnist

RELEASE = IdxRelease(
    name="fashion_mnist",
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ),
    train_images=RemoteFile(
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    train_labels=RemoteFile(
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    test_images=RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    test_labels=RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
    image_shape=(28, 28),
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)


def load(
    *, download: bool = False, progress: OnProgress | None = None, folders: Iterable[Path] | None = None
) -> Dataset:
    """The full data (source "full") if they are in one of the folders, otherwise the subset ("subset").

    `folders` are searched in order: Debian's and the cache, unless told otherwise. A damaged file in these two costs
    no more than the full data: the subset says in its `problem` what is wrong. `download=True` gets the full data if
    they are in none of the folders, or damaged (31 MB). Raises `DatasetUnavailable` if that fails, `InvalidDataFile`
    or `InvalidData` for a damaged file in `folders` that the caller named.
    """
    data, problem = RELEASE.first_readable(default_folders() if folders is None else folders)
    if data is None and download:
        return RELEASE.read(RELEASE.download(data_folder(RELEASE.name), progress))
    if data is None and problem and folders is not None:
        raise problem
    return data or subset(problem)


def subset(problem: EngineError | None = None) -> Dataset:
    """The part that comes with the app: of each class 600 images for training and 100 for testing."""
    data = load_bundled(
        "fashion_mnist_subset.npz",
        name=RELEASE.name,
        brightest=255,
        class_names=RELEASE.class_names,
        source="subset",
    )
    return replace(data, problem=problem)


def default_folders() -> Iterator[Path]:
    """Where the full data may be, one after the other."""
    yield DEBIAN_FOLDER
    yield data_folder(RELEASE.name)
