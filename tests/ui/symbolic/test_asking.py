"""Answers for all sessions: shared, in turn, refusals too; and how a page and long work wait for them."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from engines.differentiation.questions import Inquiry
from engines.errors import Unanswered
from tests.ui import tasks
from tests.ui.small_jobs import eventually
from tests.ui.tasks import question
from ui.jobs.workload import NOTHING_NEW
from ui.server.limits import Limits
from ui.symbolic import asking as symbolic
from ui.symbolic.asking import Answers
from ui.symbolic.process import SymbolicProcess


class Process:
    """Answers when it is let, and notes what it was asked."""

    def __init__(self):
        self.asked, self._permits = [], threading.Semaphore(0)

    def let(self, count=1):
        self._permits.release(count)

    def answer(self, question):
        self.asked.append(question.arguments)
        assert self._permits.acquire(timeout=10)
        return Unanswered("no {asked}", asked=question.asked) if "slow" in question.arguments else question.arguments

    def close(self):
        self.let(100)


@pytest.fixture
def process():
    return Process()


@pytest.fixture
def answers(process):
    answers = Answers(process)
    yield answers
    answers.close()


def about(*arguments):
    return question(tasks.wait, *arguments)


def test_who_asks_waits_no_longer_than_he_says_and_finds_the_answer_later(answers, process):
    began = time.monotonic()
    assert answers.ask("a", "f", about("x"), 0.05) is None
    assert time.monotonic() - began < 1
    process.let()
    assert answers.ask("a", "f", about("x"), 10) == ("x",)
    assert process.asked == [("x",)]


def test_an_answer_and_a_refusal_are_there_for_all_sessions(answers, process):
    process.let(2)
    assert answers.ask("a", "f", about("x"), 10) == answers.ask("b", "f", about("x"), 0) == ("x",)
    assert str(answers.ask("a", "f", about("slow"), 10)) == str(answers.known(about("slow")))
    assert len(process.asked) == 2


def test_two_sessions_that_wait_for_the_same_ask_once(answers, process):
    assert answers.ask("a", "f", about("x"), 0) is None
    assert eventually(lambda: process.asked)
    assert answers.ask("b", "f", about("x"), 0) is None
    process.let()
    assert answers.ask("b", "f", about("x"), 10) == ("x",)
    assert process.asked == [("x",)]


def test_a_newcomer_waits_for_one_question_of_another_session_not_for_all(answers, process):
    for number in range(4):
        answers.ask("greedy", f"place {number}", about(number), 0)
    assert eventually(lambda: process.asked)
    answers.ask("modest", "f", about("x"), 0)
    process.let(5)
    assert eventually(lambda: len(process.asked) == 5)
    assert ("x",) in process.asked[:3]  # the first was under way when it came, the second may have been drawn


def test_what_is_prepared_gives_way_to_who_waits(answers, process):
    answers.prepare(about(f"usual {number}") for number in range(3))
    assert eventually(lambda: process.asked)
    answers.ask("a", "f", about("x"), 0)
    process.let(4)
    assert eventually(lambda: len(process.asked) == 4)
    assert process.asked[1] == ("x",)
    assert answers.ask("b", "f", about("usual 2"), 10) == ("usual 2",)


@Inquiry
def work():
    yield "begun"
    yield (yield about("x"))
    yield (yield about("slow"))


def test_long_work_lets_others_work_while_it_waits(answers, process):
    records = symbolic._answered(answers, "a", work.asking(), "work")
    assert [next(records), next(records), next(records)] == ["begun", NOTHING_NEW, NOTHING_NEW]
    process.let()
    assert next(made for made in records if made is not NOTHING_NEW) == ("x",)
    process.let()
    with pytest.raises(Unanswered) as caught:
        next(made for made in records if made is not NOTHING_NEW)
    assert caught.value is not answers.known(about("slow"))  # whoever raises it writes on it


def test_with_a_busy_queue_the_limit_counts_from_the_start_of_the_work():
    answers = Answers(SymbolicProcess(Limits(sympy_seconds=2)))
    wanted = [about(0.6, number) for number in range(4)]
    for number, one in enumerate(wanted):  # together they take more than the limit, and the last waits for it
        answers.ask("a", f"place {number}", one, 0)
    assert [answers.ask("a", f"place {number}", one, 20) for number, one in enumerate(wanted)] == [0, 1, 2, 3]
    answers.close()


def script(*questions):
    import streamlit as st

    from ui.symbolic.asking import Asking
    from ui.text import Text

    asking = Asking()
    found = [asking(place, question) for place, question in questions]
    st.markdown(f"{found} {asking.waits}")
    asking.follow(Text("en"))


@pytest.fixture
def on_page(answers, monkeypatch):
    monkeypatch.setattr(symbolic, "answers", lambda: answers)
    return lambda *questions: AppTest.from_function(script, args=tuple(enumerate(questions)), default_timeout=30).run()


def said(app):
    return [block.value for block in app.markdown]


def test_a_page_is_drawn_without_an_answer_that_does_not_come_and_with_it_later(on_page, process, answers):
    began = time.monotonic()
    app = on_page(about("x"), about("y"))
    assert time.monotonic() - began < symbolic.PATIENCE + 2
    assert said(app) == ["[None, None] True"]
    process.let(2)
    assert eventually(lambda: answers.known(about("y")))
    assert said(app.run()) == ["[('x',), ('y',)] False"]
    assert not app.exception


def test_a_page_waits_so_long_for_all_its_answers_together(on_page, monkeypatch):
    patiences = []
    monkeypatch.setattr(Answers, "ask", lambda *asked: patiences.append(asked[-1]) or time.sleep(0.2))
    on_page(about("x"), about("y"), about("z"))
    assert patiences[0] == symbolic.PATIENCE
    assert 0 <= patiences[1] <= symbolic.PATIENCE - 0.2
    assert patiences[2] == 0  # and then the fragment, which never waits
    assert set(patiences[3:]) == {0}


def test_a_page_says_one_sentence_and_what_else_is_known(on_page, process, answers):
    process.let(3)
    app = on_page(about("slow"), about("x"), about("slow", "too"))
    assert eventually(lambda: answers.known(about("slow", "too")))
    app.run()
    assert said(app) == ["[None, ('x',), None] False"]
    assert len(app.info) == 1
