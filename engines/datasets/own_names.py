"""Names of data sets that somebody brought: such a name *is* the hash of their content.

So a link or a recipe says by itself which data it needs, and they can be told from others when they are given.
"""

from __future__ import annotations

import re

from engines import given
from engines.datasets.few import parted

_NAME = re.compile(r"own-([0-9a-f]{8})")


def own_name(identity: str) -> str:
    """What the data set of that `Dataset.identity` is called.

    >>> own_name("1a2b3c4d")
    'own-1a2b3c4d'
    """
    return f"own-{identity}"


def is_own(name: object) -> bool:
    """Whether it names somebody's own data, also with few of their training images.

    >>> is_own("own-1a2b3c4d"), is_own("own-1a2b3c4d.100"), is_own("digits"), is_own("own-")
    (True, True, False, False)
    """
    return identity_in(name) is not None


def identity_in(name: object) -> str | None:
    """The identity of the whole data set, as the name says it; None where it names no own data.

    >>> identity_in("own-1a2b3c4d.100")
    '1a2b3c4d'
    """
    found = _NAME.fullmatch(parted(given.text(name) or "")[0])
    return found and found[1]
