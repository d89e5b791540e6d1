"""A notice in the browser that nothing comes from the server any more, with the way on.

The server cannot tell: where a second tab takes a session over, the first one's connection stays open and silent.
So what is live carries a small script that notices by itself.
"""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

from ui.text import Text

SECONDS = 10.0
_SCRIPT = (Path(__file__).parent / "quiet.js").read_text("utf-8")
_HTML = """
<style>
[data-testid="stElementContainer"]:has(.ge-quiet) {{ position: absolute; width: 0; height: 0; }}
.ge-quiet {{ position: fixed; bottom: 1.5rem; left: 50%; transform: translateX(-50%); z-index: 1000000;
  width: max-content; max-width: min(36rem, 92vw); padding: 0.7rem 1rem; border-radius: 0.5rem;
  background: #fff4d6; color: #3d2f00; border: 1px solid #c99a00; box-shadow: 0 2px 12px rgba(0, 0, 0, 0.25); }}
.ge-quiet button {{ margin-left: 0.8rem; padding: 0.25rem 0.8rem; border-radius: 0.4rem; border: 1px solid currentColor;
  background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }}
</style>
<div class="ge-quiet" role="alert" data-seconds="{seconds:g}" hidden>{told}<button>{reload}</button></div>
<script>
{script}
</script>
"""


def watch_for_silence(_: Text, interval: float) -> None:
    """For what is live: the notice, hidden as long as something comes, every `interval` seconds if all is well."""
    seconds = max(SECONDS, 4 * interval)
    told = _(
        "Nothing has come from the server for {seconds:g} seconds. It may be busy, or this page may be open in another "
        "tab that took its place."
    ).format(seconds=seconds)
    words = {"told": html.escape(told), "reload": html.escape(_("Reload"))}
    st.html(_HTML.format(seconds=seconds, script=_SCRIPT, **words), unsafe_allow_javascript=True)
