"""The field for files: what may be brought, and the way from there to the reading of it."""

from __future__ import annotations

import math
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
from ui.server.budget import OverBudget
from ui.server.uploads import UploadRefused

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
    size = 0
    try:
        size = price(uploads)
        reading.begin(upload.take(_FIELD), uploads, size)
    except OverBudget as error:
        desk.refuse(_no_room(uploads[0].name, size, error.available))
    except EngineError as error:
        desk.refuse(error)
        if not _may_be_completed(uploads):
            upload.take(_FIELD)


def _may_be_completed(uploads: list[Upload]) -> bool:
    """Whether an IDX file waits for its partner, which is chosen after it: it stays in the field."""
    with suppress(EngineError):
        return len(uploads) in (1, 3) and recognised(uploads) is Kind.IDX
    return False


def _no_room(name: str, size: int, available: float) -> UploadRefused:
    return UploadRefused(
        "Reading {name} takes {asked} MB of memory, but {free} MB are free for you now. Pack it (.gz or .zip), bring "
        "fewer images, remove data of yours below, or try again when others have left.",
        name=name,
        asked=f"{math.ceil(size / 1e6):,}",
        free=f"{math.floor(max(0.0, available) / 1e6):,}",
    )


def _name(name: str) -> str:
    """Without the folder that a browser may say."""
    return PurePosixPath(name.replace("\\", "/")).name or "?"
