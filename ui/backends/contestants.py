"""The backends that can be compared here: the one of the sidebar first, which is the reference."""

from __future__ import annotations

from engines import backends
from ui.frame import Page


def compared(page: Page) -> tuple[str, ...]:
    """The names of all backends that work, the reference first."""
    reference = page.settings.backend
    return reference, *(name for name in backends.names() if name != reference)
