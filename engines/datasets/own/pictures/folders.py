"""Which picture is of which class, and which are for testing: by the folders of the archive.

flowers/train/Rose/a.PNG → class "Rose", for training: the one folder round everything says nothing
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engines.datasets.own.roles import is_test, is_validation
from engines.datasets.own.zip_names import suffix
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import PIECE, InPieces, slices

_TRAIN = ("train", "training", "trainset", "train_set", "trainingset")
_AT_ONCE = 2000
SUFFIXES = {".png", ".jpg", ".jpeg", ".jfif"}


@dataclass(frozen=True)
class Place:
    """Of one picture: its index among the paths, its class, whether it is for testing."""

    at: int
    label: str
    test: bool


@dataclass(frozen=True)
class Folders:
    """The pictures in the order in which they are read, those for testing last. `train`: how many are not, where the
    folders say it; None else."""

    places: tuple[Place, ...]
    train: int | None
    notes: tuple[EngineError, ...]


def folders_of(paths: Sequence[str], name: str) -> InPieces[Folders]:
    """Raises `InvalidDataFile` with the archive's `name`."""
    found: dict[int, list[str]] = {}
    for part in slices(len(paths), _AT_ONCE):
        steps = ((at, paths[at].split("/")) for at in range(part.start, part.stop))
        found |= {at: path for at, path in steps if suffix(path[-1]) in SUFFIXES}
        yield PIECE
    others = [path for at, path in enumerate(paths) if at not in found]
    if not found:
        raise InvalidDataFile(
            "{name} holds pictures that are not read, such as {path!r}: save them as PNG or JPEG.",
            name=name,
            path=others[0],
        )
    yield PIECE
    found = _without_common(found)
    yield PIECE
    said = {first: _part(first) for first in {steps[0] for steps in found.values()}}
    parts = {at: said[steps[0]] for at, steps in found.items() if len(steps) > 1}
    divided = len(parts) == len(found) and set(parts.values()) >= {"train", "test"} and None not in parts.values()
    if divided:
        found = {at: steps[1:] for at, steps in found.items()}
        found = _without_common(found) if len({steps[0] for steps in found.values()}) == 1 else found
    bare = [paths[at] for at, steps in found.items() if len(steps) < 2]
    if bare:
        raise InvalidDataFile(
            "{name}: {path!r} is in no folder of a class. Put the pictures of each class into a folder that is called "
            "like it.",
            name=name,
            path=bare[0],
        )
    yield PIECE
    spelled = _spellings([steps[0] for steps in found.values()])
    places: list[Place] = []
    kept = list(found.items())
    for part in slices(len(kept), 2 * _AT_ONCE):
        places += [Place(at, spelled[steps[0].casefold()], divided and parts[at] == "test") for at, steps in kept[part]]
        yield PIECE
    places.sort(key=lambda place: place.test)
    train = sum(not place.test for place in places) if divided else None
    validation = divided and any(is_validation(folder) for folder in said)
    return Folders(tuple(places), train, _notes(found, others, validation))


def _without_common(found: dict[int, list[str]]) -> dict[int, list[str]]:
    """Without the folders that are round everything; the last one above the pictures is kept, it may be a class."""
    while all(len(steps) > 2 for steps in found.values()) and len({steps[0] for steps in found.values()}) == 1:
        found = {at: steps[1:] for at, steps in found.items()}
    return found


def _part(folder: str) -> str | None:
    first = folder.lower()
    if first in _TRAIN:
        return "train"
    return "test" if is_test(first) or is_validation(first) else None


def _spellings(labels: Sequence[str]) -> dict[str, str]:
    """One spelling for those that differ in capital letters only, the most frequent: so do Windows and macOS."""
    counts = Counter(labels)
    return {label.casefold(): label for label, _count in reversed(counts.most_common())}


def _notes(found: dict[int, list[str]], others: Sequence[str], validation: bool) -> tuple[EngineError, ...]:
    notes = []
    if validation:
        notes.append(EngineError("Pictures for validation count as test images."))
    deeper = next((steps for steps in found.values() if len(steps) > 2), None)
    if deeper:
        notes.append(
            EngineError(
                "There are folders within folders, such as {path!r}: the outer one is the class.",
                path="/".join(deeper[:-1]),
            )
        )
    if others:
        notes.append(
            EngineError("Files that are neither PNG nor JPEG were left alone, such as {path!r}.", path=others[0])
        )
    return tuple(notes)
