"""The page as a whole: the field for files, what is read, then preview and corrections side by side."""

from __future__ import annotations

import streamlit as st

from ui.frame import Page
from ui.own_data import desk
from ui.own_data.choices import choices
from ui.own_data.files import files
from ui.own_data.preparing import prepare
from ui.own_data.preview import done, preview
from ui.own_data.reading import read_on
from ui.own_data.shelf import shelf, use
from ui.own_data.suspicions import suspicions


def your_data(page: Page) -> None:
    """Everything under the page's sentence."""
    files(page)
    read_on(page)
    if (brought := desk.brought()) is not None:
        _at_work(page, brought)
    shelf(page)


def _at_work(page: Page, brought: desk.Brought) -> None:
    _ = page.text
    st.subheader(_("Is this right?"))
    pictures, controls = st.columns([3, 2], gap="large")
    with pictures:
        data = prepare(page, brought)
        if (look := desk.look()) is not None:
            preview(page, look)
    with controls:
        use(page, data)
        if look is not None:
            suspicions(page, look)
        choices(page, brought)
        if look is not None:
            done(page, look)
