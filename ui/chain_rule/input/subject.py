"""Which image is looked at: one of the test set, or one that was drawn; and what gives way in a link."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import streamlit as st

from ui.frame import Page
from ui.training_loop.pad.drawings import Drawing, drawings


@dataclass(frozen=True, eq=False)
class Subject:
    """An image x (features,) from 0 to 1 with its class; `identity` tells it from all other images of the same data."""

    x: np.ndarray
    label: int
    identity: str


def subject(page: Page) -> Subject:
    """The image that the page has chosen."""
    data, image = page.data, page.view.image
    if (drawn := _drawing(page)) is not None:
        x = np.asarray(drawn.x, np.float64)
        return Subject(x, drawn.label, f"drawn {blake2b(x.data, digest_size=8).hexdigest()} {drawn.label}")
    return Subject(np.asarray(data.x_test[image], np.float64), int(data.y_test[image]), f"test {image}")


def drawn_images(page: Page) -> tuple[Drawing, ...]:
    """The session's drawings for these data, the newest last."""
    return tuple(drawn for drawn in drawings(page.settings.data) if drawn.x.size == page.data.features)


def _drawing(page: Page) -> Drawing | None:
    return next((drawn for drawn in drawn_images(page) if drawn.number == page.view.i_drawing), None)


def known_choices(page: Page) -> None:
    """What the link says and these data do not have gives way, with a word."""
    _, view, data = page.text, page.view, page.data
    if view.image >= len(data.y_test):
        text = _(
            "The test set has {count:,} images, counted from 0: there is no image {image}. Image 0 is shown instead."
        )
        st.warning(text.format(count=len(data.y_test), image=view.image), icon="🔗")
        page.change(image=0)
    if view.i_drawing is not None and _drawing(page) is None:
        text = _("This session has no drawing number {number} for these data. Test image {image} is shown instead.")
        st.warning(text.format(number=view.i_drawing, image=page.view.image), icon="🔗")
        page.change(i_drawing=None)
    classes = _(
        "These data have {count} classes, counted from 0: there is no class {wanted}. The image is moved away from "
        "its own class instead."
    )
    pixels = _(
        "An image has {count:,} pixels here, counted from 0: there is no pixel {pixel}. The steepest one is written "
        "out instead."
    )
    for name, number, count, text in (
        ("i_to", view.i_to, data.classes, classes),
        ("i_pixel", view.i_pixel, data.features, pixels),
    ):
        if number is not None and number >= count:
            st.warning(text.format(count=count, wanted=number, pixel=number), icon="🔗")
            page.change(**{name: None})


def first_of_each_class(labels: np.ndarray) -> dict[int, int]:
    """The first image of each class that has any: class → index."""
    found, first = np.unique(labels, return_index=True)
    return dict(zip(map(int, found), map(int, first), strict=True))
