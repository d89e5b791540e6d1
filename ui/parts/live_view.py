"""What lives on a page: laid out once, and then told what is new, in one short message an update.

To draw a chart again costs the server ten times as much as to run an empty fragment, each message of a fragment half a
millisecond more, and most of a chart's rows are those of half a second ago. So the browser keeps the rows
(`ui/browser/live.js`) and puts the new ones and the texts where they belong; an update says what comes after how many
rows of each part. It may be lost, since the browser is only given the newest: so each one says all that is new since
some updates before, and who lacks those asks for everything, which a run of the whole page brings.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.charts.markup import caption
from ui.charts.rows import Rows, Table
from ui.charts.spec import living
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job, JobState
from ui.parts.drawing import AnyChart, spec_for

_OVERLAP = 1  # updates that may be lost without harm
_DRAWN = -1  # the update that a text is from which the page itself has drawn
_SCRIPT = '<i class="ge-news"></i><script>{besides}(window.gradientEngineNews ??= []).push({message})</script>'
_PLACE = '<div data-place="{place}" class="{kind}">{pieces}</div>'


class LiveView:
    """The live parts of one run of a page, laid out in a `with` block, and what each of them shows of a moment.

    A moment is a snapshot of the job; `first` is the one that the page is laid out for, by now there may be another.
    `line` gives the HTML of the line that is drawn at once, on top. `layout` says what of a
    moment the places depend on: where that changes, the whole page is run. The job is watched as
    `ui.jobs.live.watch` does it, with `shown`, `every` and `sooner`. `besides` gives a script for each update.
    """

    def __init__(
        self,
        page: Page,
        job: Job[Any],
        first: Any,
        shown: JobState,
        every: float,
        line: Callable[[Any], str],
        layout: Callable[[Any], Hashable] = lambda moment: None,
        sooner: Callable[[], float | None] = lambda: None,
        besides: Callable[[], str] = lambda: "",
    ) -> None:
        self._page, self._job, self._line, self._layout, self._besides = page, job, line, layout, besides
        self._first = first
        self._stream, self._updates, self._is_laid_out = secrets.token_hex(4), 0, False
        self._tables: dict[str, Callable[[Any], Table]] = {}
        self._texts: dict[str, Callable[[Any], Sequence[str]]] = {}
        self._said: dict[str, list[tuple[str, int]]] = {}  # each piece of each text, and the update that it is from
        self._news: dict[str, list[_News]] = {}
        self._fleeting: set[str] = set()
        self._told = 0
        live.watch(job, shown, self._draw, every, sooner)

    @property
    def first(self) -> Any:
        """The moment that the page is laid out for."""
        return self._first

    def __enter__(self) -> LiveView:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """The charts get their first rows."""
        if error is None:
            self._is_laid_out = True
            st.html(self.update(self._first), unsafe_allow_javascript=True)
            st.button("⟳", key="live.ask")  # never seen: the browser presses it when it lacks rows

    def _draw(self) -> None:
        """An update: in the fragment, and for the line also when the page is run."""
        if self._job.closed:  # after a long absence: the next full run of the page starts anew
            st.rerun()
        if (now := self._job.snapshot) is None:
            return
        if self._layout(now) != self._layout(self._first):
            st.rerun()
        st.markdown(self._line(now), unsafe_allow_html=True)
        if self._is_laid_out:
            st.html(self.update(now), unsafe_allow_javascript=True)

    def tell(self) -> None:
        """Say what the texts say by now, in a fragment of the page's own that has changed what they depend on."""
        if self._is_laid_out and not self._job.closed and (now := self._job.snapshot) is not None:
            st.html(self.news_of_texts(now), unsafe_allow_javascript=True)

    def chart(
        self, table: Callable[[Any], Table], make: Callable[..., AnyChart], *arguments: Any, **options: Any
    ) -> None:
        """Place `make(text, *arguments)` over the rows that `table` makes of a moment.

        As with `ui.parts.drawing.chart` the arguments are hashable, and for equal ones the spec is the same object.
        """
        name = f"{make.__name__}{len(self._tables)}"
        self._tables[name] = table
        made = spec_for(self._page, make, *arguments)
        st.vega_lite_chart(None, living(made, name, table(self._first).columns), width="stretch", **options)

    def pieces(self, html: Callable[[Any], Sequence[str]], kind: str = "", fleeting: bool = False) -> None:
        """Place elements that it makes of a moment, always as many; one that stays the same is not sent again.

        What is fleeting is sent once: it is large, soon another comes, and that one may be lost does no harm.
        """
        place = f"{self._stream}.{len(self._texts)}"
        pieces = html(self._first)
        self._texts[place], self._said[place] = html, [(piece, _DRAWN) for piece in pieces]
        if fleeting:
            self._fleeting.add(place)
        st.html(_PLACE.format(place=place, kind=kind, pieces="".join(pieces)))

    def text(self, html: Callable[[Any], str], fleeting: bool = False) -> None:
        """Place the HTML that it makes of a moment."""
        self.pieces(lambda now: (f"<div>{html(now)}</div>",), fleeting=fleeting)

    def reading(self, text: Callable[[Any], str]) -> None:
        """Place the one line under a picture that is computed from its data."""
        self.text(lambda now: caption(text(now)))

    def update(self, now: Any) -> str:
        """In a script, what is new."""
        since = self._since
        texts = _json(self._changed_texts(now, since, self._texts))
        charts = ",".join(f'"{name}":{self._changes(name, table(now))}' for name, table in self._tables.items())
        head = f'"stream":"{self._stream}","update":{self._updates},"since":{since}'
        self._updates += 1
        message = f'{{{head},"texts":{texts},"charts":{{{charts}}}}}'
        return _SCRIPT.format(message=message, besides=self._besides())

    def news_of_texts(self, now: Any) -> str:
        """In a script, what is new in the texts; charts wait for the next update, which says the texts once more."""
        self._told += 1  # a script that is the same as the last one would not run
        lasting = [place for place in self._texts if place not in self._fleeting]
        message = f'{{"told":{self._told},"texts":{_json(self._changed_texts(now, self._since, lasting))}}}'
        return _SCRIPT.format(message=message, besides="")

    @property
    def _since(self) -> int:
        """Whoever has seen this update or a later one can go on with the next."""
        return max(-1, self._updates - _OVERLAP - 1)

    def _changed_texts(self, now: Any, since: int, places: Iterable[str]) -> dict[str, dict[int, str]]:
        """What is new in each of these places."""
        return {place: said for place in places if (said := self._pieces(place, self._texts[place](now), since))}

    def _pieces(self, place: str, pieces: Sequence[str], since: int) -> dict[int, str]:
        """The pieces that have changed after the update `since`, by their place among them."""
        before = zip(pieces, self._said[place], strict=True)
        said = [(piece, self._updates if piece != old else at) for piece, (old, at) in before]
        self._said[place] = said
        if place in self._fleeting:
            since = max(since, self._updates - 1)
        return {index: _short(piece) for index, (piece, at) in enumerate(said) if at > since}

    def _changes(self, name: str, table: Table) -> str:
        """Of each part, as JSON: how many rows stay, how many there are, and the columns of the others."""
        known = self._news.setdefault(name, [])
        del known[len(table.parts) :]
        known += [_News() for _part in table.parts[len(known) :]]
        told = (news.of(part, table) for news, part in zip(known, table.parts, strict=True))
        return f"[{','.join(told)}]"


class _News:
    """What is new in one part of a table, in the last few updates. Words that are all the same stay unsaid."""

    def __init__(self) -> None:
        self._numbers, self._words = np.empty((0, 0)), dict[str, Any]()
        self._names: list[str] = []
        self._same = deque([0], _OVERLAP + 1)  # rows that each of the last updates had in common with the one before
        self._spoken = deque([False], _OVERLAP + 1)  # whether each of them had the same words, to the last row

    def of(self, part: Rows, table: Table) -> str:
        """The part's message as JSON: words that are no list hold for all its rows."""
        names = [name for name in table.numbers if name in part]
        numbers = _matrix([part[name] for name in names])
        words = {name: _plain(part.get(name, "")) for name in ("series", *table.words)}
        self._spoken.append(words == self._words)
        self._same.append(_common(self._numbers, numbers) if (names, words) == (self._names, self._words) else 0)
        self._names, self._numbers, self._words = names, numbers, words
        first, rows = min(self._same), numbers.shape[1]
        told = _json({name: self._told(value, first) for name, value in words.items()})
        return f'{{"from":{first},"rows":{rows},"words":{told},"numbers":{_packed(names, numbers[:, first:])}}}'

    def _told(self, words: Any, first: int) -> Any:
        """One word for all rows, the words from row `first` on, or None where they are as they were."""
        if not isinstance(words, list):
            return words
        return None if all(self._spoken) else words[first:]


def _matrix(columns: Sequence[Any]) -> NDArray[np.float64]:
    """The columns as rows of a matrix, as long as the first; a single value holds for all. What is infinite is NaN."""
    made = np.empty((len(columns), np.size(columns[0])))
    for row, column in zip(made, columns, strict=True):
        row[:] = column
    made[np.isinf(made)] = np.nan
    return made


def _plain(words: Any) -> Any:
    return words if isinstance(words, str) else np.asarray(words).tolist()


def _common(old: NDArray[np.float64], new: NDArray[np.float64]) -> int:
    """How many rows (here columns) both begin with. NaN is like NaN."""
    same = min(old.shape[1], new.shape[1])
    a, b = old[:, :same], new[:, :same]
    differs = ((a != b) & ((a == a) | (b == b))).any(axis=0)
    return int(differs.argmax()) if differs.any() else same


def _packed(names: Sequence[str], numbers: NDArray[np.float64]) -> str:
    """Columns by name, to the last bit: whole numbers equally far apart by the first and the distance, others as the
    bytes of float32 where that is enough, else of float64, in base64.

    >>> _packed(["step", "loss"], np.array([[1.0, 2.0, 3.0], [0.5, 0.25, 1.0]]))
    '[["by",["step"],[[1.0, 1.0]]],["f4",["loss"],"AAAAPwAAgD4AAIA/"]]'
    """
    if not numbers.size:
        return "[]"
    small, distances = numbers.astype(np.float32), np.diff(numbers)
    begin = np.column_stack([numbers[:, :1], distances[:, :1]])
    is_even = (distances == distances[:, :1]).all(axis=1) & (begin % 1 == 0).all(axis=1) & (numbers.shape[1] > 2)
    is_small = ((small == numbers) | (numbers != numbers)).all(axis=1) & ~is_even
    told = []
    for kind, values, wanted in (
        ("by", begin, is_even),
        ("f4", small, is_small),
        ("f8", numbers, ~(is_even | is_small)),
    ):
        if wanted.any():
            chosen = [name for name, is_wanted in zip(names, wanted.tolist(), strict=True) if is_wanted]
            sent = values[wanted].tolist() if kind == "by" else b64encode(values[wanted].tobytes()).decode()
            told.append(f'["{kind}",{json.dumps(chosen)},{json.dumps(sent)}]')
    return f"[{','.join(told)}]"


def _short(html: str) -> str:
    """HTML with "~" for each "<", which a script may not contain, and of which there are many."""
    return html.replace("~", "&#126;").replace("<", "~")


def _json(value: Any) -> str:
    """For a script in a page, where nothing may look like a tag.

    >>> _json("<i>")
    '"\\\\u003ci>"'
    """
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
