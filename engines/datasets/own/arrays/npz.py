"""Images and labels from NumPy's .npz: a ZIP archive of arrays."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.arrays.keys import Roles, roles_of, sides
from engines.datasets.own.arrays.npy import Array, array_of
from engines.datasets.own.collected import LARGEST, Collected, priced
from engines.datasets.own.encodings import encoding_of
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.sources import Sources
from engines.datasets.own.uploads import Bounds
from engines.datasets.own.work import Work
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import PIECE, InPieces

_ARRAYS = 64
_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue, as television had it (ITU-R BT.601)
_SMALL = 2**22


def npz_work(found: Sources, bounds: Bounds) -> InPieces[Work]:
    """Priced are the images, once as in the file and once as a data set, and labels.

    Whether numbers of more than a byte are levels of grey that a byte can hold is seen only when they are read: if not,
    `bounds.room` is asked.
    """
    total = 0
    for images, _labels in _roles(found, bounds).pairs:
        height, width = sides(images)
        count = images.shape[0]
        whole = images.nbytes if images.fortran else 0  # it can only be turned as a whole
        total += priced(count, height * width) + count * 3 * 8 + whole
        yield PIECE
    return Work(total, lambda: _read(found, bounds, total))


def _read(found: Sources, bounds: Bounds, size: int) -> Generator[Any, None, Material]:
    """Yields `Reading`. Raises `InvalidDataFile`, or `InvalidData` where arrays do not fit together."""
    name, roles = found.parts[0].upload.name, _roles(found, bounds)
    height, width = sides(roles.pairs[0][0])
    rows = sum(images.shape[0] for images, _ in roles.pairs)
    collected = Collected(rows, height * width, bounds, size)
    labels: list[NDArray[Any]] = []
    total = sum(prod(images.shape) for images, _ in roles.pairs)
    done = 0
    for images, named in roles.pairs:
        labels.append(_labels(named, name))
        for piece in _rows(images, height, width):
            _check_finite(piece, images, name)
            collected.add(piece)
            done += piece.size
            yield Reading(min(0.999, done / total))
    numbers, indices = np.unique(np.concatenate(labels), return_inverse=True)
    values = collected.values()
    values.flags.writeable = False
    return Material(
        kind=Kind.NPZ,
        files=(name,),
        values=values.reshape(rows, height, width),
        divisor=collected.divisor,
        labels=indices.astype(np.int64),
        label_names=_names(numbers, roles),
        train=len(labels[0]) if len(labels) == 2 else None,
        white=_white(roles),
        value_range=collected.value_range,
        notes=(*found.notes, *_notes(roles)),
    )


def _roles(found: Sources, bounds: Bounds) -> Roles:
    name = found.parts[0].upload.name
    if len(found.parts) > _ARRAYS:
        raise InvalidDataFile(
            "{name} holds {found} arrays: too many for one data set.", name=name, found=len(found.parts)
        )
    arrays = [array_of(part, path.removesuffix(".npy")) for part, path in zip(found.parts, found.paths, strict=True)]
    return roles_of(arrays, name, bounds)


def _rows(images: Array, height: int, width: int) -> Iterator[NDArray[Any]]:
    """Grey images (n, pixels), some at a time."""
    size = prod(images.shape[1:])
    if images.fortran:
        whole = images.all().reshape(images.shape[0], size)
        step = max(1, 2**18 // size)
        for start in range(0, len(whole), step):
            yield _grey(whole[start : start + step], images.shape, height, width)
        return
    rest = np.empty(0, images.dtype)
    for piece in images.pieces():
        piece = np.concatenate([rest, piece]) if rest.size else piece
        whole = len(piece) // size * size
        rest = piece[whole:].copy()
        if whole:
            yield _grey(piece[:whole].reshape(-1, size), images.shape, height, width)


def _grey(rows: NDArray[Any], shape: tuple[int, ...], height: int, width: int) -> NDArray[Any]:
    """Without the colour axis, if there is one: bytes stay bytes."""
    if len(shape) < 4:
        return rows
    last = shape[3] in (1, 3, 4)
    images = rows.reshape(len(rows), *shape[1:])
    images = images if last else np.moveaxis(images, 1, 3)
    if images.shape[3] == 1:
        return images.reshape(len(rows), height * width)
    grey = images[..., :3].astype(np.float32) @ _GREY
    grey = np.rint(grey).astype(rows.dtype) if rows.dtype.kind in "iu" else grey
    return grey.reshape(len(rows), height * width)


def _labels(array: Array, name: str) -> NDArray[Any]:
    """One label an image: whole numbers or words."""
    if array.nbytes > 8 * _SMALL:
        raise InvalidDataFile("{name}: {key} is too large to hold labels.", name=name, key=array.key)
    values = array.all()
    if values.ndim == 2 and values.shape[1] > 1:
        return values.argmax(axis=1)
    values = values.reshape(-1)
    if values.dtype.kind == "f" and not ((np.abs(values) < 2**53) & (values == np.rint(values))).all():
        raise InvalidDataFile("{name}: {key} holds labels that are no whole numbers.", name=name, key=array.key)
    if values.dtype.kind == "S":
        return np.char.decode(values, encoding_of(np.unique(values).tolist(), "latin-1"))
    if values.dtype.kind == "u" and values.max(initial=0) >= 2**63:
        raise InvalidDataFile("{name}: {key} holds labels that are too large.", name=name, key=array.key)
    return values if values.dtype.kind == "U" else values.astype(np.int64)


def _names(numbers: NDArray[Any], roles: Roles) -> tuple[str, ...]:
    """What the labels are called: in the file, if it has names for them, else as they stand."""
    if roles.names is not None and numbers.dtype.kind == "i" and roles.names.nbytes < _SMALL:
        names = [str(each) for each in roles.names.all()]
        if numbers.min() >= 0 and numbers.max() < len(names):
            return tuple(names[number] for number in numbers)
    return tuple(str(number) for number in numbers)


def _white(roles: Roles) -> float | None:
    if roles.brightest is None or roles.brightest.dtype.kind not in "iuf":
        return None
    value = float(roles.brightest.all()[()])
    return value if 0 < value < 1e6 else None


def _notes(roles: Roles) -> Iterator[EngineError]:
    images = roles.pairs[0][0]
    if len(images.shape) == 4 and 1 not in (images.shape[1], images.shape[3]):
        yield EngineError("Colours were made grey: 0.299 red + 0.587 green + 0.114 blue.")
    if roles.unused:
        yield EngineError("These arrays were left alone: {names}.", names=", ".join(roles.unused))


def _check_finite(piece: NDArray[Any], images: Array, name: str) -> None:
    if piece.dtype.kind == "f" and not float(np.abs(piece).max()) <= LARGEST:
        raise InvalidDataFile("{name}: {key} contains NaN, infinite or enormous values.", name=name, key=images.key)
