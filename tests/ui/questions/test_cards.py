"""The cards of the readers' questions: their words in each language, their links, the threads that they name."""

import re
from dataclasses import fields
from urllib.parse import parse_qsl

import pytest

from engines import questions
from engines.pieces import finished
from ui.chain_rule.view import ChainRuleView
from ui.derivative.settings import DerivativeView
from ui.experiment.settings import LANGUAGES, Settings, from_query
from ui.gradient_tensors.view import TensorsView
from ui.optimizers.view import OptimizersView
from ui.questions.cards import CARDS, thread_link
from ui.questions.words import told
from ui.text import Text, sections
from ui.training_loop.view import TrainingView

VIEWS = {
    "chain_rule": ChainRuleView,
    "derivative": DerivativeView,
    "gradient_tensors": TensorsView,
    "optimizers": OptimizersView,
    "training_loop": TrainingView,
}


def test_there_are_twelve():
    assert len(CARDS) == 12


@pytest.fixture(scope="module")
def answers():
    return {name: finished(questions.get(f"reader_{name}")()) for name in CARDS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_has_its_words_and_no_others(language, answers):
    wanted = {"sentence"}
    for name, card in CARDS.items():
        answer = answers[name]
        wanted |= {f"ask_{name}", f"setup_{name}"} | {f"verdict_{name}_{key}" for key in card.verdicts}
        wanted |= {f"curve_{name}_{curve.name}" for curve in answer.curves}
        wanted |= {f"{axis}_{name}" for axis in "xy" if answer.curves}
        wanted |= {f"row_{name}_{row.name}" for row in answer.rows if isinstance(row.name, str)}
        wanted |= {f"header_{name}"} if answer.rows else set()
        assert answer.value in card.verdicts
        for row in answer.rows:
            assert len(sections(language, "questions")[f"header_{name}"].split(" | ")) == 1 + len(row.values)
    assert set(sections(language, "questions")) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CARDS)
def test_every_verdict_can_be_said(language, name, answers):
    said = set()
    for key in CARDS[name].verdicts:
        sentence = told(Text(language).section("questions", f"verdict_{name}_{key}"), answers[name].numbers)
        assert not re.search(r"[{}]|nan|NaN|을/를|은/는|이/가|과/와", sentence)
        assert re.match(r"\*\*.+?\*\*", sentence)
        said.add(sentence)
    assert len(said) == len(CARDS[name].verdicts)


@pytest.mark.parametrize("name", CARDS)
def test_its_link_is_understood(name):
    page, _, query = CARDS[name].link.partition("?")
    said = dict(parse_qsl(query))
    assert [from_query(cls, said)[1] for cls in (Settings, VIEWS[page])] == [[], []]
    known = {spec.metadata.get("key") for cls in (Settings, VIEWS[page]) for spec in fields(cls)}
    assert said.keys() <= known


def test_threads_are_links():
    assert thread_link("a/b#12") == "[a/b#12](https://github.com/a/b/issues/12)"
    assert thread_link("https://c.org/1") == "[c.org/1](https://c.org/1)"
    threads = [thread for card in CARDS.values() for thread in card.threads]
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+#\d+|https://\S+", thread) for thread in threads)
    assert len(set(threads)) == len(threads)
