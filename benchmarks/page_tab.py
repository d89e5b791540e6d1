"""A tab that knows what stands on its page: controls that can be set, links to other pages, the address.

As the frontend does, it keeps the values that its visitor has chosen, until the server says other ones.
"""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.streamlit_client import Tab

_ADDRESS = re.compile(rb'gradientEngine\?\.address\("([^"]*)"\)')
_KNOWN = re.compile(rb'ge-address" data-told="([^"]*)"')
_KINDS = ("selectbox", "button_group", "slider", "text_input")


class Control(NamedTuple):
    """Something to choose from, or to type in; a slider without options has bounds. `value` as the server says it."""

    id: str
    kind: str
    options: tuple[str, ...] = ()
    value: Any = None
    bounds: tuple[int, int] = (0, 0)

    def state(self, value: Any) -> WidgetState:
        """What the frontend sends when that value has been chosen."""
        made = WidgetState(id=self.id)
        if self.kind in ("selectbox", "text_input"):
            made.string_value = value
        elif self.kind == "slider" and not self.options:
            made.double_array_value.data.append(value)
        else:
            made.string_array_value.data.append(value)
        return made


class Way(NamedTuple):
    """A link to another page."""

    page: str  # as Streamlit names its script
    query: str


class PageTab(Tab):
    """What one session sees. `told` is what its address says by now, as the app's script in the browser writes it."""

    def __init__(self, query: str = "") -> None:
        super().__init__(query)
        self.controls: dict[str, Control] = {}  # those that can be used, by key
        self.ways: dict[str, Way] = {}  # by the page's name, "" for the start page
        self.fragments: dict[str, str] = {}  # of buttons, by widget id: where they stand
        self.texts: list[str] = []  # of the present run
        self.alerts: list[str] = []  # the same, in boxes
        self.written = self.known = query  # what that script wrote last; what Streamlit says that it knows of

    @property
    def shown(self) -> int | None:
        """The number of steps that was shown last."""
        return self.steps[-1][1] if self.steps else None

    @property
    def told(self) -> int:
        """The step that the address says."""
        return int(parse_qs(self.query).get("trained", ["0"])[0])

    def says(self, words: str) -> bool:
        """Whether these words stand on the page."""
        return any(words in text for text in self.texts)

    def _begin(self, message: ForwardMsg) -> None:
        super()._begin(message)
        if not message.metadata.run.fragment_ids:
            self.controls, self.ways, self.texts, self.alerts = {}, {}, [], []

    def _draw(self, message: ForwardMsg, data: bytes) -> None:
        super()._draw(message, data)
        element = message.delta.new_element
        kind = element.WhichOneof("type") or ""
        found = getattr(element, kind) if kind else None
        if kind in _KINDS:
            self._keep(kind, found)
        elif kind == "page_link":
            self.ways[found.page] = Way(found.page_script_hash, found.query_string)
        elif kind == "button":
            self.fragments[found.id] = message.delta.fragment_id
        elif kind in ("html", "markdown", "alert") and not message.delta.fragment_id:
            (self.alerts if kind == "alert" else self.texts).append(found.body)
        if address := _ADDRESS.search(data):
            self.query = self.written = address[1].decode()
        if known := _KNOWN.search(data):
            self.known = html.unescape(known[1].decode())

    def _keep(self, kind: str, found: Any) -> None:
        options, value, bounds = (), None, (0, 0)
        match kind:
            case "selectbox":
                options, value = tuple(found.options), found.raw_value
            case "button_group":
                options, value = tuple(option.content for option in found.options), next(iter(found.raw_values), None)
            case "slider":
                options, bounds = tuple(found.options), (int(found.min), int(found.max))
                value = next(iter(found.raw_value if options else found.value), None)
            case "text_input":
                value = found.value
        control = Control(found.id, kind, options, value, bounds)
        if not found.disabled:
            self.controls[_key(found.id)] = control
        if found.set_value and found.id in self.widgets:
            self.widgets[found.id] = control.state(value)

    def _finish(self, fragments: list[str]) -> None:
        super()._finish(fragments)
        if not fragments:  # the frontend forgets what is no longer there
            there = {control.id for control in self.controls.values()}
            self.widgets = {name: state for name, state in self.widgets.items() if name in there}


def _key(widget: str) -> str:
    """
    >>> _key("$$ID-5b04e2bb485f31e26e31ca23ca2a7cc6-frame.language")
    'frame.language'
    """
    return widget.split("-", 2)[2]
