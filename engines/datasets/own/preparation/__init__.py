"""Preparation: from what the files hold to a data set, by choices that can be corrected.

Read in this order: `choices`, `look`.
"""

from __future__ import annotations

from collections.abc import Generator

from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Preparation
from engines.datasets.own.preparation.look import Prepared


def understood(material: Material) -> Preparation:
    """What the material seems to be: the choices to begin with."""
    raise NotImplementedError


def prepared_in_pieces(
    material: Material, preparation: Preparation, name_hint: str = ""
) -> Generator[Prepared, None, None]:
    """The data set that the choices make of the material: the last `Prepared` has it, and the look at it.

    `name_hint` is what its owner calls it (`Dataset.title`), such as the file's name; the name is the content's hash.
    Raises `InvalidData` where the choices make no data set, such as one class only.
    """
    raise NotImplementedError
