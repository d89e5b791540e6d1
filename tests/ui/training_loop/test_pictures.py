"""What is drawn less often than the rest of a live page."""

import time

from ui.training_loop.pictures import at_most_once


def test_at_most_once_in_so_many_seconds(monkeypatch):
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    made = at_most_once(1.0, str)
    assert made(1) == "1"
    now = 100.9
    assert made(2) == "1"
    now = 101.0
    assert made(3) == "3"
    assert made(4) == "3"
