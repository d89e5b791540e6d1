"""The data of the experiment: which is in use, what to do if it is not here, and the download."""

from __future__ import annotations

import streamlit as st

from engines import datasets
from engines.datasets.base import Dataset
from ui import failures
from ui.experiment.link import change
from ui.experiment.session import load_data
from ui.experiment.settings import Settings
from ui.failures import guarded
from ui.text import Text, Translate

ALL_IMAGES = "all"


def chosen_data(settings: Settings, title: str, _: Text) -> Dataset:
    """The chosen data; where it is not here the page of that title says so, offers to download it, and stops."""
    try:
        return load_data(settings.data)
    except Exception as error:
        failures.log(error)
        st.title(title)
        st.error(failures.told(error, "data", _))
    _offer_download(settings.data, _("Download it now"), _)
    st.button(
        _("Use the digits instead"),
        key="use_digits",
        type="primary",
        on_click=guarded(change),
        kwargs={"data": "digits"},
    )
    st.stop()


def training_images(name: str, _: Translate) -> dict[str, str]:
    """How many training images of the data set there can be, as a choice and its label."""
    try:
        data = load_data(name)
    except Exception:
        return {ALL_IMAGES: _("all")} | {str(count): f"{count:,}" for count in datasets.FEW}
    everything = {ALL_IMAGES: _("all {count:,}").format(count=len(data.y_train))}
    return everything | {str(count): f"{count:,}" for count in datasets.fewer(data)}


def data_in_use(settings: Settings, _: Text) -> None:
    """How many images there are, and whether that is all of the data set; if not, the way to the rest."""
    try:
        data = load_data(settings.data)
    except Exception:
        return  # the page says it, at length
    counts = _("{train:,} training and {test:,} test images").format(train=len(data.y_train), test=len(data.y_test))
    if data.source != "subset":
        st.caption(counts)
        return
    st.caption(_("Subset: {counts}.").format(counts=counts))
    if data.problem:
        st.caption(_("The full data set is here but cannot be used: {problem}").format(problem=_.error(data.problem)))
    _offer_download(settings.data, _("Get the full data"), _)


def _offer_download(name: str, label: str, _: Text) -> None:
    """A button that downloads a data set for everybody on this server, with progress."""
    if not st.button(label, key="download", width="stretch"):
        return
    bar = st.progress(0.0, _("Downloading"))

    def show(share: float) -> None:
        bar.progress(share, _("Downloading"))

    try:
        datasets.load(name, download=True, progress=show)
    except Exception as error:
        failures.log(error)
        bar.empty()
        st.error(failures.told(error, "download", _))
    else:
        load_data.clear()
        st.rerun()
