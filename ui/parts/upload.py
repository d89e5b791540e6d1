"""Fields for files: what is uploaded there counts against the session's memory, and goes as soon as it is read.

A field is another widget after each file that was taken (`key` with a number): the browser shows it empty then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx

from ui.failures import guarded
from ui.jobs.live import budget
from ui.server.budget import Claim
from ui.server.uploads import Expected, Guard, UploadRefused

MB = 10**6  # bytes, as the browser counts them; the server's limit is by 2**20
_EXPECTED, _ROUND = "_uploads.expected", "_uploads.round"  # in st.session_state


@dataclass(frozen=True, eq=False)
class Taken:
    """A file that was uploaded. Its memory is claimed as long as this is held; `file` shares the bytes."""

    name: str
    file: BytesIO
    size: int
    claim: Claim | None


def arrive(page: str) -> None:
    """The page of that name is open: it takes no file unless it asks for one. The frame says so."""
    _guard().arrive(_script().session_id, page)


def field(
    page: str, key: str, label: str, changed: Callable[[], object], size: int, files: int = 1, **looks: Any
) -> None:
    """A field for a file, or for several: of `size` bytes together at most. `changed` is called after each change."""
    _expect(page, size, files)
    st.file_uploader(
        label,
        key=_key(key),
        accept_multiple_files=files > 1,
        on_change=guarded(changed),
        max_upload_size=max(1, size // MB),
        **looks,
    )


def refused(key: str) -> UploadRefused | None:
    """Why a file that the field shows was not taken, if one was not."""
    expected: Expected | None = st.session_state.get(_EXPECTED)
    reasons = (
        [expected.refused[each.file_id] for each in _files(key) if each.file_id in expected.refused] if expected else []
    )
    return reasons[0] if reasons else None


def seen(key: str) -> list[Taken]:
    """The files that stand in the field, which stay there."""
    return [Taken(each.name, each, each.size, None) for each in _files(key)]


def take(key: str) -> list[Taken]:
    """The files that stand in the field, which is empty then: nothing but what is returned holds them."""
    session, guard = _script().session_id, _guard()
    taken = [Taken(each.name, each, each.size, guard.take(session, each.file_id)) for each in _files(key)]
    rounds = st.session_state.setdefault(_ROUND, {})
    rounds[key] = rounds.get(key, 0) + 1
    return taken


def _expect(page: str, size: int, files: int) -> None:
    """Several fields of a page have room together."""
    expected: Expected | None = st.session_state.get(_EXPECTED)
    if expected is None or expected.page != page:
        expected = st.session_state[_EXPECTED] = Expected(page, files, size)
    expected.files, expected.size = max(expected.files, files), max(expected.size, size)
    _guard().expect(_script().session_id, expected)


def _files(key: str) -> Sequence[Any]:
    found = st.session_state.get(_key(key))
    return found if isinstance(found, list) else [found] if found else []


def _key(key: str) -> str:
    return f"{key}.{st.session_state.get(_ROUND, {}).get(key, 0)}"


def _script() -> ScriptRunContext:
    script = get_script_run_ctx()
    assert script is not None, "files are uploaded on a page"
    return script


def _guard() -> Guard:
    manager: Any = _script().uploaded_file_mgr  # what it does is no part of what Streamlit promises
    return Guard.of(manager, budget, _installing())


@st.cache_resource(show_spinner=False)
def _installing() -> threading.Lock:
    """Held while a guard is put round the process's manager."""
    return threading.Lock()
