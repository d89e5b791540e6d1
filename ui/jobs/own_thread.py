"""A generator that blocks, run in a thread of its own beside the scheduler and polled by it like any other work.

The scheduler's one thread must never wait long; joblib's generators wait for their workers. joblib also wants a
generator to be closed by the thread that began it, so here that thread does everything but look at the result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, Generic, TypeVar

from ui.jobs.workload import NOTHING_NEW

T = TypeVar("T")


def in_own_thread(
    make: Callable[[], Generator[T, Any, Any]], patience: float = 0.002, interrupt: Callable[[], object] | None = None
) -> Iterator[Any]:
    """The newest record of `make()` at each `next()`, or `NOTHING_NEW` when there is none for `patience` seconds.

    The GIL is free while it waits. It ends, or raises, as the inner generator does, when the last record has been
    seen. Closing does not wait: the inner generator is closed in its thread as soon as it has made the record
    that it is at; `interrupt`, if given, is called then and may put an end to that.
    """
    thread = _Thread(make)
    thread.start()
    try:
        while not thread.over and thread.is_alive():
            came = thread.news.wait(patience)
            thread.news.clear()
            yield thread.newest if came and thread.newest is not None else NOTHING_NEW
        yield thread.newest
        if thread.error:
            raise thread.error
    finally:
        thread.unwanted.set()
        if interrupt and not thread.over:
            interrupt()


class _Thread(threading.Thread, Generic[T]):
    """Makes the records, up to the end or until they are unwanted. `over` is set after the last one."""

    def __init__(self, make: Callable[[], Generator[T, Any, Any]]) -> None:
        super().__init__(name="beside", daemon=True)
        self._make = make
        self.newest: T | None = None
        self.error: BaseException | None = None
        self.news, self.unwanted, self.over = threading.Event(), threading.Event(), False

    def run(self) -> None:
        try:
            with closing(self._make()) as records:
                for record in records:
                    self.newest = record
                    self.news.set()
                    if self.unwanted.is_set():
                        break
        except BaseException as error:
            self.error = error
        finally:
            self.over = True
            self.news.set()
