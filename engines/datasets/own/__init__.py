"""One's own images: from the files that somebody brings to a `Dataset`, in pieces, within bounds, never by a pickle.

    price(uploads, bounds)                       what it will take at most, from the files' headers
    read_in_pieces(uploads, bounds)              → Reading … Reading(1, material): what the files hold
    understood(material)                         → Preparation: what is to be made of it, each field a choice
    prepared_in_pieces(material, preparation, …) → Prepared … Prepared(1, look, data): the preview, and the data set

Read in this order: `uploads` (files and bounds), `kinds` (what they are), `material`, `reading`, then `arrays`,
`tables`, `pictures`; `preparation`.
"""

from __future__ import annotations

from engines.datasets.own.kinds import Kind, recognised
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.preparation import prepared_in_pieces, understood
from engines.datasets.own.preparation.choices import Naming, Preparation, Split
from engines.datasets.own.preparation.look import Look, Prepared, Suspicion
from engines.datasets.own.reading import price, read_in_pieces
from engines.datasets.own.uploads import USUAL, Bounds, Upload

__all__ = [
    "USUAL",
    "Bounds",
    "Kind",
    "Look",
    "Material",
    "Naming",
    "Preparation",
    "Prepared",
    "Reading",
    "Split",
    "Suspicion",
    "Upload",
    "prepared_in_pieces",
    "price",
    "read_in_pieces",
    "recognised",
    "understood",
]
