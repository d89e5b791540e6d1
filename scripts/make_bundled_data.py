"""Makes the `.npz` files of `engines/datasets/data`: the digits, and a part of Fashion-MNIST.

    python -m scripts.make_bundled_data FOLDER_WITH_FASHION_MNIST

It needs scikit-learn, which ships the digits, and the four IDX files of Fashion-MNIST. It was run once: what
it wrote is part of the project, so that the app needs neither. Run again, it writes the same bytes.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.datasets.bundled import FOLDER
from engines.datasets.idx import read_idx

SEED = 20_240_204
DIGITS_TEST = 360
FASHION_TRAIN, FASHION_TEST = 6_000, 1_000


def stratified(labels: NDArray[np.uint8], count: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Rows of `count` samples, in ascending order, with the classes in the proportions of `labels`.

    What rounding down leaves goes to the classes with the largest remainders.
    """
    exact = np.bincount(labels) * (count / len(labels))
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: count - shares.sum()]] += 1
    chosen = [rng.choice(np.flatnonzero(labels == label), n, replace=False) for label, n in enumerate(shares)]
    return np.sort(np.concatenate(chosen)).astype(np.int32)


def digits() -> dict[str, NDArray]:
    """All 1,797 digits, 360 of them for testing."""
    from sklearn.datasets import load_digits

    raw = load_digits()
    images, labels = raw.images.astype(np.uint8), raw.target.astype(np.uint8)
    test = stratified(labels, DIGITS_TEST, np.random.default_rng(SEED))
    train = np.setdiff1d(np.arange(len(labels), dtype=np.int32), test)
    return halves(images, labels, train, images, labels, test)


def fashion_mnist(folder: Path) -> dict[str, NDArray]:
    """6,000 of the training images and 1,000 of the test images."""
    images, labels, test_images, test_labels = (
        read_idx(folder / f"{part}-ubyte.gz")
        for part in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    )
    rng = np.random.default_rng(SEED)
    train, test = stratified(labels, FASHION_TRAIN, rng), stratified(test_labels, FASHION_TEST, rng)
    return halves(images, labels, train, test_images, test_labels, test)


def halves(
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    train: NDArray[np.int32],
    test_images: NDArray[np.uint8],
    test_labels: NDArray[np.uint8],
    test: NDArray[np.int32],
) -> dict[str, NDArray]:
    """The arrays of the file: images, labels and original rows of both halves."""
    return {
        "x_train": images[train],
        "y_train": labels[train],
        "rows_train": train,
        "x_test": test_images[test],
        "y_test": test_labels[test],
        "rows_test": test,
    }


def write(path: Path, arrays: dict[str, NDArray]) -> None:
    """An `.npz`, compressed more than `np.savez_compressed` does, and without the time of day in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, values, allow_pickle=False)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def main() -> None:
    folder = Path(sys.argv[1])
    write(FOLDER / "digits.npz", digits())
    write(FOLDER / "fashion_mnist_subset.npz", fashion_mnist(folder))


if __name__ == "__main__":
    main()
