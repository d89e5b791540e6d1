"""What a page gets from its frame: its experiment, what it alone chooses, words and data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.datasets.base import Dataset
from ui.experiment.link import change_view, present_view, settle_view
from ui.experiment.settings import Settings
from ui.text import Text


@dataclass(frozen=True, eq=False)
class Page:
    """What a page gets from its frame. `first_view` is what it had chosen when it was drawn."""

    name: str
    settings: Settings
    first_view: Any
    text: Text
    data: Dataset

    @property
    def view(self) -> Any:
        """What the page has chosen by now, also in a callback and in a fragment, which outlive the drawing."""
        view = present_view()
        return view if isinstance(view, type(self.first_view)) else self.first_view

    def change(self, **values: Any) -> None:
        """Choose otherwise, and say so in the URL; nothing where another page is open by now."""
        change_view(type(self.first_view), **values)

    def settle(self, **values: Any) -> None:
        """Fill in what the link leaves to the page; the link stays as it is."""
        settle_view(type(self.first_view), **values)

    def section(self, name: str) -> str:
        return self.text.section(self.name, name)
