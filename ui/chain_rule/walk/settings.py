"""What the walk over a recorded graph lets one choose (chapter 2.4.4): where it stands, which edge, which entry."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.errors import InvalidSetting
from ui.experiment.readers import one_of, optional, whole, write_optional
from ui.experiment.settings import parameter

WAYS = ("forward", "backward")
SHOWN = ("upstream", "downstream", "value", "gradient")
MAX_NODES, MAX_LAYERS = 999, 9


def read_entry(text: str) -> tuple[int, ...] | None:
    """An entry of a tensor: "3-12" is [3, 12], "number" that of a single number, "largest" None."""
    if text in ("largest", "number"):
        return None if text == "largest" else ()
    if not re.fullmatch(r"\d{1,5}(-\d{1,5}){0,3}", text, re.ASCII):
        raise InvalidSetting("write an entry like 3-12")
    return tuple(map(int, text.split("-")))


def write_entry(entry: tuple[int, ...] | None) -> str:
    return "largest" if entry is None else "-".join(map(str, entry)) or "number"


def read_layers(text: str) -> tuple[int, ...] | None:
    """The open layers: "1-3", "none", or "auto" (None)."""
    if text in ("auto", "none"):
        return None if text == "auto" else ()
    if not re.fullmatch(r"[1-9](-[1-9])*", text, re.ASCII):
        raise InvalidSetting("write layers like 1-3, or none")
    return tuple(sorted(set(map(int, text.split("-")))))


def write_layers(layers: tuple[int, ...] | None) -> str:
    return "auto" if layers is None else "-".join(map(str, layers)) or "none"


@dataclass(frozen=True)
class WalkView:
    """The walk's part of the page's view.

    `node` is where it stands (None: the first operation), `way` the pass it is in. `edge` is the operand towards
    which the chain rule is looked at, `entry` the entry that is written out, `opened` the tensor that is drawn.
    """

    node: int | None = parameter(None, "node", optional("first", whole(0, MAX_NODES)), write_optional("first"))
    way: str = parameter("forward", "way", one_of(lambda: WAYS))
    edge: int = parameter(0, "edge", whole(0, 1))
    entry: tuple[int, ...] | None = parameter(None, "entry", read_entry, write_entry)
    opened: str = parameter("downstream", "open", one_of(lambda: SHOWN))
    layers: tuple[int, ...] | None = parameter(None, "layers", read_layers, write_layers)
