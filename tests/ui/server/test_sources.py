"""A server that watches no source files does not look for them either."""

import sys

import pytest
from streamlit import config
from streamlit.watcher.local_sources_watcher import LocalSourcesWatcher

from tests.browser.server import ROOT
from ui.server import sources


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    """Streamlit as it is before a page has been drawn in this process, and for other tests as it was."""
    monkeypatch.setattr(LocalSourcesWatcher, "update_watched_modules", sources.LOOK)


@pytest.fixture
def looked(monkeypatch):
    """The modules whose files were looked for when a page was done, on a server of that kind."""

    def look(kind):
        found = []
        monkeypatch.setattr(
            "streamlit.watcher.local_sources_watcher.get_module_paths", lambda module: found.append(module) or set()
        )
        monkeypatch.setattr(config, "get_option", lambda name: kind if "fileWatcher" in name else None)
        sources.look_for_none()
        watcher = LocalSourcesWatcher.__new__(LocalSourcesWatcher)
        watcher._is_closed, watcher._cached_sys_modules = False, set()
        watcher.update_watched_modules()
        return len(found)

    return look


def test_where_files_are_watched_it_looks(looked):
    assert looked("poll") == len(sys.modules)


def test_where_none_are_watched_it_does_not(looked):
    assert looked("none") == 0


def test_the_servers_own_configuration_watches_none():
    assert 'fileWatcherType = "none"' in (ROOT / ".streamlit" / "config.toml").read_text()
