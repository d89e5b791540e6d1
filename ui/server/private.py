"""The data sets that sessions have brought: each is there for its own session alone, and goes with it.

The name of such a set is its content's hash, and no secret: a link says it. So a name is looked up among the session's
own sets and nowhere else. Sessions that brought the same content hold one copy of it together, which is found by
comparing what was brought, never by a name.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from engines import datasets
from engines.datasets.base import Dataset
from engines.datasets.own_names import is_own
from ui.charts.images import forget_pictures
from ui.jobs import live
from ui.server.budget import Claim
from ui.server.results import Results

MOST_SETS = 6  # that a session holds; the oldest makes room
LONGEST_LABEL = 28
_OWN, _MADE = "_own_data", "_own_made"  # in st.session_state: this session's sets by name; what was made of them
_MOST_RESULTS = 8e6  # bytes
_MOST_MEMORIES = 4  # of one function
_PARTS = 8000  # samples of which a page may hold a second copy


@dataclass(frozen=True, eq=False)
class _Kept:
    """A data set with what it is called, the claim of its memory, and its variants with few training images."""

    data: Dataset
    label: str
    claim: Claim = field(repr=False)
    few: dict[int, Dataset] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, eq=False)
class _Made:
    """Results on own data, in as much memory as is claimed for them; what functions remember of them."""

    claim: Claim | None
    results: Results
    memories: dict[Callable[..., Any], Callable[..., Any]] = field(default_factory=dict)


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
        return held if held is data or held.has_content_of(data) else data


@st.cache_resource(show_spinner=False)
def contents() -> Contents:
    """What the process's sessions hold."""
    return Contents()


def keep(data: Dataset, label: str = "") -> Dataset:
    """Let this session use these data, under that label, else their title; returns the data set that it is to hold.

    Its bytes are claimed first: raises `OverBudget`, and then nothing has changed.
    """
    kept, label = _kept(), _shortened(label or data.title) or data.name
    if (mine := kept.get(data.name)) and mine.data.has_content_of(data):
        kept[data.name] = replace(kept.pop(data.name), label=label)  # the newest is the last
        return mine.data
    held = contents().once(_untitled(data))
    claim = live.claimed(f"own.{data.name}", _bytes(held), shared=held)
    kept.pop(data.name, None)
    kept[data.name] = _Kept(held, label, claim)
    weakref.finalize(held, forget_pictures).atexit = False
    for name in list(kept)[:-MOST_SETS]:
        forget(name)
    return held


def own() -> dict[str, Dataset]:
    """The data sets that this session has brought, by name; the newest is the last."""
    return {name: kept.data for name, kept in _kept().items()}


def find(name: str) -> Dataset | None:
    """One of them by its name, perhaps with few of its training images; None if this session has not brought it."""
    whole, count = datasets.parted(name)
    kept = _kept().get(whole)
    if kept is None:
        return None
    if count is None:
        return kept.data
    if count not in datasets.fewer(kept.data):
        return None
    if count not in kept.few:
        kept.few[count] = datasets.with_few(kept.data, count)
    return kept.few[count]


def forget(name: str) -> None:
    """The session holds that set no more, nor what was computed on it."""
    if kept := _kept().pop(name, None):
        kept.claim.release()
        st.session_state.pop(_MADE, None)


def is_in_use() -> bool:
    """Whether this session's experiment is one on data that somebody brought."""
    settings = st.session_state.get("settings")
    return settings is not None and is_own(settings.data)


def results() -> Results:
    """What was computed on this session's own data: nobody else finds it, and it goes with the session."""
    return _made().results


def memory(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with the last things that it made on this session's own data."""
    return _made().memories.setdefault(function, lru_cache(_MOST_MEMORIES)(function))


def labels() -> dict[str, str]:
    """What this session calls its sets, by name; two of the same label are told apart by their names."""
    kept = _kept()
    called = [each.label for each in kept.values()]
    return {
        name: each.label if called.count(each.label) == 1 else f"{each.label} ({name})" for name, each in kept.items()
    }


def label_of(name: str) -> str:
    """What this session calls a set that it has brought; its name if it has not."""
    return labels().get(name, name)


def _kept() -> dict[str, _Kept]:
    return st.session_state.setdefault(_OWN, {})


def _made() -> _Made:
    state = st.session_state
    if _MADE not in state:
        claim = live.claimed_if_free("own.results", int(_MOST_RESULTS))
        state[_MADE] = _Made(claim, Results(claim.size if claim else 0.0))
    return state[_MADE]


def _untitled(data: Dataset) -> Dataset:
    """The same without what somebody calls it: others may hold it too."""
    if not data.title:
        return data
    untitled = replace(data, title="")
    untitled.__dict__["identity"] = data.identity  # known already, and long to compute
    return untitled


def _bytes(data: Dataset) -> int:
    """What the set takes, its variants with few training images, and a part of it that a page makes."""
    row = data.x_train.nbytes // len(data.x_train) + data.y_train.itemsize
    whole = sum(part.nbytes for part in (data.x_train, data.y_train, data.x_test, data.y_test))
    return whole + row * (sum(datasets.fewer(data)) + min(_PARTS, len(data.y_train)))


def _shortened(label: str) -> str:
    """In one line of at most `LONGEST_LABEL` characters, with its beginning and its end.

    >>> _shortened("the letters of the fourth class.zip")
    'the letters of t…class.zip'
    """
    label = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    if len(label) <= LONGEST_LABEL:
        return label
    return f"{label[: LONGEST_LABEL - 12]}…{label[-9:]}"
