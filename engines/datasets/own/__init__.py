"""One's own images: from the files that somebody brings to a `Dataset`, in pieces, within bounds, never by a pickle.

    price(uploads, bounds)                       the memory that will take, from the files' headers
    read_in_pieces(uploads, bounds)              → Reading … Reading(1, material): what the files hold
    understood(material)                         → Preparation: what is to be made of it, each field a choice
    prepared_in_pieces(material, preparation, …) → Prepared … Prepared(1, look, data): the preview, and the data set

Read in this order: `uploads` (files and bounds), `zip_directory`, `parts`, `sources` (what they are), `material`,
`work`, `reading`, then `arrays`, `tables`, `pictures`; `preparation`.
"""

from __future__ import annotations

from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Column, Material, Reading
from engines.datasets.own.preparation.choices import SIDES, Naming, Preparation, Split
from engines.datasets.own.preparation.look import Look, Prepared, Suspicion
from engines.datasets.own.preparation.making import prepared_in_pieces, prepared_price
from engines.datasets.own.preparation.understanding import understood
from engines.datasets.own.reading import MORE, price, read_in_pieces
from engines.datasets.own.sources import recognised
from engines.datasets.own.uploads import USUAL, Bounds, Upload

__all__ = [
    "MORE",
    "SIDES",
    "USUAL",
    "Bounds",
    "Column",
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
    "prepared_price",
    "price",
    "read_in_pieces",
    "recognised",
    "understood",
]
