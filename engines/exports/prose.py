"""Words of a script in lines: paragraphs are parted by an empty line, entries of a list begin with a dash.

A no-break space keeps its neighbours in one line.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping

WIDTH = 96
_WORD = re.compile(r"(?:`[^`]*`|[^ ])+")  # code stays in one piece


def comment(text: str, indent: int = 0) -> str:
    """The text as lines of a comment, where the code is indented so far."""
    lines = prose(text, WIDTH - 2 - indent).splitlines()
    return ("\n" + " " * indent).join(f"# {line}".rstrip() for line in lines)


def prose(text: str, width: int = WIDTH) -> str:
    """The text in lines of that width."""
    lines = [line for paragraph in unwrapped(text).splitlines() for line in _wrapped(paragraph, width)]
    return "\n".join(lines).replace("\u00a0", " ")


def unwrapped(text: str) -> str:
    """A line a paragraph or entry of a list, with the empty lines between them.

    >>> unwrapped("One\\ntwo.\\n\\nA list:\\n- first\\n- second\\n  entry")
    'One two.\\n\\nA list:\\n- first\\n- second entry'
    """
    made: list[str] = []
    for line in text.strip().splitlines():
        words = line.strip()
        if words and made and made[-1] and not words.startswith("- "):
            made[-1] += f" {words}"
        elif words or made[-1]:
            made.append(words)
    return "\n".join(made)


def losses(reference: Mapping[int, float]) -> str:
    """The entries of a dictionary, several a line."""
    entries = ", ".join(f"{step}:\u00a0{loss!r}" for step, loss in reference.items())
    lines = textwrap.wrap(entries, WIDTH - 5)
    return "\n".join(f"    {line}" for line in lines).replace("\u00a0", " ") + ","


def _wrapped(paragraph: str, width: int) -> list[str]:
    hanging = "  " if paragraph.startswith("- ") else ""
    first, *words = _WORD.findall(paragraph) or [""]
    lines = [first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if _columns(longer) <= width or lines[-1] == "-":
            lines[-1] = longer
        else:
            lines.append(hanging + word)
    return lines


def _columns(text: str) -> int:
    """Korean letters take the place of two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
