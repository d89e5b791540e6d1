"""What was understood and done, as sentences, in the order in which it was done."""

from __future__ import annotations

from collections.abc import Iterator

from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Naming, Preparation, Split
from engines.datasets.own.preparation.labels import Labels
from engines.errors import EngineError

_KINDS = {
    Kind.IDX: EngineError("IDX files"),
    Kind.NPZ: EngineError("arrays of NumPy's (.npz)"),
    Kind.CSV: EngineError("a table (CSV), one image a line"),
    Kind.PICTURES: EngineError("pictures in one folder a class"),
}
_NAMINGS = {
    Naming.DIGITS: EngineError("Classes are called 0 to 9."),
    Naming.LETTERS: EngineError("Classes are called by the letters a to z."),
    Naming.CHARACTERS: EngineError("Classes are called as EMNIST's: 0 to 9, A to Z, then small letters."),
    Naming.FASHION: EngineError("Classes are called as Fashion-MNIST's."),
}


def told(
    material: Material,
    preparation: Preparation,
    labels: Labels,
    shapes: tuple[tuple[int, int], tuple[int, int]],
    images: int,
    dropped: int,
) -> Iterator[EngineError]:
    """`shapes`: of the images in the file and in the data set; `dropped`: images left out of the test set."""
    given, made = shapes
    yield EngineError(
        "Understood as {kind}: {height}×{width} pixels, images: {images:,}, classes: {classes}.",
        kind=_KINDS[material.kind],
        height=given[0],
        width=given[1],
        images=images,
        classes=len(labels.names),
    )
    yield from material.notes
    yield from _of_a_table(material, preparation)
    yield EngineError(
        "Scaled: {black:g} becomes 0 and {white:g} becomes 1.", black=preparation.black, white=preparation.white
    )
    if preparation.turned:
        yield EngineError("Turned: rows and columns are exchanged.")
    if preparation.inverted:
        yield EngineError("Inverted: each value x becomes 1 − x.")
    if preparation.side is not None and made != (given[::-1] if preparation.turned else given):
        yield EngineError("Each image is fitted into {side}×{side} pixels.", side=preparation.side)
    if preparation.naming in _NAMINGS:
        yield _NAMINGS[preparation.naming]
    if preparation.split is Split.GIVEN and material.train is not None:
        yield EngineError("The given division into training and test images is kept.")
    else:
        yield EngineError("For testing a fifth of each class is drawn at random, the same every time.")
    if preparation.drop_duplicates:
        yield EngineError(
            "Images for testing that are in the training set too are left out; their number: {count:,}.", count=dropped
        )


def _of_a_table(material: Material, preparation: Preparation) -> Iterator[EngineError]:
    if not material.is_table or preparation.label_column is None:
        return
    if preparation.header:
        yield EngineError("The first line is a header and left out.")
    else:
        yield EngineError("The first line is an image: the file has no header.")
    yield EngineError("Labels are taken from the column {column}.", column=material.columns[preparation.label_column])
    words = [
        material.columns[at]
        for at, column in material.apart.items()
        if column.words is not None and at != preparation.label_column
    ]
    if words:
        yield EngineError("Columns with words are left out: {names}.", names=", ".join(words))
