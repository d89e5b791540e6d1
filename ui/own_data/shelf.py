"""Using what was prepared: it becomes the data of every page, and stays in this session until it is removed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engines import datasets
from engines.datasets.base import Dataset
from ui.experiment.link import change
from ui.failures import guarded
from ui.frame import Page
from ui.navigation import page_link
from ui.own_data import desk
from ui.own_data.preparing import hand_over, prepare_anew, prepared
from ui.server import private
from ui.text import Text
from ui.text.plain import plain

FALLBACK = "digits"


def use(page: Page, data: Dataset | None) -> None:
    """The button; what is used already says so, and where to go on.

    A link may name the images before they are here: then they are not yet in use.
    """
    _ = page.text
    if data is not None and data.name == in_use(page) and private.find(data.name) is not None:
        st.success(_("The network learns from these images now, on every page."))
        with st.container(key="onward"):
            page_link(
                "training_loop", page.settings, _("Train on them: the training loop"), icon=":material/play_arrow:"
            )
        return
    st.button(
        _("Use these images"), key="own_data.use", type="primary", icon=":material/check:", disabled=data is None,
        on_click=guarded(_use),
    )  # fmt: skip


def shelf(page: Page) -> None:
    """The data sets that this session has brought, each to be used or removed."""
    _, held = page.text, private.own()
    if not held:
        return
    st.subheader(_("Yours in this session"))
    for name, data in reversed(held.items()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"held-{name}"):
            st.markdown(f"**{plain(private.label_of(name))}** · {_told(data, _)} · `{name}`", width=420)
            used = name == in_use(page)
            st.button(
                _("In use") if used else _("Use"), key=f"own_data.use.{name}", disabled=used,
                on_click=guarded(partial(change, data=name)),
            )  # fmt: skip
            st.button(
                _("Remove"), key=f"own_data.remove.{name}", type="tertiary", icon=":material/delete:",
                on_click=guarded(partial(_remove, name)),
            )  # fmt: skip


def in_use(page: Page) -> str:
    """The data of the experiment, whether all or few of its training images."""
    return datasets.parted(page.settings.data)[0]


def _told(data: Dataset, _: Text) -> str:
    return _("{train:,} training and {test:,} test images").format(train=len(data.y_train), test=len(data.y_test))


def _use() -> None:
    """Keep it for this session. Raises `OverBudget`, and then nothing has changed."""
    brought, data = desk.brought(), prepared()
    if brought is None or data is None:
        return
    kept = private.keep(data, brought.title)
    if kept.x_train is data.x_train:
        hand_over()
    change(data=kept.name)


def _remove(name: str) -> None:
    """The experiment goes on with the digits if it was on these."""
    if datasets.parted(st.session_state.settings.data)[0] == name:
        change(data=FALLBACK)
    private.forget(name)
    prepare_anew()
