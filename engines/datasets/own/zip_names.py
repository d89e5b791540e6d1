"""Names in a ZIP archive: in UTF-8 where it says so, else in whatever its writer's computer used.

Windows writes names in the computer's own old encoding and does not say which; macOS writes UTF-8 without saying so,
with accents and Korean letters taken apart. Which encoding it was can be seen only where the text makes sense in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from engines.datasets.own.zip_directory import Entry
from engines.errors import EngineError

_OLD = "cp437"  # what the format says where nothing is said
_JUNK = ("__MACOSX/", "$RECYCLE.BIN/", "System Volume Information/")
_JUNK_FILES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}


def paths(entries: Sequence[Entry]) -> tuple[list[str], EngineError | None]:
    """The names as text with "/" between folders, and what had to be guessed, in words."""
    telling = [entry.name for entry in entries if not entry.utf8 and not entry.name.isascii()]
    encoding = _encoding(telling) if telling else "utf-8"
    note = None
    if encoding not in ("utf-8", _OLD):
        note = EngineError(
            "The archive does not say how its names are written; they were read as {language}.",
            language=_LANGUAGES[encoding],
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


_LANGUAGES = {
    "cp949": EngineError("Korean (CP949)"),
    "shift_jis": EngineError("Japanese (Shift JIS)"),
    "gbk": EngineError("Chinese (GBK)"),
}


def _text(entry: Entry, encoding: str) -> str:
    raw = entry.name
    try:
        text = raw.decode("utf-8" if entry.utf8 or raw.isascii() else encoding)
    except UnicodeDecodeError:
        text = raw.decode(_OLD)
    return unicodedata.normalize("NFC", text).replace("\\", "/").removeprefix("./")


def _encoding(names: Sequence[bytes]) -> str:
    """The first in which all names make sense."""
    for encoding, sensible in _CANDIDATES:
        try:
            texts = [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
        letters = [letter for text in texts for letter in text if ord(letter) > 127]
        if sensible(letters):
            return encoding
    return _OLD


def _is_hangul(letters: Sequence[str]) -> bool:
    """All syllables, and those of everyday words: KS X 1001 has 2,350 of the 11,172."""
    return all("가" <= letter <= "힣" and _fits(letter, "euc_kr") for letter in letters)


def _has_kana(letters: Sequence[str]) -> bool:
    return any("ぁ" <= letter <= "ヿ" for letter in letters) and not any("｡" <= letter <= "ﾟ" for letter in letters)


def _is_everyday_chinese(letters: Sequence[str]) -> bool:
    """All of GB 2312's first level, the 3,755 most frequent, which begin with B0…D7."""
    return all(_fits(letter, "gb2312") and 0xB0 <= letter.encode("gb2312")[0] <= 0xD7 for letter in letters)


def _fits(letter: str, encoding: str) -> bool:
    try:
        return len(letter.encode(encoding)) == 2
    except UnicodeEncodeError:
        return False


_CANDIDATES: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("utf-8", lambda letters: True),
    ("cp949", _is_hangul),
    ("shift_jis", _has_kana),
    ("gbk", _is_everyday_chinese),
)
