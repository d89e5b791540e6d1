"""What the teacher had open before this page, as a link: to scan, to send, to put into a course page."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from lessons.log import Log
from ui.browser.site import full_link
from ui.experiment.link import present_place
from ui.experiment.settings import to_query
from ui.navigation import PAGES, chosen
from ui.page import Page
from ui.parts.copied import copy_link
from ui.parts.qr import qr_code

_FRAME = '<iframe src="{link}" width="100%" height="900" allow="clipboard-write" title="Gradient Engine"></iframe>'


def present(page: Page) -> None:
    """The link of the page and the run, with its QR code."""
    _, name = page.text, left()
    label = _("Link to the page {page} as you left it").format(page=_(PAGES[name]))
    link = full_link(name, present_query(page, name))
    st.markdown(f"**{label}**")
    copy_link(link, label, _)
    qr_code(link, _("QR code: {what}").format(what=label), _)


def frame_code(page: Page) -> None:
    """The same page in a frame, as HTML."""
    query = present_query(page, left()) | {"embed": "true"}
    st.code(_FRAME.format(link=html.escape(full_link(left(), query), quote=True)), language="html", wrap_lines=True)


def left() -> str:
    """The page that was open before."""
    return st.session_state.get("page.left", "start")


def present_query(page: Page, name: str) -> dict[str, str]:
    """The run at its step, what the page had chosen, and the question of a lesson; not what was predicted there."""
    place = replace(present_place(), student="", log=Log(), own="")
    return to_query(page.settings) | chosen(name) | to_query(place)
