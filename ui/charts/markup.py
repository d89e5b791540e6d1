"""Text that becomes HTML: nothing in it is taken for markup, neither by HTML nor by Streamlit's Markdown.

An HTML string here is one line that begins with a block tag: Markdown leaves such a block alone up to the next
empty line, so that no `*`, `$` or `:red[…]` in it means anything. Class names may come from anyone's file;
in them everything but letters and digits is written as a number besides.
"""

from __future__ import annotations

from ui.charts.numerals import with_minus

BLANK = "\N{NO-BREAK SPACE}"  # has the height of a line


def escaped(text: str) -> str:
    """The text for use inside a tag or a quoted attribute.

    >>> escaped("T-shirt & $5$")
    'T&#45;shirt &#38; &#36;5&#36;'
    """
    known = text.encode("utf-8", "replace").decode()  # a lone surrogate cannot be sent to a browser
    return known.translate(_ESCAPES)


def element(tag: str, content: str, style: str = "", class_: str = "", **attributes: object) -> str:
    """`<tag style="…" class="…" …>content</tag>`; the content is HTML already, the attributes are texts or numbers."""
    given = {"style": style, "class": class_} | {name: _attribute(value) for name, value in attributes.items()}
    written = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    return f"<{tag}{written}>{content}</{tag}>"


def caption(text: str) -> str:
    """A reading to stand under its picture, never taken for Markdown."""
    return element("div", escaped(with_minus(text)), class_="ge-reading")


def _attribute(value: object) -> str:
    """A number is written as it is: no sign in it means anything."""
    return str(value) if isinstance(value, int | float) else escaped(str(value))


class _Escapes(dict[int, str]):
    """What stands for each character; the few that a page needs are worked out once."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        plain = c == " " or c.isalnum()
        self[code] = c if plain else f"&#{code};" if c.isprintable() or c == BLANK else " "
        return self[code]


_ESCAPES = _Escapes()
