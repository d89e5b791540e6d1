"""A data set of pictures from a ZIP of one folder a class, in pieces.

Pictures that are all of one size, of at most 64 pixels a side, stay as they are; others are fitted into 64×64.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.collected import too_much
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.pictures.decoding import decoded
from engines.datasets.own.pictures.folders import Folders, folders_of
from engines.datasets.own.pictures.grey import Seen, fitted, grey
from engines.datasets.own.pictures.sizes import checked_size, most_pixels
from engines.datasets.own.sources import Sources
from engines.datasets.own.uploads import Bounds
from engines.datasets.own.work import Work
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import PIECE, InPieces

_LARGEST_FILE = 2**25
_BYTES_A_PIXEL = 6  # of a picture while it is decoded and made grey


def pictures_work(found: Sources, bounds: Bounds) -> InPieces[Work]:
    """Priced are all pictures, fitted, and as a data set; and the largest one while it is decoded."""
    folders = yield from _folders(found, bounds)
    yield PIECE
    sizes = [found.parts[place.at].size for place in folders.places]
    decoding = _BYTES_A_PIXEL * most_pixels(max(sizes), bounds) + 2 * max(sizes)
    size = len(folders.places) * (2 * bounds.side**2 + 3 * 8) + decoding
    return Work(size, lambda: _read(found, folders, bounds))


def _read(found: Sources, folders: Folders, bounds: Bounds) -> Generator[Any, None, Material]:
    """Yields `Reading`. Raises `InvalidDataFile`."""
    gallery = _Gallery(len(folders.places), bounds)
    for done, place in enumerate(folders.places, start=1):
        part = found.parts[place.at]
        if part.size > _LARGEST_FILE:
            raise InvalidDataFile(
                "{name} is a file of {size:,} bytes; at most {most:,} are read of one picture.",
                name=part.name,
                size=part.size,
                most=_LARGEST_FILE,
            )
        content = part.opened().read(part.size + 1)
        checked_size(content, part.name, bounds)
        picture = yield from decoded(content, part.name)
        levels, seen = yield from grey(picture, bounds.side)
        yield from gallery.add(levels, (picture.size[1], picture.size[0]))
        gallery.seen |= seen
        yield Reading(min(0.999, done / len(folders.places)))
    names = sorted({place.label for place in folders.places}, key=_in_order)
    index = {name: at for at, name in enumerate(names)}
    values = gallery.images()
    values.flags.writeable = False
    return Material(
        kind=Kind.PICTURES,
        files=(found.parts[0].upload.name,),
        values=values,
        labels=np.array([index[place.label] for place in folders.places], np.int64),
        label_names=tuple(names),
        train=folders.train,
        value_range=(float(values.min()), float(values.max())),
        notes=(*found.notes, *folders.notes, *gallery.notes()),
    )


class _Gallery:
    """The pictures so far: each as it is while all have one small size, else fitted into a square."""

    def __init__(self, count: int, bounds: Bounds) -> None:
        self._count, self._side, self._filled = count, bounds.side, 0
        self._images = np.empty((0, 0, 0), np.uint8)
        self._sizes: set[tuple[int, int]] = set()
        self.seen = Seen()

    def add(self, levels: NDArray[np.uint8], size: tuple[int, int]) -> Generator[Any, None, None]:
        """`size` is (height, width) of the picture, which may be larger than its levels."""
        if len(self._sizes) < 2:
            self._sizes.add(size)
        if not self._filled:
            small = max(levels.shape) <= self._side
            height, width = levels.shape if small else (self._side, self._side)
            self._images = np.empty((self._count, height, width), np.uint8)
        elif len(self._sizes) > 1 and self._images.shape[1:] != (self._side, self._side):
            yield from self._refit()
        whole = levels if levels.shape == self._images.shape[1:] else fitted(levels, self._side)
        self._images[self._filled] = whole
        self._filled += 1

    def _refit(self) -> Generator[Any, None, None]:
        """One is of another size: those before are fitted too."""
        before, self._images = self._images, np.empty((self._count, self._side, self._side), np.uint8)
        for at in range(self._filled):
            self._images[at] = fitted(before[at], self._side)
            if at % 500 == 499:
                yield PIECE

    def images(self) -> NDArray[np.uint8]:
        return self._images

    def notes(self) -> tuple[EngineError, ...]:
        found = []
        if len(self._sizes) > 1:
            found.append(EngineError("The pictures have different sizes: each is fitted into a square."))
        elif self._sizes != {self._images.shape[1:]}:
            height, width = next(iter(self._sizes))
            found.append(
                EngineError(
                    "The pictures of {height}×{width} pixels were made smaller, to {side}×{side}.",
                    height=height,
                    width=width,
                    side=self._side,
                )
            )
        if self.seen.coloured:
            found.append(EngineError("Colours were made grey: 0.299 red + 0.587 green + 0.114 blue."))
        if self.seen.through:
            found.append(EngineError("What is transparent in the pictures was laid on white."))
        if self.seen.deep:
            found.append(EngineError("Pictures of 16 bits a pixel were made bytes: 65,535 became 255."))
        return tuple(found)


def _folders(found: Sources, bounds: Bounds) -> InPieces[Folders]:
    name = found.parts[0].upload.name
    folders = yield from folders_of(found.paths, name)
    yield PIECE
    labels = {place.label for place in folders.places}
    if len(labels) > bounds.classes:
        raise InvalidDataFile(
            "{name} has {found:,} folders, each a class; at most {most} classes can be used.",
            name=name,
            found=len(labels),
            most=bounds.classes,
        )
    if len(folders.places) > bounds.images:
        raise InvalidDataFile(
            "{name} holds {found:,} images; at most {most:,} are read. Use a part of them.",
            name=name,
            found=len(folders.places),
            most=bounds.images,
        )
    if 2 * len(folders.places) * bounds.side**2 > bounds.memory:
        raise too_much(name, bounds.memory)
    return folders


def _in_order(label: str) -> tuple[int, int, str]:
    """Numbers by their value, before words."""
    return (0, int(label), label) if label.isdecimal() and len(label) < 18 else (1, 0, label)
