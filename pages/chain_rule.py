"""Chain rule (chapter 2.4.4): a pass taken apart, upstream × local derivative = downstream at every operation."""

import streamlit as st

from ui.chain_rule.all_operations import all_operations
from ui.chain_rule.four_ways.scene import four_ways_scene
from ui.chain_rule.homework.scene import homework_scene
from ui.chain_rule.network import network_scene
from ui.chain_rule.scalars.scene import scalar_scene
from ui.chain_rule.scenes import choose_scene
from ui.chain_rule.view import ChainRuleView
from ui.frame import frame
from ui.parts.drawing import code_that_ran

with frame("chain_rule", ChainRuleView) as page:
    _ = page.text

    st.title(_("Chain rule"))
    st.markdown(page.section("sentence"))
    choose_scene(page)

    scenes = {
        "scalars": scalar_scene,
        "homework": homework_scene,
        "network": network_scene,
        "fourways": four_ways_scene,
    }
    code_that_ran(page, scenes[page.view.scene](page))
    with st.expander(_("All operations and their derivatives")):
        all_operations(page)
    st.markdown(page.section(f"chapter_{page.view.scene}"))
