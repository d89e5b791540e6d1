"""Copy link: a button for a link, or for the address of the page where a frame hides it."""

from __future__ import annotations

import html

import streamlit as st

from ui.text import Text

_HTML = """
<div class="ge-copy" data-copied="{copied}" data-by-hand="{by_hand}">
<input readonly aria-label="{label}" value="{link}"{hidden}><button>{copy}</button><span role="status"></span>
</div>
"""


def copy_link(link: str, label: str, _: Text) -> None:
    """The link in a field, and a button that copies it."""
    st.html(_field(link, label, _))


def copy_here(_: Text) -> None:
    """In a frame, where nobody sees the address: a small button that copies it, at the page's upper right."""
    if st.context.is_embedded:
        with st.container(key="copy-here"):
            st.html(_field("", _("Link to this page"), _))


def _field(link: str, label: str, _: Text) -> str:
    words = {
        "copied": _("Copied"),
        "by_hand": _("Your browser does not allow it: copy it from the field."),
        "label": label,
        "link": link,
        "copy": _("Copy link"),
    }
    escaped = {name: html.escape(word, quote=True) for name, word in words.items()}
    return _HTML.format(hidden="" if link else " hidden", **escaped)
