"""The page of readers' questions: the choice of a card, its experiment and verdict, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

import streamlit as st

from engines import questions
from engines.pieces import PIECE
from engines.readers.answer import ReadersAnswer
from ui.experiment.readers import one_of
from ui.experiment.settings import Settings, parameter, to_query
from ui.failures import guarded
from ui.frame import Page
from ui.navigation import PAGES
from ui.parts.long_work import long_work
from ui.parts.widgets import select
from ui.questions.cards import CARDS, thread_link
from ui.questions.picture import picture
from ui.questions.words import told


@dataclass(frozen=True)
class QuestionsView:
    """Which card is open."""

    card: str = parameter("velocity", "card", one_of(lambda: CARDS))


@dataclass(frozen=True)
class Asked:
    """How far an experiment is; the last one has its answer."""

    share: float
    answer: ReadersAnswer | None = None


def experiment(name: str, backend: str) -> Iterator[Asked | object]:
    """The card's experiment on that backend, as long work."""
    pieces = questions.get(f"reader_{name}")(backend=backend)
    while True:
        try:
            signal = next(pieces)
        except StopIteration as end:
            yield Asked(1.0, end.value)
            return
        yield PIECE if signal is PIECE else Asked(signal)


def choose_card(page: Page) -> None:
    """The list of the questions."""
    _ = page.text
    asked = {name: f"{number}. {page.section(f'ask_{name}')}" for number, name in enumerate(CARDS, start=1)}
    select("card", _("Question"), asked, width=560)


def next_card(page: Page) -> None:
    """The way on to the question after this one; after the last comes the first."""
    _, names = page.text, list(CARDS)
    following = names[(names.index(page.view.card) + 1) % len(names)]
    go_on = partial(page.change, card=following)
    st.button(_("Next question"), key="questions.next", icon=":material/arrow_forward:", on_click=guarded(go_on))


def answer_it(page: Page) -> None:
    """The verdict over its picture, once the experiment has run."""
    _, card, backend = page.text, page.view.card, page.settings.backend
    long_work(
        page,
        "questions.card",
        (card, backend),
        lambda: experiment(card, backend),
        _("Running the experiment"),
        lambda asked: _draw(page, card, asked),
    )


def _draw(page: Page, card: str, asked: Asked) -> None:
    if asked.answer is None:
        return
    with st.container(key="verdict"):
        st.markdown(told(page.section(f"verdict_{card}_{asked.answer.value}"), asked.answer.numbers), width=820)
    picture(page, card, asked.answer)


def further(page: Page) -> None:
    """What was run, the page on which one can play with it, and where people asked."""
    _, card = page.text, CARDS[page.view.card]
    st.caption(page.section(f"setup_{page.view.card}"), width=820)
    name, _mark, query = card.link.partition("?")
    shared = Settings(page.settings.language, page.settings.lecture, page.settings.backend)
    label = _("Play with it: {page}").format(page=_(PAGES[name]))
    parameters = to_query(shared) | dict(parse_qsl(query))
    st.page_link(f"pages/{name}.py", label=label, icon=":material/play_arrow:", query_params=parameters)
    if card.threads:
        st.caption(_("Asked in public: {threads}").format(threads=" · ".join(map(thread_link, card.threads))))
