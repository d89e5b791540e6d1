"""The search for changed source files that Streamlit makes for a session, left out on a server that watches none.

With `server.fileWatcherType = "none"` a session begins without it, but one whose connection has dropped and come back
gets it all the same (Streamlit 1.67): when its page is done, and again as soon as some page has imported one module
more, it looks where every imported module comes from. With PyTorch and SymPy these are 3,000 modules and 0.3 s of a
processor, in the thread that serves all connections: where many had come back, a busy server was silent for eight
seconds, and HAProxy took it for dead.
"""

from __future__ import annotations

from streamlit import config
from streamlit.watcher.local_sources_watcher import LocalSourcesWatcher

LOOK = LocalSourcesWatcher.update_watched_modules  # as Streamlit has it


def look_for_none() -> None:
    """No session of this process looks for source files any more, if none are watched."""
    watched = config.get_option("server.fileWatcherType") != "none"
    LocalSourcesWatcher.update_watched_modules = LOOK if watched else _nothing


def _nothing(self: LocalSourcesWatcher) -> None:
    """What was found would be watched by nobody."""
