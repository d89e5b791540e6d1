"""What is made less often than the rest of a live page."""

import time

from ui.parts.seldom import Seldom


def test_at_most_once_in_so_many_seconds(monkeypatch):
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    seldom = Seldom(1.0, str)
    assert seldom.of(1) == "1"
    now = 100.9
    assert seldom.of(2) == seldom.last == "1"
    now = 101.0
    assert seldom.last == "1"  # for the places of an update that has begun
    assert seldom.of(3) == seldom.last == "3"
    assert seldom.of(4) == "3"
