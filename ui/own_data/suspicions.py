"""What looks as if it were not meant so: said, and mended by a click, never unasked."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engines.datasets.own import Look, Suspicion
from ui.charts.training_loop.galleries import batch_gallery
from ui.failures import guarded
from ui.frame import Page
from ui.own_data import desk
from ui.parts.drawing import reading
from ui.text.names import class_names

_BOTH_WAYS = 6  # images


def suspicions(page: Page, look: Look) -> None:
    """Each with its remedy, if there is one."""
    for number, suspicion in enumerate(look.suspicions):
        with st.container(border=True, key=f"suspicion-{number}"):
            _suspicion(page, look, suspicion, number)


def _suspicion(page: Page, look: Look, suspicion: Suspicion, number: int) -> None:
    _, remedy = page.text, suspicion.remedy
    icon = ":material/help:" if remedy is not None else ":material/info:"
    st.markdown(f"{icon} {_.error(suspicion.told)}")
    if suspicion.images is not None:
        reading(_("As they would be then:"))
        images = suspicion.images[:_BOTH_WAYS]
        names = class_names(_, look.class_names)
        flat = images.reshape(len(images), -1)
        made = batch_gallery(flat, look.labels[:_BOTH_WAYS], images.shape[1:], names)
        st.markdown(made, unsafe_allow_html=True)
    if remedy is not None:
        st.button(
            _("Correct this"), key=f"own_data.mend.{number}", icon=":material/build:",
            on_click=guarded(partial(desk.choose, remedy)),
        )  # fmt: skip
