"""Whether a session is connected: its jobs run only while it is."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

from ui.jobs.job import Job


class Presence:
    """A session's connection: while it is up its jobs may run, when it drops they are suspended."""

    def __init__(self, is_connected: Callable[[], bool]) -> None:
        self._is_connected = is_connected
        self._jobs: weakref.WeakSet[Job[Any]] = weakref.WeakSet()
        self._page = ""
        self._pages: weakref.WeakKeyDictionary[Job[Any], str] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()  # `drop` is called by the server's thread
        self._dropped = False

    def welcome(self, job: Job[Any], *, renew: bool = False) -> None:
        """Let the job go on; with `renew`, also for another lease. Nothing happens once the connection dropped."""
        with self._lock:
            if self._dropped:
                return
            self._jobs.add(job)
            if renew:
                self._pages[job] = self._page
                job.renew()
            else:
                job.resume()

    def turn_to(self, page: str) -> None:
        """Jobs that are renewed from now on belong to that page."""
        self._page = page

    def close_page(self) -> None:
        """Close the jobs that the present page was the last to draw: it starts again."""
        for job, page in list(self._pages.items()):
            if page == self._page:
                job.close()

    def drop(self) -> None:
        """The connection dropped. It may come back unseen: a page with nothing live is not run again then."""
        with self._lock:
            self._dropped = True
            for job in self._jobs:
                job.suspend(is_gone=lambda: not self._is_connected())
