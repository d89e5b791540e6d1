"""For teachers: a lesson of 45 minutes, the app in a room and in a course page, assignments and how to mark them."""

import streamlit as st

from ui.frame import frame
from ui.navigation import PAGES
from ui.teachers.assignment import assignment
from ui.teachers.present import frame_code, present
from ui.teachers.settings import TeachersView

WIDTH = 820

with frame("for_teachers", TeachersView) as page:
    _ = page.text
    loop = PAGES["training_loop"]
    labels = {"predict": _("Predict"), "loop": _(loop), "slow": _("slow"), "copy": _("Copy link")}
    st.title(_("For teachers"))
    with st.container(width=WIDTH):
        st.markdown(page.section("sentence"))

        st.subheader(_("In 45 minutes"))
        st.markdown(page.section("plan").format(**labels))

        st.subheader(_("In the room"))
        st.markdown(page.section("room").format(**labels))
        present(page)

        st.subheader(_("In a course page"))
        st.markdown(page.section("course_page").format(**labels))
        frame_code(page)

        st.subheader(_("An assignment"))
        st.markdown(page.section("assignment"))
        assignment(page)

        st.subheader(_("Marking"))
        st.markdown(page.section("marking"))
        st.code("python -m lessons.mark links.txt", language="bash")
        st.markdown(page.section("table"))
        st.markdown(page.section("limits"))
