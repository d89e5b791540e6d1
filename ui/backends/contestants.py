"""The backends that can be compared here: the one of the sidebar first, which is the reference; and their labels."""

from __future__ import annotations

from engines import backends
from ui.frame import Page


def compared(page: Page) -> tuple[str, ...]:
    """The names of all backends that work, the reference first."""
    reference = page.settings.backend
    return reference, *(name for name in backends.names() if name != reference)


def labels() -> dict[str, str]:
    """Name → label of every backend that works. A second of the same label has its name beside it."""
    made: dict[str, str] = {}
    for name in backends.names():
        label = backends.get(name).label
        made[name] = f"{label} ({name})" if label in made.values() else label
    return made
