"""SymPy's process: its limits, and that it comes back after whatever ends it."""

import os
import sys
import time
from functools import partial

import pytest

from engines.differentiation.expressions import parse
from engines.differentiation.questions import Question
from engines.differentiation.symbolic import Written, written
from engines.errors import Unanswered
from tests.ui import tasks
from tests.ui.small_jobs import eventually
from tests.ui.tasks import question
from ui.server.limits import Limits
from ui.symbolic import process as symbolic_process
from ui.symbolic.process import SymbolicProcess

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's address space")


@pytest.fixture(scope="module")
def process():
    process = SymbolicProcess(Limits(sympy_seconds=1, sympy_megabytes=400))
    yield process
    process.close()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_answers_in_another_process(process):
    assert process.answer(question(tasks.pid)) not in (os.getpid(), None)
    expected = Written("x^{2}", ("2 x",))
    assert process.answer(Question("", written, (parse("x**2"),))) == expected


def test_neither_streamlit_nor_torch_is_there(process):
    loaded = set(process.answer(question(tasks.loaded)))
    assert "sympy" in loaded
    assert not loaded & {"streamlit", "torch", "altair", "pandas", "dashboard", "pytest"}


@linux
def test_it_is_small(process):
    assert process.answer(question(tasks.resident_megabytes)) < 110


def test_over_the_limit_of_time_it_is_stopped_and_another_one_answers(process):
    before = process.answer(question(tasks.pid))
    refused = process.answer(question(tasks.wait, 30))
    assert isinstance(refused, Unanswered)
    assert "was given 1 s for wait(30,) and did not finish" in str(refused)
    assert not is_alive(before)
    assert process.answer(question(tasks.pid)) != before


def test_the_start_of_the_process_takes_nothing_from_the_limit(monkeypatch):
    monkeypatch.setattr(symbolic_process.symbolic_worker, "ready", partial(tasks.wait, 2.0))
    process = SymbolicProcess(Limits(sympy_seconds=1.5))
    began = time.monotonic()
    assert process.answer(question(tasks.wait, 0.05)) is True
    assert time.monotonic() - began > 2
    process.close()


@linux
def test_over_the_limit_of_memory_it_is_stopped(process):
    assert process.answer(question(tasks.hoard, 10)) == 10 * 2**20
    before = process.answer(question(tasks.pid))
    assert "needed more than 400 MB for hoard(4000,)" in str(process.answer(question(tasks.hoard, 4000)))
    assert process.answer(question(tasks.pid)) != before


def test_a_process_that_dies_is_made_anew_whether_it_worked_or_not(process):
    assert "died while working on die()" in str(process.answer(question(tasks.die)))
    idle = process.answer(question(tasks.pid))
    os.kill(idle, 9)
    assert process.answer(question(tasks.wait, 0.0)) is True
    assert process.answer(question(tasks.pid)) != idle


def test_what_the_engine_refuses_comes_back_as_its_message_and_what_breaks_as_a_sentence(process):
    refused = process.answer(question(tasks.refuse, "{braces}"))
    assert (refused.template, refused.values) == ("not with {value}", {"value": "{braces}"})
    assert "no answer to stumble() (KeyError)" in str(process.answer(question(tasks.stumble)))


def test_where_no_process_can_be_started_this_is_said(monkeypatch):
    def forbidden(*_arguments, **_options):
        raise BlockingIOError("fork: Resource temporarily unavailable")

    monkeypatch.setattr("joblib.externals.loky.backend.fork_exec.fork_exec", forbidden)
    process = SymbolicProcess(Limits())
    assert "cannot be started" in str(process.answer(question(tasks.pid)))
    monkeypatch.undo()
    assert process.answer(question(tasks.pid)) != os.getpid()
    process.close()


def test_a_process_that_does_not_start_in_time_is_given_up(monkeypatch):
    monkeypatch.setattr(symbolic_process, "_START_SECONDS", 0.01)
    process = SymbolicProcess(Limits())
    assert "cannot be started" in str(process.answer(question(tasks.pid)))
    process.close()


def test_closed_it_is_gone_and_stays_away():
    process = SymbolicProcess(Limits())
    pid = process.answer(question(tasks.pid))
    process.close()
    assert eventually(lambda: not is_alive(pid))
    assert isinstance(process.answer(question(tasks.pid)), Unanswered)
