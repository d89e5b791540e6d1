"""The guarded preview: the images as the network will get them, how many of each class, what was done to them."""

from __future__ import annotations

import streamlit as st

from engines.datasets.own import Look
from ui.charts.numerals import number
from ui.charts.own_data.counts import counts_chart, counts_frame
from ui.charts.training_loop.galleries import batch_gallery
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.text import Text, counted
from ui.text.names import class_names


def preview(page: Page, look: Look) -> None:
    """Twenty images with their labels, counts by class, the range of values, what was done."""
    _, names = page.text, class_names(page.text, look.class_names)
    shown, height, width = look.images.shape
    made = batch_gallery(look.images.reshape(shown, -1), look.labels, (height, width), names)
    st.markdown(made, unsafe_allow_html=True)
    reading(images_reading(look, _))
    frame = counts_frame(look.train_counts, look.test_counts, names, _)
    chart(page, frame, counts_chart, names, key="own_data.counts")
    reading(counts_reading(look, names, _))


def done(page: Page, look: Look) -> None:
    """What was understood and done, a line each."""
    _ = page.text
    title = _("Understood and done")
    st.markdown(f"**{title}**")
    st.markdown("\n".join(f"- {_.error(sentence)}" for sentence in look.done))


def images_reading(look: Look, _: Text) -> str:
    shown, height, width = look.images.shape
    told = counted(
        _,
        "{count} image of {height}×{width} pixels, drawn dark where its value is high. Values: {given} in the file, "
        "{made} here.",
        "{count} images of {height}×{width} pixels, drawn dark where a value is high. Values: {given} in the files, "
        "{made} here.",
        shown,
    )
    return told.format(
        count=shown, height=height, width=width, given=_range(look.given_range), made=_range(look.value_range)
    )


def _range(values: tuple[float, float]) -> str:
    """
    >>> _range((0.0, 255.0))
    '0 … 255'
    """
    low, high = (number(value) for value in values)
    return f"{low} … {high}"


def counts_reading(look: Look, names: tuple[str, ...], _: Text) -> str:
    """How many there are, and which class has fewest and most."""
    both = look.train_counts + look.test_counts
    told = _("{classes} classes, {train:,} training and {test:,} test images.").format(
        classes=len(names), train=int(look.train_counts.sum()), test=int(look.test_counts.sum())
    )
    few, many = int(both.min()), int(both.max())
    if few == many:
        return told + " " + _("Each class has {count:,}.").format(count=few)
    extremes = _("Fewest: {few_name} ({few:,}). Most: {many_name} ({many:,}).")
    return (
        told
        + " "
        + extremes.format(few_name=names[int(both.argmin())], few=few, many_name=names[int(both.argmax())], many=many)
    )
