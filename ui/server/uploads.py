"""What visitors upload: taken only where a page asks for it, and within the budgets of the session and the process.

Streamlit keeps every uploaded file in memory until its session ends, however many come and whatever page is open; and
its address for uploads is open to whoever has a session. So a guard stands round its manager of uploads, the only
place that touches Streamlit's inner parts. What is refused never gets past it; a page that asked for the file gets an
empty one in its place, and the reason.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from engines.errors import EngineError
from ui.server.budget import Budget, Claim, OverBudget

_LONGEST_ID = 64  # characters: the browser's is a UUID of 36


class UploadRefused(EngineError):
    """A file that this session may not upload, and why."""


class Manager(Protocol):
    """What is used of Streamlit's `MemoryUploadedFileManager`; the server's thread calls it by keywords."""

    def add_file(self, session_id: str, file: UploadedFileRec) -> None: ...

    def remove_file(self, session_id: str, file_id: str) -> None: ...

    def remove_session_files(self, session_id: str) -> None: ...


@dataclass(eq=False)
class Expected:
    """That a page waits for at most so many files, of so many bytes together. It is kept by its session, weakly here.

    `claims`: the memory of the files that are there, by their id; `refused`: why others are not.
    """

    page: str
    files: int
    size: int
    claims: dict[str, Claim] = field(default_factory=dict)
    refused: dict[str, UploadRefused] = field(default_factory=dict)

    def listens_to(self, file_id: str) -> bool:
        """Whether a file of that id may come; so many are refused with a word, more without one."""
        known = {*self.claims, *self.refused}
        return len(file_id) <= _LONGEST_ID and (file_id in known or len(known) < 4 * self.files)


class Guard:
    """Stands round a manager of uploads once `stand` was called."""

    def __init__(self, manager: Manager, budget: Budget) -> None:
        self._budget = budget
        self._add, self._remove = manager.add_file, manager.remove_file
        self._remove_all = manager.remove_session_files
        self._expected: WeakValueDictionary[str, Expected] = WeakValueDictionary()
        self._lock = threading.RLock()

    @classmethod
    def of(cls, manager: Manager, budget: Callable[[], Budget], lock: threading.Lock) -> Guard:
        """The guard round that manager, put there the first time."""
        with lock:
            guard = getattr(manager.add_file, "__self__", None)
            if not isinstance(guard, Guard):
                guard = cls(manager, budget())
                for method in ("add_file", "remove_file", "remove_session_files"):
                    setattr(manager, method, getattr(guard, method))
            return guard

    def expect(self, session: str, expected: Expected) -> None:
        """The session's page waits for files; what another had waited for is forgotten."""
        with self._lock:
            self.arrive(session, expected.page)
            self._expected[session] = expected

    def arrive(self, session: str, page: str) -> None:
        """That page is open now: what was uploaded for another goes."""
        with self._lock:
            expected = self._expected.get(session)
            if expected is not None and expected.page != page:
                self.remove_session_files(session)

    def take(self, session: str, file_id: str) -> Claim | None:
        """The manager lets the file go; its bytes stay claimed as long as the claim is kept."""
        with self._lock:
            expected = self._expected.get(session)
            claim = expected.claims.get(file_id) if expected else None
            self.remove_file(session, file_id)
            return claim

    # In place of the manager's own methods

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Keep the file if it is waited for and there is room for it; called by the server's thread."""
        with self._lock:
            expected = self._expected.get(session_id)
            if expected is None or not expected.listens_to(file.file_id):
                return
            self.remove_file(session_id, file.file_id)  # sent twice: the second counts
            try:
                expected.claims[file.file_id] = self._room(session_id, expected, file)
            except UploadRefused as error:
                expected.refused[file.file_id] = error
                file = file._replace(data=b"")
            self._add(session_id=session_id, file=file)

    def remove_file(self, session_id: str, file_id: str) -> None:
        with self._lock:
            if expected := self._expected.get(session_id):
                expected.claims.pop(file_id, None)
                expected.refused.pop(file_id, None)
            self._remove(session_id=session_id, file_id=file_id)

    def remove_session_files(self, session_id: str) -> None:
        """Nothing is waited for any more: the session ends, or turns to another page."""
        with self._lock:
            if expected := self._expected.pop(session_id, None):
                expected.claims.clear()
                expected.refused.clear()
            self._remove_all(session_id=session_id)

    def _room(self, session: str, expected: Expected, file: UploadedFileRec) -> Claim:
        """The claim of a file's memory. Raises `UploadRefused`."""
        size = len(file.data)
        if len(expected.claims) >= expected.files:
            raise UploadRefused(
                "{name} was not taken: there are {files} files already, the most at a time.",
                name=file.name,
                files=expected.files,
            )
        if size + sum(claim.size for claim in expected.claims.values()) > expected.size:
            raise UploadRefused(
                "{name} has {size} MB, but files of {limit} MB together are the most. Pack it (.gz or .zip), or leave "
                "out some of its images.",
                name=file.name,
                size=_megabytes(size),
                limit=_megabytes(expected.size),
            )
        try:
            return self._budget.claim(session, f"upload.{file.file_id}", size)
        except OverBudget as error:
            raise UploadRefused(
                "{name} has {size} MB, but {free} MB of memory are free for you now. Pack it (.gz or .zip), close a "
                "run that you no longer need, or try again when others have left.",
                name=file.name,
                size=_megabytes(size),
                free=_megabytes(max(0.0, error.available)),
            ) from None


def _megabytes(size: float) -> str:
    """
    >>> _megabytes(134 * 10**6), _megabytes(400)
    ('134', '0.0')
    """
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:.1f}"
