"""Which image is looked at: one of the test set, or one that was drawn; and what gives way in a link."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ui.frame import Page


@dataclass(frozen=True, eq=False)
class Subject:
    """An image x (features,) from 0 to 1 with its class, None where nobody has said it.

    `identity` tells it from all other images of the same data.
    """

    x: np.ndarray
    label: int | None
    identity: str


def subject(page: Page) -> Subject:
    """The image that the page has chosen."""
    return _test_image(page)


def known_choices(page: Page) -> None:
    """What the link says and these data do not have gives way, with a word."""
    _, view, data = page.text, page.view, page.data
    if view.image >= len(data.y_test):
        text = _(
            "The test set has {count:,} images, counted from 0: there is no image {image}. Image 0 is shown instead."
        )
        st.warning(text.format(count=len(data.y_test), image=view.image), icon="🔗")
        page.change(image=0)
    if view.i_to is not None and view.i_to >= data.classes:
        text = _(
            "These data have {count} classes, counted from 0: there is no class {wanted}. The image is moved away from "
            "its own class instead."
        )
        st.warning(text.format(count=data.classes, wanted=view.i_to), icon="🔗")
        page.change(i_to=None)
    if view.i_pixel is not None and view.i_pixel >= data.features:
        text = _(
            "An image has {count:,} pixels here, counted from 0: there is no pixel {pixel}. The steepest one is "
            "written out instead."
        )
        st.warning(text.format(count=data.features, pixel=view.i_pixel), icon="🔗")
        page.change(i_pixel=None)


def first_of_each_class(labels: np.ndarray) -> dict[int, int]:
    """The first image of each class that has any: class → index."""
    found, first = np.unique(labels, return_index=True)
    return dict(zip(map(int, found), map(int, first), strict=True))


def _test_image(page: Page) -> Subject:
    data, image = page.data, page.view.image
    return Subject(np.asarray(data.x_test[image], np.float64), int(data.y_test[image]), f"test {image}")


def _identity(x: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(x).data, digest_size=8).hexdigest()
