"""Foreign text in Markdown: an independent parser finds nothing but text in it, and shows it as it was.

What Streamlit adds of its own (links, emoji, colours, icons, arrows) is tried in a real browser: see
tests/browser/test_links.py.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engines.errors import InvalidSetting
from ui.text import Text
from ui.text.plain import code, plain, shortened

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKED = st.text(alphabet=st.sampled_from("ab1 .)(\n\t*_`~[]<>!#+-=|&;:/@\\$^\"'")) | st.text()


def shown(source):
    """The text of each inline token; fails on anything that is not plain text or a code span."""
    blocks = MARKDOWN.parse(source)
    assert [block.type for block in blocks] in (["paragraph_open", "inline", "paragraph_close"], [])
    parts = [part for block in blocks for part in block.children or []]
    assert {part.type for part in parts} <= {"text", "text_special", "code_inline"}
    return "".join(part.content for part in parts)


def as_one_line(text):
    known = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in known).split())


@given(MARKED)
def test_plain_text_is_shown_as_it_is(text):
    assert shown(plain(text)) == as_one_line(text)


@given(MARKED)
def test_text_in_a_code_span_is_shown_as_it_is(text):
    source = f"x {code(text)} y"
    assert shown(source).removeprefix("x ").removesuffix(" y").strip() == as_one_line(text)


ADDRESSES = [
    "http://a.b",
    "HTTPS://a.b/c",
    "www.a.b",
    "x(www.a.b)",
    "a@b.cd",
    ":smile:",
    ":red[x]",
    ":material/home:",
    "->",
]


@pytest.mark.parametrize("word", ADDRESSES)
def test_what_streamlit_would_find_in_plain_text_is_code(word):
    (part,) = [part for part in MARKDOWN.parse(plain(f"so {word} it is"))[1].children if part.type == "code_inline"]
    assert part.content == word


@pytest.mark.parametrize("text", ["x" * 10**6, "[" * 10**5])
def test_what_was_typed_at_length_is_cut_in_a_message(text):
    error = InvalidSetting("no {what!r}, but {inner}", what=text, inner=InvalidSetting("{text}", text=text))
    assert len(Text("en").message(error)) < 250
    assert len(Text("en").message(InvalidSetting("{a}", a=list(range(10**5))))) <= 600


def test_a_cut_text_says_so():
    assert (shortened("abc", 3), shortened("abcd", 3)) == ("abc", "ab…")


def test_a_message_that_quotes_markup_has_none():
    message = Text("en").error(InvalidSetting("not {what}", what="[u](http://v) **b** :smile:"))
    assert not re.search(r"(?<![\\`])[*\[]", message)
