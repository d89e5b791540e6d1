"""What pages ask of SymPy: answered in its own process, in turn for all sessions, kept for all of them.

A page's script waits a moment. If the answer has not come by then the page is drawn without it, and a fragment draws
the page once more when it is there. Long work asks question by question and lets others work meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engines.differentiation.questions import Question
from engines.errors import EngineError, Unanswered
from ui.failures import log, survived
from ui.jobs.workload import NOTHING_NEW
from ui.server.limits import limits
from ui.symbolic.fair_line import FairLine
from ui.symbolic.kept_answers import KeptAnswers
from ui.symbolic.process import SymbolicProcess
from ui.text import Text

T = TypeVar("T")

PATIENCE = 0.3  # seconds that a page's script waits, for all its answers together
_POLL_SECONDS = 0.5
_AT_WORK_SECONDS = 0.002  # that long work waits for an answer before it lets others work


class Answers:
    """The process, who waits for it, and what it has said; a thread of its own asks it."""

    def __init__(self, process: SymbolicProcess) -> None:
        self._process = process
        self._line: FairLine[Question] = FairLine()
        self._kept = KeptAnswers()
        self._at_leisure: deque[Question] = deque()
        self._under_way: Question | None = None
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="symbolic", daemon=True)
        self._thread.start()

    def known(self, question: Question) -> Any:
        """The answer, which may be an error that says why there is none; None where it is not known yet."""
        with self._changed:
            return self._kept.get(question)

    def ask(self, session: str, place: str, question: Question, patience: float) -> Any:
        """The same, after at most so many seconds. A later question for the same place takes this one's."""
        deadline = time.monotonic() + patience
        with self._changed:
            while (answer := self._kept.get(question)) is None and not self._closed:
                if question != self._under_way:
                    self._line.join(session, place, question)
                    self._changed.notify_all()
                if (left := deadline - time.monotonic()) <= 0:
                    break
                self._changed.wait(left)
            return answer

    def prepare(self, questions: Iterable[Question]) -> None:
        """Answer these whenever nobody waits."""
        with self._changed:
            self._at_leisure.extend(questions)
            self._changed.notify_all()

    def close(self) -> None:
        """End thread and process."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._process.close()

    def _serve(self) -> None:
        while (question := self._next()) is not None:
            try:
                answer = self._process.answer(question)
            except Exception as error:  # whoever waits must hear of it, and the thread go on
                log(error)
                answer = Unanswered("SymPy cannot be started on this server, so its results are missing here.")
            with self._changed:
                self._kept.put(question, answer)
                self._under_way = None
                self._changed.notify_all()

    def _next(self) -> Question | None:
        """The next question without an answer, once there is one; None at the end."""
        with self._changed:
            while not self._closed:
                question = self._line.next() or (self._at_leisure.popleft() if self._at_leisure else None)
                if question is None:
                    self._changed.wait()
                elif self._kept.get(question) is None:
                    self._under_way = question
                    return question
        return None


@st.cache_resource(show_spinner=False, on_release=Answers.close)
def answers() -> Answers:
    """The process's answers."""
    return Answers(SymbolicProcess(limits()))


class Asking:
    """What one run of a page's script asks. Of several refusals one is said: a page asks on only where that helps."""

    def __init__(self) -> None:
        self.refused: EngineError | None = None
        self._open: list[tuple[str, Question]] = []
        self._patience = PATIENCE

    def __call__(self, place: str, question: Question) -> Any:
        """The answer; None where it has not come, or cannot. `place` names what it is for on the page."""
        began = time.monotonic()
        found = answers().ask(_session(), place, question, max(0.0, self._patience))
        self._patience -= time.monotonic() - began
        if found is None:
            self._open.append((place, question))
        elif isinstance(found, EngineError):
            self.refused, found = self.refused or found, None
        return found

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open)

    def follow(self, _: Text) -> None:
        """Say what is missing; and where an answer is still to come, draw the page again when it is there."""
        if self.refused:
            st.info(_.error(self.refused))
        if self._open:
            _wait(_session(), self._open)


@st.fragment(run_every=_POLL_SECONDS)
def _wait(session: str, wanted: list[tuple[str, Question]]) -> None:
    with survived("picture", "symbolic"):
        came = [answers().ask(session, place, question, 0.0) is not None for place, question in wanted]
        if any(came):
            st.rerun()


def answered(work: Generator[T | Question, Any, None], place: str) -> Iterator[Any]:
    """The records of long work, its questions answered by SymPy's process; `NOTHING_NEW` while they are not.

    Raises `Unanswered` where there is no answer.
    """
    return _answered(answers(), _session(), work, place)


def _answered(
    known: Answers, session: str, work: Generator[T | Question, Any, None], place: str
) -> Generator[Any, None, None]:
    with closing(work):
        made, over = _sent(work, None)
        while not over:
            if not isinstance(made, Question):
                yield made
                made, over = _sent(work, None)
                continue
            while (answer := known.ask(session, place, made, _AT_WORK_SECONDS)) is None:
                yield NOTHING_NEW
            if isinstance(answer, EngineError):
                raise type(answer)(answer.template, **answer.values)  # its own: each that raises leaves notes in it
            made, over = _sent(work, answer)


def _sent(work: Generator[T, Any, None], answer: Any) -> tuple[T | None, bool]:
    """What the work yields next, and whether it is over."""
    try:
        return work.send(answer), False
    except StopIteration:
        return None, True


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""
