"""Results kept within bounds: by what shaped them, weighed, and the oldest let go."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from ui.server.weight import weight


class Results:
    """The last results by (key, identity), what was not asked for longest goes first.

    They are weighed: all together hold at most so many bytes, and one alone at most a quarter of that. What is
    heavier stays with the session that computed it.
    """

    def __init__(self, most_bytes: float) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._most, self._held, self._lock = most_bytes, 0, threading.Lock()

    @property
    def held(self) -> int:
        """The bytes of all that is kept."""
        return self._held

    def get(self, identity: Hashable) -> Any:
        """The result, or None."""
        with self._lock:
            if identity not in self._kept:
                return None
            self._kept.move_to_end(identity)
            return self._kept[identity][0]

    def put(self, identity: Hashable, result: Any) -> None:
        size = weight((identity, result))
        if size > self._most / 4:
            return
        with self._lock:
            self._held += size - self._kept.pop(identity, (None, 0))[1]
            self._kept[identity] = result, size
            while self._held > self._most:
                self._held -= self._kept.popitem(last=False)[1][1]
