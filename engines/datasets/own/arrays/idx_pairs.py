"""Images and labels from two IDX files, or four with those for testing: which is which is seen in their headers."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engines.datasets.idx_header import Shape, read_shape
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.parts import Part
from engines.datasets.own.roles import is_test
from engines.datasets.own.sources import Sources
from engines.datasets.own.uploads import Bounds
from engines.datasets.own.work import Work
from engines.errors import InvalidData, InvalidDataFile
from engines.pieces import PIECE, InPieces, slices

_PIECE = 2**20


@dataclass(frozen=True)
class _File:
    part: Part
    path: str
    shape: Shape


def idx_work(found: Sources, bounds: Bounds) -> InPieces[Work]:
    """Priced are images and labels, and the data set made of them."""
    pairs = _pairs(found, bounds)
    yield PIECE
    size = sum(2 * prod(images.shape) + 3 * 8 * images.shape[0] for images, _labels in pairs)
    return Work(size, lambda: _read_all(pairs, found))


def _read_all(pairs: Sequence[tuple[_File, _File]], found: Sources) -> Generator[Any, None, Material]:
    """Yields `Reading`. Raises `InvalidDataFile`."""
    total = sum(prod(images.shape) for images, _labels in pairs)
    rows = sum(images.shape[0] for images, _labels in pairs)
    values = np.empty((rows, *pairs[0][0].shape[1:3]), np.uint8)
    labels = np.empty(rows, np.int64)
    lowest, highest, done, start = 255, 0, 0, 0
    for pictures, named in pairs:
        end = start + pictures.shape[0]
        labels[start:end] = yield from _read(named, np.empty(named.shape, np.uint8), done / total, 0.0)
        body = values[start:end]
        yield from _read(pictures, body, done / total, body.size / total)
        for part in slices(len(body), max(1, _PIECE // body[0].size)):
            lowest, highest = min(lowest, int(body[part].min())), max(highest, int(body[part].max()))
        done, start = done + body.size, end
    numbers, indices = np.unique(labels, return_inverse=True)
    values.flags.writeable = False
    return Material(
        kind=Kind.IDX,
        files=tuple(part.name for part in found.parts),
        values=values,
        labels=indices.astype(np.int64),
        label_names=tuple(str(number) for number in numbers),
        value_range=(float(lowest), float(highest)),
        train=pairs[0][0].shape[0] if len(pairs) == 2 else None,
        notes=found.notes,
    )


def _pairs(found: Sources, bounds: Bounds) -> list[tuple[_File, _File]]:
    """Images with their labels; those for testing last."""
    files = [_opened(part, path, bounds) for part, path in zip(found.parts, found.paths, strict=True)]
    images = [file for file in files if len(file.shape) > 1]
    labels = [file for file in files if len(file.shape) == 1]
    if len(images) != len(labels) or len(images) > 2:
        raise InvalidDataFile(
            "{name}: IDX files of images: {images}, of labels: {labels}. One of each is needed, or two of each, for "
            "training and for testing.",
            name=files[0].part.name,
            images=len(images),
            labels=len(labels),
        )
    pairs = _matched(images, labels)
    _check(pairs, bounds)
    return pairs


def _matched(images: Sequence[_File], labels: Sequence[_File]) -> list[tuple[_File, _File]]:
    """By what their names say; else the larger is for training. Labels by names too, else by their number."""
    by_name = len({is_test(file.path) for file in images}) == 2
    images = sorted(images, key=lambda file: is_test(file.path) if by_name else -file.shape[0])
    if len(images) == 2 and len({is_test(file.path) for file in labels}) == 2:
        labels = sorted(labels, key=lambda file: is_test(file.path))
    if [file.shape[0] for file in labels] != [file.shape[0] for file in images]:
        labels = labels[::-1]
    return list(zip(images, labels, strict=True))


def _check(pairs: Sequence[tuple[_File, _File]], bounds: Bounds) -> None:
    sides = {images.shape[1:3] for images, _ in pairs}
    if len(sides) > 1:
        raise InvalidData(
            "{name} holds images of {height}×{width} pixels, the other file some of another size.",
            name=pairs[0][0].part.name,
            height=pairs[0][0].shape[1],
            width=pairs[0][0].shape[2],
        )
    for images, labels in pairs:
        if images.shape[0] != labels.shape[0]:
            raise InvalidData(
                "There are {labels:,} labels for the {images:,} samples in {file}: each needs one.",
                labels=labels.shape[0],
                images=images.shape[0],
                file=images.part.name,
            )
    count = sum(images.shape[0] for images, _ in pairs)
    if count > bounds.images:
        raise InvalidDataFile(
            "{name} holds {found:,} images; at most {most:,} are read. Use a part of them.",
            name=pairs[0][0].part.name,
            found=count,
            most=bounds.images,
        )


def _opened(part: Part, path: str, bounds: Bounds) -> _File:
    """Its header, checked before anything is believed."""
    shape = read_shape(cast("BinaryIO", part.opened()), part.name, None, bounds.memory)
    fits = len(shape) in (1, 3) or (len(shape) == 4 and shape[3] == 1)
    if not fits or (len(shape) > 1 and max(shape[1:3]) > bounds.given_side):
        raise InvalidDataFile(
            "{name} has the dimensions {shape}: images have (number, height, width) with sides of at most {side} "
            "pixels, labels (number).",
            name=part.name,
            shape=shape,
            side=bounds.given_side,
        )
    if not part.gzipped and part.size - 4 - 4 * len(shape) < prod(shape):
        raise InvalidDataFile(
            "{name} ends after {found:,} of the {count:,} values its header announces: download it again.",
            name=part.name,
            found=max(0, part.size - 4 - 4 * len(shape)),
            count=prod(shape),
        )
    return _File(part, path, shape)


def _read(file: _File, values: NDArray[np.uint8], done: float, share: float) -> Generator[Any, None, NDArray[np.uint8]]:
    """The body into `values`, in pieces."""
    flat = values.reshape(-1)
    stream = file.part.opened()
    stream.read(4 + 4 * len(file.shape))
    filled = 0
    while filled < flat.size and (piece := stream.read(min(_PIECE, flat.size - filled))):
        flat[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
        yield Reading(min(0.999, done + share * filled / flat.size))
    if filled < flat.size:
        raise InvalidDataFile(
            "{name} ends after {found:,} of the {count:,} values its header announces: download it again.",
            name=file.part.name,
            found=filled,
            count=flat.size,
        )
    if stream.read(1):
        raise InvalidDataFile(
            "{name} continues after the {count:,} values its header announces: either the header is wrong, or "
            "this is another kind of file.",
            name=file.part.name,
            count=flat.size,
        )
    return values
