"""The start page: what this is in three lines and one picture, and the way on."""

import streamlit as st

from ui.charts.images import weights_picture
from ui.charts.palette import full_colour
from ui.frame import frame, page_link
from ui.showcase import MOMENTS, Moment, showcase


def draw(moments: tuple[Moment, ...]) -> None:
    """A picture for each moment, all on the scale of the last one there is."""
    limit = full_colour(moments[-1].weights)
    for column, moment in zip(st.columns(len(MOMENTS)), moments, strict=False):
        column.markdown(weights_picture(moment.weights, moment.image_shape, limit, _), unsafe_allow_html=True)
        column.markdown(
            _("**After {steps:,} steps** · {accuracy:.1%} of the test digits right").format(
                steps=moment.steps, accuracy=moment.accuracy
            )
        )


with frame("start") as page:
    _ = page.text

    st.title("Gradient Engine")
    st.markdown(page.section("sentence"))

    with st.container(key="onward"):
        page_link("training_loop", page, label=_("Watch it learn: the training loop"), icon=":material/play_arrow:")

    showcase(page, draw)
