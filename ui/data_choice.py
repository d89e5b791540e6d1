"""The data of the experiment: which is in use, what to do if it is not here, and the download."""

from __future__ import annotations

import streamlit as st

from engines import datasets
from engines.datasets.base import Dataset
from engines.datasets.own_names import is_own
from ui import failures
from ui.data_awaited import back_to_the_link, say_missing, use_the_digits
from ui.experiment.awaited import wait_no_more
from ui.experiment.session import load_data, shared_data
from ui.experiment.settings import Settings
from ui.navigation import BRING
from ui.text import Text, Translate

ALL_IMAGES = "all"


def chosen_data(settings: Settings, page: str, title: str, _: Text) -> Dataset:
    """The chosen data; where they are not here the page of that title says so, with the ways to them, and stops.

    The page where one brings images is there in any case, with the digits.
    """
    if page == BRING:
        back_to_the_link(_)
        return _or_the_digits(settings)
    try:
        data = load_data(settings.data)
    except Exception as error:
        failures.log(error)
        st.title(title)
        _say_why_not(settings, page, error, _)
        st.stop()
    wait_no_more()
    return data


def _or_the_digits(settings: Settings) -> Dataset:
    try:
        return load_data(settings.data)
    except Exception:
        return load_data(Settings().data)


def _say_why_not(settings: Settings, page: str, error: Exception, _: Text) -> None:
    if is_own(settings.data):
        say_missing(settings, page, _)
        return
    st.error(failures.told(error, "data", _))
    _offer_download(settings.data, _("Download it now"), _)
    use_the_digits(_)


def training_images(name: str, _: Translate) -> dict[str, str]:
    """How many training images of the data set there can be, as a choice and its label."""
    try:
        data = load_data(name)
    except Exception:
        if is_own(name):
            return {ALL_IMAGES: _("all")}
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
        shared_data.clear()
        st.rerun()
