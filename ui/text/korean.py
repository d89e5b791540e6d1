"""Korean particles. Which one follows a word depends on its last sound, also where a value is filled in.

A label writes both, as a dictionary does: `"{name}을/를 {steps}으로/로"`. When it is formatted, the one that
fits what was filled in stays: after a final consonant the first, else the second; 으로 becomes 로 after ㄹ too.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cache
from typing import Any

_PAIRS = (
    "을/를",
    "은/는",
    "과/와",
    "으로/로",
    "이라/라",
    "이란/란",
    "이며/며",
    "이고/고",
    "이면/면",
    "이나/나",
    "이었/였",
    "이/가",
)
_CLOSING = "*`'\"’”]})|‖»」』 "
_PARTICLE = re.compile(rf"([{re.escape(_CLOSING.strip())}]*)({'|'.join(map(re.escape, _PAIRS))})")
_BRACKETED = re.compile(r"(?<=[가-힣])\([^()]*\)$")  # what only explains the word before it: 가중치(weight)
_NUMBER = re.compile(r"(\d[\d,]*)(\.\d+)?$")
_WORD = re.compile(r"[A-Za-z]+$")

OPEN, RIEUL, CLOSED = range(3)  # a last sound without a final consonant, with ㄹ, with another one
_DIGITS = (CLOSED, RIEUL, OPEN, CLOSED, OPEN, OPEN, CLOSED, RIEUL, RIEUL, OPEN)  # 영 일 이 삼 사 오 육 칠 팔 구
_ZEROS = (*(CLOSED,) * 12, *(OPEN,) * 4, CLOSED)  # 영 십 백 천 만 … 억 …, 조 …, 경
_LETTERS = {"l": RIEUL, "m": CLOSED, "n": CLOSED, "r": RIEUL}  # 엘 엠 엔 알; all others end in a vowel
_SYMBOLS = {"ε": CLOSED, "′": CLOSED, "²": CLOSED, "³": CLOSED, "ŷ": CLOSED}  # 엡실론, 프라임, 제곱, 햇
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ"  # …제곱
_WORDS = {
    "adagrad": OPEN, "digits": OPEN, "inf": OPEN, "numpy": OPEN, "relu": OPEN, "tanh": OPEN, "torch": OPEN,
    "pytorch": OPEN, "sgd": OPEN, "exp": OPEN, "sqrt": OPEN, "kb": OPEN, "mb": OPEN, "gb": OPEN, "ms": OPEN,
    "nan": CLOSED, "rmsprop": CLOSED, "sin": CLOSED, "cos": CLOSED, "matmul": RIEUL, "mnist": OPEN,
    "subtract": OPEN, "reshape": OPEN, "softmax": OPEN, "glorot": OPEN,
}  # fmt: skip


class Korean(str):
    """A label whose particles follow the values that it is formatted with.

    >>> Korean("{a}은/는 {b:g}으로/로 바뀝니다").format(a="W1", b=0.3)
    'W1은 0.3으로 바뀝니다'
    """

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> str:
        """As `str.format`, with the particles chosen."""
        return _filled(str(self), args, values) if _has_particles(self) else str.format(self, *args, **values)


def last_sound(text: str) -> int:
    """How the text ends when it is read aloud: OPEN, RIEUL or CLOSED.

    >>> last_sound("손실"), last_sound("0.05"), last_sound("W[3, 6]"), last_sound("1,000"), last_sound("sin(x)")
    (1, 0, 2, 2, 0)
    """
    word = _BRACKETED.sub("", text.rstrip(_CLOSING) if not _BRACKETED.search(text) else text).rstrip(_CLOSING + "(")
    if not word:
        return OPEN
    last = word[-1]
    if "가" <= last <= "힣":
        return (OPEN, RIEUL, CLOSED)[0 if (final := (ord(last) - ord("가")) % 28) == 0 else 1 if final == 8 else 2]
    if last in _SUPERSCRIPTS:
        return CLOSED
    if last in _SYMBOLS:
        return _SYMBOLS[last]
    plain = unicodedata.normalize("NFKC", word)  # W₁ is W1
    if number := _NUMBER.search(plain):
        return _number(number[1].replace(",", ""), number[2])
    if latin := _WORD.search(plain):
        return _latin(latin[0])
    return OPEN


def chosen(pair: str, before: str) -> str:
    """The one of two particles that follows the text.

    >>> chosen("을/를", "ε"), chosen("으로/로", "손실"), chosen("과/와", "PyTorch")
    ('을', '로', '와')
    """
    after_consonant, after_vowel = pair.split("/")
    sound = last_sound(before)
    is_open = sound == OPEN or (sound == RIEUL and after_vowel == "로")
    return after_vowel if is_open else after_consonant


@cache
def _has_particles(template: str) -> bool:
    return bool(_PARTICLE.search(template))


def _filled(template: str, args: tuple[Any, ...], values: dict[str, Any]) -> str:
    made = ""
    for literal, field, spec, conversion in string.Formatter().parse(template):
        if follows := _PARTICLE.match(literal):
            made += follows[1] + chosen(follows[2], made) + literal[follows.end() :]
        else:
            made += literal
        if field is not None:
            asked = f"{{{field}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
            made += asked.format(*args, **values)
    return made


def _number(whole: str, fraction: str | None) -> int:
    """Behind the decimal point digits are read one by one; a whole number ends in its last place: 십, 백, 천, …"""
    if fraction:
        return _DIGITS[int(fraction[-1])]
    digits = whole.lstrip("0") or "0"
    zeros = len(digits) - len(digits.rstrip("0"))
    return _DIGITS[int(digits[-1])] if not zeros or digits == "0" else _ZEROS[min(zeros, len(_ZEROS) - 1)]


def _latin(word: str) -> int:
    """By the letter's name for a letter or an abbreviation, else by how loan words end."""
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    word_is_spelt = len(word) == 1 or word.isupper()
    if word_is_spelt:
        return _LETTERS.get(word[-1].lower(), OPEN)
    end = word.lower()
    if end.endswith("e"):  # silent: line is 라인, module is 모듈, tape is 테이프
        end = end[:-1]
        return RIEUL if end.endswith("l") else CLOSED if end.endswith(("m", "n")) else OPEN
    if end.endswith("l"):
        return RIEUL
    is_short = re.search(r"(?<![aeiou])[aeiou](ck|[ptkcb])$", end)  # 백, 로봇; but 포인트, 보드
    return CLOSED if end.endswith(("m", "n", "ng")) or is_short else OPEN
