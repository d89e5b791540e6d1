"""Names in a ZIP archive: in UTF-8 where it says so, else in whatever its writer's computer used.

Windows writes names in the computer's own old encoding and does not say which; macOS writes UTF-8 without saying so,
with accents and Korean letters taken apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from engines.datasets.own.encodings import LANGUAGES, encoding_of
from engines.datasets.own.zip_directory import Entry
from engines.errors import EngineError

_OLD = "cp437"  # what the format says where nothing is said
_JUNK = ("__MACOSX/", "$RECYCLE.BIN/", "System Volume Information/")
_JUNK_FILES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}


def paths(entries: Sequence[Entry]) -> tuple[list[str], EngineError | None]:
    """The names as text with "/" between folders, and what had to be guessed, in words."""
    encoding = encoding_of([entry.name for entry in entries if not entry.utf8], _OLD)
    note = None
    if encoding not in ("utf-8", _OLD):
        note = EngineError(
            "The archive does not say how its names are written; they were read as {language}.",
            language=LANGUAGES[encoding],
        )
    elif encoding == _OLD:
        note = EngineError("The archive does not say how its names are written; letters with accents may be wrong.")
    return [_text(entry, encoding) for entry in entries], note


def suffix(path: str) -> str:
    """What a file's name ends in, in small letters.

    >>> suffix("a.b/C.PNG"), suffix("a.b/c")
    ('.png', '')
    """
    name, dot, end = path.rpartition("/")[2].rpartition(".")
    return f".{end.lower()}" if name and dot else ""


def is_junk(path: str) -> bool:
    """Whether it is one of the files that macOS and Windows put into archives and folders by themselves."""
    file = path.rpartition("/")[2]
    hidden = path.startswith(".") or "/." in path
    return path.startswith(_JUNK) or "/__MACOSX/" in path or hidden or file.lower() in _JUNK_FILES


def leads_out(path: str) -> bool:
    """Whether it points outside the archive: absolute, or up by ".."."""
    return path.startswith("/") or (".." in path and ".." in path.split("/")) or path[1:2] == ":" or "\0" in path


def _text(entry: Entry, encoding: str) -> str:
    raw = entry.name
    try:
        text = raw.decode("utf-8" if entry.utf8 or raw.isascii() else encoding)
    except UnicodeDecodeError:
        text = raw.decode(_OLD)
    return unicodedata.normalize("NFC", text).replace("\\", "/").removeprefix("./")
