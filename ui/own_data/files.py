"""The field for files: what may be brought, and the way from there to the reading of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath

import streamlit as st

from engines.datasets.own import USUAL, Kind, Upload, price, recognised
from engines.errors import EngineError
from ui import failures
from ui.frame import Page
from ui.own_data import desk, reading
from ui.own_data.field_looks import PLACE, field_looks
from ui.parts import upload

_FIELD = "own_data.files"
MOST_MB = USUAL.file // upload.MB


def files(page: Page) -> None:
    """The field, what may be brought there, and what was wrong with what was."""
    _ = page.text
    st.html(f"<style>{field_looks(MOST_MB, _)}</style>")
    with st.container(key=PLACE):
        label = _("Images with labels, up to {mb} MB").format(mb=MOST_MB)
        upload.field(page.name, _FIELD, label, _come, USUAL.file, USUAL.files)
    st.caption(page.section("kinds"))
    with st.expander(_("What the files may look like")):
        st.markdown(page.section("kinds_at_length"))
    if error := desk.refused():
        st.error(failures.told(error, "data", _))


def _come() -> None:
    """Read the files that stand in the field. What cannot be read is said, and what was there before stays."""
    desk.refuse(upload.refused(_FIELD))
    uploads = [Upload(_name(file.name), file.file, file.size) for file in upload.seen(_FIELD)]
    if not uploads:
        return
    if desk.refused():
        upload.take(_FIELD)
        return
    try:
        if _may_lack_a_partner(uploads):
            price(uploads)
    except EngineError as error:
        desk.refuse(error)  # what came stays in the field, and the partner is chosen after it
        return
    reading.begin(upload.take(_FIELD), uploads)


def _may_lack_a_partner(uploads: list[Upload]) -> bool:
    """Whether they are IDX files of an odd number, as the first bytes say: an archive is not looked into here."""
    if len(uploads) not in (1, 3) or any(_is_archive(each) for each in uploads):
        return False
    with suppress(EngineError):
        return recognised(uploads) is Kind.IDX
    return False


def _is_archive(upload: Upload) -> bool:
    upload.file.seek(0)
    return upload.file.read(2) == b"PK"


def _name(name: str) -> str:
    """Without the folder that a browser may say."""
    return PurePosixPath(name.replace("\\", "/")).name or "?"
