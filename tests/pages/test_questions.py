"""The page of readers' questions, driven without a browser."""

import html
import itertools
import json

import pytest

from engines import backends, questions
from tests.pages.driving import finished, open_page, texts
from ui.experiment.settings import LANGUAGES
from ui.parts.long_work import results
from ui.questions.cards import CARDS
from ui.questions.words import told
from ui.text import Text

FOUND = {
    "velocity": "both",
    "nesterov": "ahead",
    "epsilon": "large",
    "exp": "value",
    "relu": "never",
    "mean": "zero",
    "check": "sometimes",
    "adam_rate": "needs",
    "full_batch": "samples",
    "book_momentum": "little",
    "guessing": "each",
    "accuracy": "hidden",
}


@pytest.fixture(autouse=True)
def _empty_results():
    results.clear()


def cases():
    """Each card on each backend; training takes others than ours long."""
    for name, backend in itertools.product(CARDS, backends.names()):
        takes_long = backend not in ("numpy", "torch") and name not in ("exp", "mean", "nesterov")
        yield pytest.param(name, backend, marks=pytest.mark.long if takes_long else ())


@pytest.mark.parametrize(("name", "backend"), [*cases()])
def test_every_card_says_what_its_experiment_found(name, backend):
    app = finished(open_page("questions", lang="en", card=name, backend=backend))
    answer = results().get(("questions.card", (name, backend))).answer
    assert answer.value == FOUND[name]
    verdict = Text("en").section("questions", f"verdict_{name}_{answer.value}")
    assert told(verdict, answer.numbers) in texts(app)
    assert len(app.get("vega_lite_chart")) == bool(answer.curves)
    assert any('class="ge-table"' in text for text in texts(app)) == bool(answer.rows)
    asked = [caption.value for caption in app.caption]
    assert Text("en").section("questions", f"setup_{name}") in asked
    assert all(thread.removeprefix("https://") in "".join(asked) for thread in CARDS[name].threads)
    (link,) = [link.proto for link in app.get("page_link") if link.proto.label.startswith("Play with it")]
    assert link.page == CARDS[name].link.partition("?")[0]
    assert f"backend={backend}" in link.query_string or backend == "numpy"
    assert not app.warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_open_card_is_computed_and_the_next_one_stands_in_the_link(language, monkeypatch, untranslated):
    asked, get = [], questions.get
    monkeypatch.setattr(questions, "get", lambda name: asked.append(name) or get(name))
    app = finished(open_page("questions", lang=language))
    assert asked == ["reader_velocity"]
    app = finished(app.button(key="questions.next").click().run())
    assert set(asked) == {"reader_velocity", "reader_nesterov"}
    assert app.query_params["card"] == "nesterov"
    app = finished(app.selectbox(key="view.card").select("mean").run())
    assert app.query_params["card"] == "mean"
    assert set(asked) == {"reader_velocity", "reader_nesterov", "reader_mean"}
    assert untranslated == []


def test_after_the_last_card_comes_the_first():
    last = list(CARDS)[-1]
    app = open_page("questions", lang="en", card=last)
    app.button(key="questions.next").click().run()
    assert "card" not in app.query_params


def test_a_wrong_card_in_a_link_is_said():
    app = finished(open_page("questions", lang="en", card="nonsense"))
    assert "nonsense" in app.warning[0].value


def test_a_picture_has_a_line_for_each_case():
    app = finished(open_page("questions", lang="en", card="check"))
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    (domain,) = {tuple(part["encoding"]["color"]["scale"]["domain"]) for part in spec["layer"]}
    assert len(domain) == 4
    legend = html.unescape("".join(texts(app)))
    assert all(label in legend for label in domain)
