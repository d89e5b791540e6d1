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
        return max(0, self._pages)

    @contextmanager
    def drawing(self) -> Generator[None, None, None]:
        """Draw what is live: alone among the pages, and soon without the worker."""
        with self.running(), self._one_at_a_time:
            yield

    @contextmanager
    def running(self) -> Generator[None, None, None]:
        """Run a page: beside others, since it may wait, but soon without the worker."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @contextmanager
    def waiting(self) -> Generator[None, None, None]:
        """Within `running`: the page waits for the worker, and does not hold it up."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(1)

    def _count(self, pages: int) -> None:
        with self._changed:
            self._pages += pages
            if not len(self):
                self._changed.notify_all()

    def give_way(self, seconds: float) -> bool:
        """Wait until no page draws, but not longer than that; whether none does."""
        if not len(self):
            return True
        with self._changed:
            return self._changed.wait_for(lambda: not len(self), seconds)
