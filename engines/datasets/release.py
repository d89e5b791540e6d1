"""A dataset published the way MNIST is, as four IDX files: finding them, downloading them, reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import prod
from os.path import isfile  # False where a folder may not be entered; Path.is_file raises there
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.datasets.base import Dataset, scaled
from engines.datasets.download import RemoteFile, fetch
from engines.datasets.idx import Shape, read_idx
from engines.errors import EngineError, InvalidData, InvalidDataFile

MOST_IMAGES = 100_000
OnProgress = Callable[[float], None]
"""Hears the fraction done, from 0 to 1. An exception it raises ends the download."""


@dataclass(frozen=True)
class IdxRelease:
    """The four files of a dataset, the `mirrors` (URLs of folders) that serve them, and what they show."""

    name: str
    mirrors: tuple[str, ...]
    train_images: RemoteFile
    train_labels: RemoteFile
    test_images: RemoteFile
    test_labels: RemoteFile
    image_shape: tuple[int, int]
    class_names: tuple[str, ...]

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        return self.train_images, self.train_labels, self.test_images, self.test_labels

    @property
    def megabytes(self) -> int:
        """Size of the download in MB (10⁶ bytes)."""
        return round(sum(file.size for file in self.files) / 1e6)

    def find(self, folders: Iterable[Path]) -> Path | None:
        """The first of the folders that has all four files, compressed or not; None if none has."""
        return next((folder for folder in folders if self._is_in(folder)), None)

    def first_readable(self, folders: Iterable[Path]) -> tuple[Dataset | None, EngineError | None]:
        """The dataset in the first of the folders that has all four files and can be read there, if any.

        Besides, what was wrong with the first folder that could not be read. Raises nothing.
        """
        problem = None
        for folder in folders:
            if self._is_in(folder):
                try:
                    return self.read(folder), problem
                except (InvalidDataFile, InvalidData) as error:
                    problem = problem or error
        return None, problem

    def download(self, folder: Path, progress: OnProgress | None = None) -> Path:
        """Downloads into the folder what it lacks, and returns it. Raises `DatasetUnavailable`."""
        total = sum(file.size for file in self.files)
        done = 0
        for file in self.files:
            fetch(file, self.mirrors, folder, partial(_report, progress, done, total))
            done += file.size
        return folder

    def read(self, folder: Path) -> Dataset:
        """The dataset in a folder that `find` has found. Raises `InvalidDataFile` or `InvalidData`."""
        x_train, y_train = self._read_pair(folder, self.train_images, self.train_labels)
        x_test, y_test = self._read_pair(folder, self.test_images, self.test_labels)
        return Dataset(
            name=self.name,
            x_train=x_train,
            y_train=y_train,
            x_test=x_test,
            y_test=y_test,
            image_shape=self.image_shape,
            class_names=self.class_names,
            source="full",
        )

    def _is_in(self, folder: Path) -> bool:
        return all(isfile(_in(folder, file)) for file in self.files)

    def _read_pair(
        self, folder: Path, images: RemoteFile, labels: RemoteFile
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The images as samples, and their labels. Of images that do not fit nothing is read but the header."""
        y = np.empty(0, np.int64)

        def check(shape: Shape) -> None:
            nonlocal y
            if shape[1:] != self.image_shape:
                raise InvalidDataFile(
                    "{file} holds images of shape {found}, but those of {dataset} are {expected}: "
                    "it belongs to another dataset.",
                    file=images.name,
                    found=shape[1:],
                    dataset=self.name,
                    expected=self.image_shape,
                )
            y = read_idx(_in(folder, labels), ndim=1, max_bytes=MOST_IMAGES).astype(np.int64)
            if len(y) != shape[0]:
                raise InvalidData(
                    "There are {labels:,} labels for the {images:,} samples in {file}: each needs one.",
                    labels=len(y),
                    images=shape[0],
                    file=images.name,
                )

        most = MOST_IMAGES * prod(self.image_shape)
        pixels = read_idx(_in(folder, images), ndim=3, max_bytes=most, check_shape=check)
        return scaled(pixels, 255), y


def _in(folder: Path, file: RemoteFile) -> Path:
    """The file's path in the folder: unpacked if it is there only so, otherwise compressed as published."""
    compressed = folder / file.name
    unpacked = compressed.with_suffix("")
    return unpacked if isfile(unpacked) and not isfile(compressed) else compressed


def _report(progress: OnProgress | None, done: int, total: int, received: int) -> None:
    if progress is not None:
        progress((done + received) / total)
