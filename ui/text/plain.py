"""Foreign text inside Markdown: whatever a link, a file or a field says, nothing in it is taken for markup.

Backslashes stop Markdown's own marks. Addresses, `:shortcodes:`, `:red[…]` and arrows are looked for by Streamlit
after that, in what is then plain text again: only inside a code span they are left alone.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]$~<>|&])")
_BEGINS_A_BLOCK = re.compile(r"^([-+=#]|\d+(?=[.)]))")
_ADDRESS_OR_SIGN = re.compile(r":\S|@|//|www\.", re.IGNORECASE)
_ARROW = re.compile(r"<->|->|<-|--|[<>~]=")


def plain(text: str) -> str:
    r"""The text in one line of Markdown that shows it as it is; a word that would become a link or a sign is code.

    >>> plain("2*x, not [u](v) at http://a.b")
    '2\\*x, not \\[u\\](v) at `http://a.b`'
    """
    words = [_word(word) for word in _printable(text).split()]
    return _BEGINS_A_BLOCK.sub(_broken, " ".join(words))


def code(text: str) -> str:
    r"""The text as a code span, in which nothing means anything.

    >>> code("a`b")
    '``a`b``'
    """
    shown = " ".join(_printable(text).split())
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown}{edge}{fence}" if shown else "` `"


def shortened(text: str, most: int) -> str:
    """The text, cut with an ellipsis if it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _word(word: str) -> str:
    if _ADDRESS_OR_SIGN.search(word) or _ARROW.fullmatch(word):
        return code(word)
    return _MARKS.sub(r"\\\1", word)


def _broken(begin: re.Match[str]) -> str:
    """Not the begin of a list, a heading or a line: "1." as "1\\."."""
    return f"{begin[0]}\\" if begin[0].isdigit() else f"\\{begin[0]}"


def _printable(text: str) -> str:
    """Without what cannot be seen, such as marks that turn the direction of writing; lone surrogates cannot be sent."""
    known = text.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else " " for c in known)
