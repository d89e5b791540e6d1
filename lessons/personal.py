"""Numbers of one's own: in an assignment everybody's seed, and what is drawn from it, follow from the name."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Personal:
    """A number between `low` and `high` that replaces `key` in a step's links and `argument` of its question."""

    key: str
    argument: str
    low: float
    high: float
    digits: int = 1

    def drawn(self, seed: int) -> float:
        """That of this seed."""
        digest = hashlib.blake2b(f"{self.key}.{self.argument}".encode(), digest_size=4).digest()
        rng = np.random.default_rng([seed, int.from_bytes(digest, "big")])
        return round(float(rng.uniform(self.low, self.high)), self.digits)


def normalised(name: str) -> str:
    """A name as it counts: composed characters, small letters, single blanks.

    >>> normalised("  Kim  Min-Jun ")
    'kim min-jun'
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())


def seed_of(student: str, assignment: str) -> int:
    """The seed of that name in that assignment, from 0 to 2³² − 1."""
    digest = hashlib.blake2b(f"{assignment}\n{normalised(student)}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")
