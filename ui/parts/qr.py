"""A link as a QR code, for the camera of a phone."""

from __future__ import annotations

import html
from functools import lru_cache

import segno
import streamlit as st

from ui.text import Text

LONGEST = 600  # characters; more make a pattern too fine for the last row


def qr_code(link: str, label: str, _: Text) -> None:
    """The code, dark on white in both themes with the margin that readers need; for a long link why there is none."""
    if len(link) > LONGEST:
        told = _("This link has {count:,} characters; a QR code takes at most {most:,}. Copy the link instead.")
        st.caption(told.format(count=len(link), most=LONGEST))
        return
    st.html(f'<img class="ge-qr" src="{_picture(link)}" alt="{html.escape(label, quote=True)}">')


@lru_cache(maxsize=64)
def _picture(link: str) -> str:
    return segno.make_qr(link, error="l").png_data_uri(scale=4, border=4, dark="#000", light="#fff")
