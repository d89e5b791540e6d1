"""In which encoding text was written that does not say so: the first in which it makes sense.

Windows writes names and tables in the computer's own old encoding and does not say which: CP949 in Korea. Which one it
was can be seen only where the text makes sense in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engines.errors import EngineError

LANGUAGES = {
    "cp949": EngineError("Korean (CP949)"),
    "shift_jis": EngineError("Japanese (Shift JIS)"),
    "gbk": EngineError("Chinese (GBK)"),
}


def encoding_of(texts: Sequence[bytes], otherwise: str) -> str:
    """The first in which all of them make sense, else that one.

    >>> encoding_of(["강아지".encode("cp949")], "latin-1"), encoding_of(["né".encode("latin-1")], "latin-1")
    ('cp949', 'latin-1')
    """
    telling = [text for text in texts if not text.isascii()]
    for encoding, sensible in _CANDIDATES:
        try:
            read = [text.decode(encoding) for text in telling]
        except UnicodeDecodeError:
            continue
        letters = [letter for text in read for letter in text if ord(letter) > 127]
        if sensible(letters):
            return encoding
    return otherwise


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
