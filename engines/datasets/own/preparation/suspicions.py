"""What may be wrong with a data set: said, with a remedy where there is one, and never acted on unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Preparation, Split
from engines.datasets.own.preparation.labels import Labels
from engines.datasets.own.preparation.look import Suspicion
from engines.datasets.own.preparation.splitting import are_sorted
from engines.datasets.own.preparation.understanding import label_merit
from engines.errors import EngineError

_FEW = 3
_BRIGHTER = 0.15


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of a data set in the making. `border`, `middle`: mean brightness there, 0 to 1; `duplicates`:
    test images that are in the training set too; `images`: those of the look."""

    material: Material
    preparation: Preparation
    labels: Labels
    train_counts: NDArray[np.int64]
    test_counts: NDArray[np.int64]
    given_range: tuple[float, float]
    border: float
    middle: float
    duplicates: int
    images: NDArray[np.float32]


def suspicions(known: Evidence) -> tuple[Suspicion, ...]:
    return tuple(each for look in _LOOKS for each in look(known))


def _turned(known: Evidence) -> Iterator[Suspicion]:
    """Pixels do not show it: names and labels do."""
    names = " ".join(known.material.files).lower()
    letters = known.labels.numbers is not None and (min(known.labels.numbers), max(known.labels.numbers)) == (1, 26)
    if known.preparation.turned or not ("emnist" in names or letters):
        return
    yield Suspicion(
        "turned",
        EngineError("These may be EMNIST's images, which are published with rows and columns exchanged."),
        replace(known.preparation, turned=True),
        known.images.swapaxes(1, 2),
    )


def _inverted(known: Evidence) -> Iterator[Suspicion]:
    if known.border <= known.middle + _BRIGHTER:
        return
    yield Suspicion(
        "inverted",
        EngineError(
            "The border ({border:.2f}) is brighter than the middle ({middle:.2f}): dark on light, perhaps ink on "
            "paper. The data sets here are light on dark.",
            border=known.border,
            middle=known.middle,
        ),
        replace(known.preparation, inverted=not known.preparation.inverted),
        1 - known.images,
    )


def _levels(known: Evidence) -> Iterator[Suspicion]:
    low, high = known.given_range
    choice = known.preparation
    if high > choice.white or low < choice.black:
        yield Suspicion(
            "cut_off",
            EngineError(
                "Values range from {low:g} to {high:g}: what is below {black:g} or above {white:g} is cut off.",
                low=low,
                high=high,
                black=choice.black,
                white=choice.white,
            ),
            replace(choice, black=min(low, choice.black), white=max(high, choice.white)),
        )
    elif high - choice.black <= (choice.white - choice.black) / 2 and high > low:
        yield Suspicion(
            "dark",
            EngineError("No value is above {high:g}, but {white:g} becomes 1.", high=high, white=choice.white),
            replace(choice, white=high),
        )


def _label_column(known: Evidence) -> Iterator[Suspicion]:
    material, chosen = known.material, known.preparation.label_column
    if not material.is_table or chosen is None:
        return
    column = material.apart[chosen]
    others = [at for at in material.apart if at not in (chosen, material.numbered)]
    better = max(others, key=lambda at: label_merit(material.apart[at]), default=None)
    merit = 0.0 if better is None else label_merit(material.apart[better])
    remedy = None if merit < 0.3 else replace(known.preparation, label_column=better)
    if column.words is None and label_merit(column) < 0.3:
        yield Suspicion(
            "pixel_as_label",
            EngineError(
                "The labels are taken from the column {column}, whose values look like those of a pixel.",
                column=material.columns[chosen],
            ),
            remedy,
        )
    elif remedy is not None and better is not None and material.apart[better].words is None:
        yield Suspicion(
            "label_as_pixel",
            EngineError(
                "The column {column} is read as a pixel, but its values look like labels.",
                column=material.columns[better],
            ),
            remedy,
        )


def _header(known: Evidence) -> Iterator[Suspicion]:
    material = known.material
    if material.is_table and material.first_is_row and known.preparation.header:
        yield Suspicion(
            "header",
            EngineError("The first line holds numbers only, as an image does, but is left out as a header."),
            replace(known.preparation, header=False),
        )


def _few(known: Evidence) -> Iterator[Suspicion]:
    counts = known.labels.counts
    rare = [name for name, count in zip(known.labels.names, counts, strict=True) if count <= _FEW]
    if rare:
        yield Suspicion(
            "few",
            EngineError(
                "These classes have three images or fewer, too few to learn them: {names}.",
                names=", ".join(rare),
            ),
        )


def _untrained(known: Evidence) -> Iterator[Suspicion]:
    missing = (known.train_counts == 0) & (known.test_counts > 0)
    if missing.any():
        yield Suspicion(
            "untrained",
            EngineError(
                "The training set has no image of these classes, but the test set has: {names}.",
                names=", ".join(name for name, gone in zip(known.labels.names, missing, strict=True) if gone),
            ),
            replace(known.preparation, split=Split.STRATIFIED) if known.preparation.split is Split.GIVEN else None,
        )


def _duplicates(known: Evidence) -> Iterator[Suspicion]:
    if known.duplicates and not known.preparation.drop_duplicates:
        yield Suspicion(
            "duplicates",
            EngineError(
                "Images for testing that are in the training set too: {count:,} of {test:,}. Accuracy on them says "
                "little.",
                test=int(known.test_counts.sum()),
                count=known.duplicates,
            ),
            replace(known.preparation, drop_duplicates=True) if known.duplicates < known.test_counts.sum() else None,
        )


def _sorted(known: Evidence) -> Iterator[Suspicion]:
    if known.preparation.split is Split.STRATIFIED and are_sorted(known.labels.indices):
        yield Suspicion(
            "sorted",
            EngineError(
                "The file has one class after the other. That does no harm: for testing a fifth of each class is drawn "
                "at random, the same every time."
            ),
        )


_LOOKS = (_label_column, _turned, _inverted, _levels, _header, _few, _untrained, _duplicates, _sorted)
