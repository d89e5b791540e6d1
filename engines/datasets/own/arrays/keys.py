"""Which array of an .npz holds what: by its shape, and by its name where shapes leave it open.

Keras ships x_train, y_train, x_test, y_test; MedMNIST train_images, train_labels, …; `numpy.savez(file, x, y)` arr_0
and arr_1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt, prod

from engines.datasets.own.arrays.npy import Array
from engines.datasets.own.roles import is_labels, is_test, is_validation
from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidDataFile

_COLOURS = (1, 3, 4)


@dataclass(frozen=True, eq=False)
class Roles:
    """`pairs`: images with their labels, for training and perhaps for testing. `names`: of classes; `brightest`: the
    value that is white; `unused`: keys of arrays that are left alone."""

    pairs: tuple[tuple[Array, Array], ...]
    names: Array | None
    brightest: Array | None
    unused: tuple[str, ...]


def roles_of(arrays: Sequence[Array], file: str, bounds: Bounds) -> Roles:
    """Raises `InvalidDataFile`."""
    labels = [array for array in arrays if _may_be_labels(array)]
    counts = {array.shape[0] for array in labels}
    images = [array for array in arrays if array not in labels and is_image(array) and array.shape[0] in counts]
    pairs: list[tuple[Array, Array]] = []
    for array in images:
        fitting = [each for each in labels if each.shape[0] == array.shape[0] and each not in [y for _, y in pairs]]
        if fitting:
            pairs.append((array, min(fitting, key=lambda each: (_distance(array.key, each.key), labels.index(each)))))
    training = [pair for pair in pairs if not is_test(pair[0].key) and not is_validation(pair[0].key)]
    testing = [pair for pair in pairs if is_test(pair[0].key)] or [pair for pair in pairs if is_validation(pair[0].key)]
    if len(training) == 2 and not testing:
        training, testing = training[:1], training[1:]  # saved without names, in the usual order
    training, testing = (training, testing) if training else (testing[:1], [])
    if len(training) != 1 or len(testing) > 1:
        raise _unclear(arrays, file)
    chosen = (*training, *testing)
    _check_sides(chosen, file, bounds)
    named = next(
        (each for each in arrays if each.dtype.kind in "US" and len(each.shape) == 1 and not _is_used(each, chosen)),
        None,
    )
    brightest = next((each for each in arrays if each.key == "brightest" and each.shape == ()), None)
    used = [*(each for pair in chosen for each in pair), named, brightest]
    return Roles(chosen, named, brightest, tuple(each.key for each in arrays if each not in used))


def is_image(array: Array) -> bool:
    """(n, height, width), also with a colour axis last or first, or (n, pixels) of a square."""
    shape = array.shape
    if array.dtype.kind not in "biuf" or prod(shape) == 0:
        return False
    if len(shape) == 2:
        return isqrt(shape[1]) ** 2 == shape[1] and shape[1] >= 4
    return len(shape) == 3 or (len(shape) == 4 and (shape[3] in _COLOURS or shape[1] in _COLOURS))


def sides(array: Array) -> tuple[int, int]:
    """Height and width of its images."""
    shape = array.shape
    if len(shape) == 2:
        return isqrt(shape[1]), isqrt(shape[1])
    return (shape[1], shape[2]) if len(shape) == 3 or shape[3] in _COLOURS else (shape[2], shape[3])


def _may_be_labels(array: Array) -> bool:
    """One value an image; or a row of 0 and 1 each (one-hot), where the name says so."""
    shape = array.shape
    if not shape or not shape[0] or array.dtype.kind not in "biufUS":
        return False
    one = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    return one or (len(shape) == 2 and is_labels(array.key) and 2 <= shape[1] <= 1000)


def _distance(image: str, label: str) -> tuple[int, int, int]:
    """How little two names have to do with each other."""
    same = (is_test(image), is_validation(image)) == (is_test(label), is_validation(label))
    return int(not same), int(not is_labels(label)), 0


def _is_used(array: Array, pairs: Sequence[tuple[Array, Array]]) -> bool:
    return any(array in pair for pair in pairs)


def _check_sides(pairs: Sequence[tuple[Array, Array]], file: str, bounds: Bounds) -> None:
    if len({sides(images) for images, _ in pairs}) > 1:
        raise InvalidDataFile(
            "{name}: {key} and {other} hold images of different sizes.",
            name=file,
            key=pairs[0][0].key,
            other=pairs[1][0].key,
        )
    height, width = sides(pairs[0][0])
    if max(height, width) > bounds.given_side:
        raise InvalidDataFile(
            "{name} holds images of {height}×{width} pixels; at most {most}×{most} are read.",
            name=file,
            height=height,
            width=width,
            most=bounds.given_side,
        )
    count = sum(images.shape[0] for images, _ in pairs)
    if count > bounds.images:
        raise InvalidDataFile(
            "{name} holds {found:,} images; at most {most:,} are read. Use a part of them.",
            name=file,
            found=count,
            most=bounds.images,
        )


def _unclear(arrays: Sequence[Array], file: str) -> InvalidDataFile:
    found = ", ".join(f"{array.key} {array.shape}" for array in arrays)
    return InvalidDataFile(
        "{name} holds {found}; expected were images (n, height, width) and n labels, as x_train and y_train, perhaps "
        "x_test and y_test too.",
        name=file,
        found=found,
    )
