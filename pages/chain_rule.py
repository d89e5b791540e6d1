"""Chain rule (chapter 2.4.4): a pass taken apart, upstream × local derivative = downstream at every operation."""

import streamlit as st

from ui.chain_rule.all_operations import all_operations
from ui.chain_rule.view import SCENES, ChainRuleView
from ui.frame import frame
from ui.parts.drawing import code_that_ran
from ui.parts.scenes import choose_scene

with frame("chain_rule", ChainRuleView) as page:
    _ = page.text

    st.title(_("Chain rule"))
    st.markdown(page.section("sentence"))
    choose_scene(page, SCENES, _("Scene"), node=None, way="forward", edge=0, entry=None)

    code_that_ran(page, SCENES[page.view.scene].draw(page))
    with st.expander(_("All operations and their derivatives")):
        all_operations(page)
    st.markdown(page.section(f"chapter_{page.view.scene}"))
