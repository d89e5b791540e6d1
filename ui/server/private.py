"""The data sets that sessions have brought: each is there for its own session alone, and goes with it.

The name of such a set is its content's hash, and no secret: a link says it. So a name is looked up among the session's
own sets and nowhere else. Sessions that brought the same content hold one copy of it together, which is found by
comparing what was brought, never by a name.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st

from engines import datasets
from engines.datasets.base import Dataset
from ui.jobs import live
from ui.server.budget import Claim

MOST_SETS = 6  # that a session holds; the oldest makes room
LONGEST_LABEL = 28
_OWN = "_own_data"  # in st.session_state: this session's sets by name


@dataclass(frozen=True, eq=False)
class _Kept:
    """A data set with what it is called, the claim of its memory, and its variants with few training images."""

    data: Dataset
    label: str
    claim: Claim = field(repr=False)
    few: dict[int, Dataset] = field(default_factory=dict, repr=False)


class Contents:
    """One copy of what several sessions hold, as long as one of them does."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[str, Dataset] = WeakValueDictionary()
        self._lock = threading.Lock()

    def once(self, data: Dataset) -> Dataset:
        """The data set that is held already where it is the same in every pixel, else this one.

        A short hash may be met by other content, even on purpose: what is not the same is never given.
        """
        with self._lock:
            held = self._held.setdefault(data.name, data)
        return held if held is data or _is_same(held, data) else data


@st.cache_resource(show_spinner=False)
def contents() -> Contents:
    """What the process's sessions hold."""
    return Contents()


def keep(data: Dataset, label: str = "") -> Dataset:
    """Let this session use these data, called by that label, its file's name say; returns what it is to hold.

    Its bytes are claimed first: raises `OverBudget`, and then nothing has changed.
    """
    kept = _kept()
    if (mine := kept.get(data.name)) and _is_same(mine.data, data):
        kept[data.name] = kept.pop(data.name)  # the newest is the last
        return mine.data
    data = contents().once(data)
    claim = live.claimed(_claim_of(data.name), _bytes(data), shared=data)
    kept.pop(data.name, None)
    kept[data.name] = _Kept(data, _shortened(label) or data.name, claim)
    for name in list(kept)[:-MOST_SETS]:
        forget(name)
    return data


def own() -> dict[str, Dataset]:
    """The data sets that this session has brought, by name; the newest is the last."""
    return {name: kept.data for name, kept in _kept().items()}


def find(name: str) -> Dataset | None:
    """One of them by its name, perhaps with few of its training images; None if this session has not brought it."""
    whole, count = datasets.parted(name)
    kept = _kept().get(whole)
    if kept is None or count is None:
        return kept and kept.data
    if count not in datasets.fewer(kept.data):
        return None
    if count not in kept.few:
        kept.few[count] = datasets.with_few(kept.data, count)
    return kept.few[count]


def forget(name: str) -> None:
    """The session holds that set no more."""
    if kept := _kept().pop(name, None):
        kept.claim.release()


def label_of(name: str) -> str:
    """What this session calls a set that it has brought; its name if it has not."""
    kept = _kept().get(name)
    return kept.label if kept else name


def _kept() -> dict[str, _Kept]:
    return st.session_state.setdefault(_OWN, {})


def _claim_of(name: str) -> str:
    return f"own.{name}"


def _bytes(data: Dataset) -> int:
    """What the set takes, and all of its variants with few training images besides."""
    row = data.x_train.nbytes // len(data.x_train) + data.y_train.itemsize
    whole = sum(part.nbytes for part in (data.x_train, data.y_train, data.x_test, data.y_test))
    return whole + row * sum(datasets.fewer(data))


def _is_same(one: Dataset, other: Dataset) -> bool:
    """Whether these are the same images, in the same parts, with the same labels and names."""
    if (one.image_shape, one.class_names) != (other.image_shape, other.class_names):
        return False
    parts = ("y_train", "y_test", "x_train", "x_test")
    return all(np.array_equal(_content(getattr(one, part)), _content(getattr(other, part))) for part in parts)


def _content(values: object) -> np.ndarray:
    """The array as it is kept: bytes where it is one of bytes."""
    return np.asarray(getattr(values, "content", values))


def _shortened(label: str) -> str:
    """
    >>> _shortened("a very long name of a file with letters.zip")
    'a very long nam…etters.zip'
    """
    label = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    if len(label) <= LONGEST_LABEL:
        return label
    return f"{label[: LONGEST_LABEL - 12]}…{label[-10:]}"
