"""Who may compute while pages are drawn: pages one at a time, the worker when none is.

Python runs one thread at a time. Thirty pages that draw at once, beside a worker that trains, wait for each other
at every message they send, and all of them come late. One after the other each is done in some milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager


class PagesFirst:
    """Counts the pages that draw or wait to; its length is their number.

    >>> pages_first = PagesFirst()
    >>> with pages_first.drawing():
    ...     len(pages_first), pages_first.give_way(seconds=0.01)
    (1, False)
    >>> len(pages_first), pages_first.give_way(seconds=0.01)
    (0, True)
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._changed = threading.Condition()
        self._pages = 0

    def __len__(self) -> int:
        return self._pages

    @contextmanager
    def drawing(self) -> Generator[None, None, None]:
        """Draw a page: alone among the pages, and soon without the worker."""
        with self._changed:
            self._pages += 1
        try:
            with self._one_at_a_time:
                yield
        finally:
            with self._changed:
                self._pages -= 1
                if not self._pages:
                    self._changed.notify_all()

    def give_way(self, seconds: float) -> bool:
        """Wait until no page draws, but not longer than that; whether none does."""
        if not self._pages:
            return True
        with self._changed:
            return self._changed.wait_for(lambda: not self._pages, seconds)
