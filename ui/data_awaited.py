"""Own data that are missing: said where they are needed, with the way to bring them, and from there back to the link.

Nothing is trained on other data in their place. On the page where images are brought, `back_to_the_link` opens the
link as soon as the data are here that it names, and says so where others have come.
"""

from __future__ import annotations

import streamlit as st

from engines.datasets.own_names import identity_in
from ui.browser.page import if_lost
from ui.charts.markup import escaped
from ui.experiment.awaited import Awaited, awaited, wait_for, wait_no_more
from ui.experiment.link import change, changes, present_address
from ui.experiment.settings import Settings, without_run
from ui.failures import guarded
from ui.navigation import BRING, file_of, page_link
from ui.server import private
from ui.text import Text
from ui.text.plain import code


def say_missing(settings: Settings, page: str, _: Text) -> None:
    """That this page needs somebody's own images, and the ways on."""
    wait_for(settings.data, page, present_address())
    told = _(
        "This is a run on somebody's own images, which stay with those who have them: the images with the code {code} "
        "are not in this session, so nothing is trained here."
    )
    st.error(told.format(code=code(identity_in(settings.data) or "")), icon=":material/image_not_supported:")
    lost = "" if changes() else if_lost(_("The connection was lost."))
    way = _("Bring the file that they came from and prepare it in the same way: then this opens where it stood.")
    st.markdown(f"<p>{lost}{escaped(way)}</p>", unsafe_allow_html=True)
    with st.container(horizontal=True, vertical_alignment="center", key="missing_data"):
        page_link(BRING, settings, _("Bring these images"), icon=":material/add_photo_alternate:", width="content")
        use_the_digits(_)


def use_the_digits(_: Text) -> None:
    """A button: the experiment goes on with data that are always here."""
    st.button(_("Use the digits instead"), key="use_digits", type="primary", on_click=guarded(_use_the_digits))


def _use_the_digits() -> None:
    wait_no_more()
    change(data=Settings().data)


def back_to_the_link(_: Text) -> None:
    """On the page where images are brought: what a link waits for, and the way back to it once that is here."""
    if (waiting := awaited()) is None:
        return
    if waiting.is_here:
        wait_no_more()
        st.switch_page(file_of(waiting.page), query_params=waiting.query)
    wanted, brought = code(identity_in(waiting.data) or ""), list(private.own())
    if brought:
        _say_others(waiting, wanted, brought[-1], _)
        return
    told = _("A link waits for the images with the code {code}. Once they are in use here, it opens where it stood.")
    st.info(told.format(code=wanted), icon="🔗")


def _say_others(waiting: Awaited, wanted: str, newest: str, _: Text) -> None:
    """These are not the images of the link; a new run on them is another matter, and is offered as such."""
    told = _(
        "The link waits for the images with the code {wanted}; yours have the code {found}: they are other images, or "
        "the same ones prepared in another way (turned, inverted, of another size or split)."
    )
    st.warning(told.format(wanted=wanted, found=code(identity_in(newest) or "")), icon="🔗")
    with st.container(horizontal=True, vertical_alignment="center", key="other_data"):
        label, query = _("Train a new run on your images"), without_run(waiting.query) | {"data": newest}
        st.page_link(file_of(waiting.page), label=label, icon=":material/fiber_new:", query_params=query)
        use_the_digits(_)
